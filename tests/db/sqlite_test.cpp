#include "support/database_fixture.hpp"

#include <sys/stat.h>

namespace litellm::db {
namespace {

mode_t mode_of(const std::filesystem::path& path)
{
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
}

Result<void> create_table(Transaction& transaction)
{
    transaction.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY)", {}).value();
    transaction.execute("INSERT INTO thing (id) VALUES (1)", {}).value();
    return {};
}

Result<std::int64_t> count(Transaction& transaction)
{
    return transaction.query("SELECT count(*) FROM thing", {}).value().front().integer(0);
}

TEST(Sqlite, KeepsItsFilesToItself)
{
    const testing::ScratchDatabase scratch(Dialect::sqlite);
    const auto database = scratch.open();
    ASSERT_TRUE(database->transact_now<void>(create_table));
    EXPECT_EQ(mode_of(scratch.folder()), 0700u);
    EXPECT_EQ(mode_of(scratch.folder() / "test.db"), 0600u);
    EXPECT_EQ(mode_of(scratch.folder() / "test.db-wal"), 0600u);
}

TEST(Sqlite, KeepsItsRows)
{
    const testing::ScratchDatabase scratch(Dialect::sqlite);
    ASSERT_TRUE(scratch.open()->transact_now<void>(create_table));
    EXPECT_EQ(scratch.open()->transact_now<std::int64_t>(count).value(), 1);
}

TEST(Sqlite, LivesInMemory)
{
    const auto database = open_database(Options{"sqlite://:memory:"}).value();
    ASSERT_TRUE(database->transact_now<void>(create_table));
    EXPECT_EQ(database->transact_now<std::int64_t>(count).value(), 1);
    EXPECT_TRUE(database->is_reachable());
}

TEST(Sqlite, SaysWhenItsFileCannotBeOpened)
{
    const auto folder = open_database(Options{"sqlite:///"});
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error().kind, ErrorKind::unavailable);
    const auto under_file = open_database(Options{"sqlite:///dev/null/x.db"});
    ASSERT_FALSE(under_file);
    EXPECT_EQ(under_file.error().kind, ErrorKind::unavailable);
}

TEST(Sqlite, SaysWhenItsFileIsSomethingElse)
{
    const testing::ScratchDatabase scratch(Dialect::sqlite);
    std::filesystem::create_directories(scratch.folder());
    FILE* file = std::fopen((scratch.folder() / "test.db").c_str(), "w");
    std::fputs(std::string(4096, 'x').c_str(), file);
    std::fclose(file);
    EXPECT_FALSE(open_database(Options{scratch.url()}));
}

TEST(Sqlite, IsUnavailableWhileAnotherProcessWrites)
{
    const testing::ScratchDatabase scratch(Dialect::sqlite);
    Options options;
    options.acquire_timeout = milliseconds(20);
    const auto one = scratch.open();
    const auto two = scratch.open(options);
    ASSERT_TRUE(one->transact_now<void>(create_table));
    ErrorKind kind = ErrorKind::internal;
    const auto outcome = one->transact_now<void>([&](Transaction&) -> Result<void> {
        kind = two->transact_now<std::int64_t>(count).error().kind;
        return {};
    });
    EXPECT_TRUE(outcome);
    EXPECT_EQ(kind, ErrorKind::unavailable);
    EXPECT_FALSE(two->is_reachable());
    // A busy machine may need several attempts within so short a limit.
    for (int i = 0; i < 100 && !two->is_reachable(); ++i)
        static_cast<void>(two->transact_now<std::int64_t>(count));
    EXPECT_TRUE(two->is_reachable());
}

} // namespace
} // namespace litellm::db
