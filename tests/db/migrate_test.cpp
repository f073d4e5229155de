#include "support/database_fixture.hpp"

namespace litellm::db {
namespace {

class Migrate : public testing::DatabaseTest {
protected:
    bool wants_migrations() const override { return false; }
};

TEST_P(Migrate, RunsEveryMigrationOnce)
{
    const auto first = migrate(database());
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->front(), "0001_budgets_users_teams");
    EXPECT_EQ(first->back(), "0006_journal_checkpoint");

    const auto second = migrate(database());
    ASSERT_TRUE(second);
    EXPECT_TRUE(second->empty());
    EXPECT_EQ(
        query("SELECT count(*) FROM schema_migrations").front().integer(0),
        static_cast<std::int64_t>(first->size())
    );
}

TEST_P(Migrate, LacksNothingAfterwards)
{
    ASSERT_TRUE(migrate(database()));
    const auto missing = find_missing_columns(database());
    ASSERT_TRUE(missing);
    EXPECT_TRUE(missing->names.empty());
}

INSTANTIATE_ON_BOTH_DIALECTS(Migrate);

} // namespace
} // namespace litellm::db
