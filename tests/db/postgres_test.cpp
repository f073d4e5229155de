#include "support/database_fixture.hpp"

#include <gmock/gmock.h>

#include <future>
#include <thread>

namespace litellm::db {
namespace {

class Postgres : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (!testing::postgres_server())
            GTEST_SKIP() << "LITELLM_TEST_POSTGRES is not set; run the tests through scripts/with-postgres";
        scratch_ = std::make_unique<testing::ScratchDatabase>(Dialect::postgres);
        scratch_->administrate(
            "CREATE TABLE thing (id integer PRIMARY KEY, amount integer NOT NULL DEFAULT 0)"
        );
        Options options;
        options.pool_size = 1;
        database_ = scratch_->open(options);
    }

    template <class Work>
    auto transact(Work work)
    {
        using Outcome = decltype(work(std::declval<Transaction&>()));
        return database_->transact_now<typename Outcome::value_type>(work);
    }
    std::string query_text(std::string_view sql)
    {
        return transact([&](Transaction& transaction) { return transaction.query(sql, {}); })
            .value()
            .front()
            .text(0);
    }
    /// Kills every other connection to the test's database.
    void kill_connections()
    {
        scratch_->run_on_server(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + scratch_->name() +
            "'"
        );
    }
    Options options_for(const std::string& url)
    {
        Options options;
        options.url = url;
        options.pool_size = 2;
        return options;
    }

    std::unique_ptr<testing::ScratchDatabase> scratch_;
    std::unique_ptr<Database> database_;
};

TEST_F(Postgres, ReplacesAConnectionThatDiedWhileIdle)
{
    const std::string before = query_text("SELECT CAST(pg_backend_pid() AS text)");
    kill_connections();
    EXPECT_NE(query_text("SELECT CAST(pg_backend_pid() AS text)"), before);
    EXPECT_TRUE(database_->is_reachable());
    EXPECT_EQ(query_text("SHOW search_path"), "public, litellm_cpp");
}

TEST_F(Postgres, ReportsAConnectionThatDiesMidway)
{
    const auto result = transact([this](Transaction& transaction) -> Result<void> {
        transaction.execute("INSERT INTO thing (id) VALUES (1)", {}).value();
        kill_connections();
        transaction.execute("INSERT INTO thing (id) VALUES (2)", {}).value();
        return {};
    });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
    EXPECT_FALSE(database_->is_reachable());
    EXPECT_EQ(query_text("SELECT CAST(count(*) AS text) FROM thing"), "0");
    EXPECT_TRUE(database_->is_reachable());
}

TEST_F(Postgres, ReportsAConnectionThatDiesBeforeItsCommit)
{
    const auto result = transact([this](Transaction& transaction) -> Result<void> {
        transaction.execute("INSERT INTO thing (id) VALUES (1)", {}).value();
        kill_connections();
        return {};
    });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(query_text("SELECT CAST(count(*) AS text) FROM thing"), "0");
}

TEST_F(Postgres, KeepsTheErrorOfWorkWhoseConnectionDied)
{
    const auto result = transact([this](Transaction&) -> Result<void> {
        kill_connections();
        return Error{ErrorKind::forbidden, "mine"};
    });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::forbidden);
}

TEST_F(Postgres, IsUnavailableWhileNobodyAnswersAndSaysNothingOfThePassword)
{
    // Port 1 refuses at once.
    const auto away = open_database(options_for("postgresql://u:hunter2@127.0.0.1:1/none"));
    ASSERT_TRUE(away);
    for (int i = 0; i < 3; ++i) {
        const auto result = (*away)->transact_now<void>([](Transaction&) -> Result<void> { return {}; });
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
        EXPECT_THAT(result.error().message, ::testing::Not(::testing::HasSubstr("hunter2")));
    }
    EXPECT_FALSE((*away)->is_reachable());
}

TEST_F(Postgres, CallsADeadlockUnavailable)
{
    const auto wide = scratch_->open(options_for(""));
    scratch_->administrate("INSERT INTO thing (id) VALUES (1), (2)");
    std::promise<void> first_locked;
    std::promise<void> second_locked;
    const auto update = [&](int first, int second, std::promise<void>& mine, std::future<void> other) {
        return wide->transact_now<void>([&](Transaction& transaction) -> Result<void> {
            transaction.execute("UPDATE thing SET amount = 1 WHERE id = $1", {first}).value();
            mine.set_value();
            other.wait();
            transaction.execute("UPDATE thing SET amount = 1 WHERE id = $1", {second}).value();
            return {};
        });
    };
    scratch_->administrate("ALTER SYSTEM SET deadlock_timeout = '20ms'");
    scratch_->administrate("SELECT pg_reload_conf()");
    std::future<Result<void>> other = std::async(std::launch::async, [&] {
        return update(1, 2, first_locked, second_locked.get_future());
    });
    const Result<void> one = update(2, 1, second_locked, first_locked.get_future());
    const Result<void> two = other.get();
    EXPECT_NE(one.has_value(), two.has_value());
    EXPECT_EQ((one ? two : one).error().kind, ErrorKind::unavailable);
}

TEST_F(Postgres, SurvivesAChangedTable)
{
    const auto read = [this] {
        return transact([](Transaction& transaction) { return transaction.query("SELECT * FROM thing", {}); }
        );
    };
    ASSERT_TRUE(read());
    scratch_->administrate("ALTER TABLE thing ADD COLUMN more text");
    // The prepared plan is stale: one transaction may fail, the next has a new connection.
    static_cast<void>(read());
    EXPECT_TRUE(read());
}

TEST_F(Postgres, CallsANumberOutOfRangeBadInput)
{
    const auto result = transact([](Transaction& transaction) {
        return transaction.execute("INSERT INTO thing (id) VALUES ($1)", {std::int64_t{1} << 40});
    });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::invalid_input);
}

TEST_F(Postgres, RunsInUtcOnTheSchemaOfItsUrl)
{
    Options options = options_for(scratch_->url() + "?schema=tenant-a&connection_limit=3&pool_timeout=9");
    const auto tenant = open_database(options).value();
    const auto migrated = migrate(*tenant);
    ASSERT_TRUE(migrated) << migrated.error().message;
    EXPECT_FALSE(migrated->empty());
    EXPECT_EQ(query_text("SELECT CAST(count(*) AS text) FROM pg_tables WHERE schemaname = 'tenant-a'"), "47");
    EXPECT_EQ(query_text("SELECT CAST(count(*) AS text) FROM pg_tables WHERE schemaname = 'public'"), "1");
    EXPECT_EQ(query_text("SHOW TimeZone"), "UTC");
    const auto own = migrate(*database_);
    ASSERT_TRUE(own);
    EXPECT_FALSE(own->empty());
    EXPECT_TRUE(find_missing_columns(*tenant)->names.empty());
}

TEST_F(Postgres, MigratesOnceWhenSeveralProcessesStart)
{
    std::vector<std::future<std::size_t>> starts;
    for (int i = 0; i < 4; ++i) {
        starts.push_back(std::async(std::launch::async, [this] {
            const auto own = scratch_->open(options_for(""));
            return migrate(*own).value().size();
        }));
    }
    std::size_t applied = 0;
    for (std::future<std::size_t>& start : starts)
        applied += start.get();
    EXPECT_EQ(std::to_string(applied), query_text("SELECT CAST(count(*) AS text) FROM schema_migrations"));
}

} // namespace
} // namespace litellm::db
