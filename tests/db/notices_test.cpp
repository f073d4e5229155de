// Announcements reach this process at once and other processes through Postgres.

#include "support/database_fixture.hpp"

#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>

namespace litellm::db {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

/// Keeps what it hears.
class Ear {
public:
    Subscriber subscriber()
    {
        Subscriber made;
        made.on_notice = [this](const std::string& notice) { note([&] { heard_.push_back(notice); }); };
        made.on_gap = [this] { note([&] { ++gaps_; }); };
        return made;
    }
    std::vector<std::string> heard()
    {
        const std::lock_guard lock(mutex_);
        return heard_;
    }
    template <class Condition>
    bool wait(Condition condition)
    {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, seconds(20), [&] { return condition(heard_, gaps_); });
    }
    bool wait_for_gaps(int wanted)
    {
        return wait([&](const auto&, int gaps) { return gaps >= wanted; });
    }
    bool wait_for(const std::string& notice)
    {
        return wait([&](const std::vector<std::string>& heard, int) {
            return std::find(heard.begin(), heard.end(), notice) != heard.end();
        });
    }

private:
    template <class Change>
    void note(Change change)
    {
        const std::lock_guard lock(mutex_);
        change();
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> heard_;
    int gaps_ = 0;
};

class Notices : public testing::DatabaseTest {
protected:
    bool wants_migrations() const override { return false; }

    Result<bool> announce(Database& database, const std::string& notice, bool commit = true)
    {
        return database.transact_now<bool>([&](Transaction& transaction) -> Result<bool> {
            if (const auto told = transaction.announce(notice); !told)
                return told.error();
            if (!commit)
                return invalid_input("no");
            return true;
        });
    }
    Ear ear_;
};

TEST_P(Notices, AreHeardHereWhenTheTransactionIsCommitted)
{
    const auto subscription = database().subscribe(ear_.subscriber());
    transact([&](Transaction& transaction) -> Result<bool> {
        EXPECT_TRUE(transaction.announce("key:a"));
        EXPECT_TRUE(transaction.announce("key:a"));
        EXPECT_TRUE(transaction.announce("team:b"));
        EXPECT_THAT(ear_.heard(), IsEmpty());
        return true;
    }).value();
    // On Postgres they come a second time, over the line from the server.
    auto heard = ear_.heard();
    ASSERT_GE(heard.size(), 2U);
    heard.resize(2);
    EXPECT_THAT(heard, ElementsAre("key:a", "team:b"));
}

TEST_P(Notices, OfAFailedTransactionAreNotHeard)
{
    const auto subscription = database().subscribe(ear_.subscriber());
    EXPECT_FALSE(announce(database(), "key:a", false));
    EXPECT_THAT(ear_.heard(), IsEmpty());
}

TEST_P(Notices, EndWithTheSubscription)
{
    auto subscription = database().subscribe(ear_.subscriber());
    subscription.reset();
    ASSERT_TRUE(announce(database(), "key:a"));
    EXPECT_THAT(ear_.heard(), IsEmpty());
}

TEST_P(Notices, OutliveTheDatabase)
{
    const auto subscription = database().subscribe(ear_.subscriber());
    close();
    EXPECT_THAT(ear_.heard(), IsEmpty());
}

TEST_P(Notices, HaveABoundedLength)
{
    EXPECT_EQ(announce(database(), std::string(7'001, 'x')).error().kind, ErrorKind::invalid_input);
    EXPECT_TRUE(announce(database(), std::string(7'000, 'x')));
}

TEST_P(Notices, ReachOtherProcesses)
{
    if (!is_postgres())
        GTEST_SKIP() << "SQLite has one process";
    const auto other = scratch().open();
    const auto subscription = other->subscribe(ear_.subscriber());
    ASSERT_TRUE(ear_.wait_for_gaps(1)) << "a gap is told when the connection stands";
    ASSERT_TRUE(announce(database(), "key:a"));
    EXPECT_TRUE(ear_.wait_for("key:a"));
    EXPECT_FALSE(announce(database(), "key:b", false));
    ASSERT_TRUE(announce(database(), "it's; DROP TABLE x --"));
    EXPECT_TRUE(ear_.wait_for("it's; DROP TABLE x --"));
    EXPECT_THAT(ear_.heard(), Not(Contains("key:b")));
}

TEST_P(Notices, ComeAgainAfterTheConnectionBroke)
{
    if (!is_postgres())
        GTEST_SKIP() << "SQLite has one process";
    const auto other = scratch().open();
    const auto subscription = other->subscribe(ear_.subscriber());
    ASSERT_TRUE(ear_.wait_for_gaps(1));
    scratch().run_on_server(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + scratch().name() + "'"
    );
    ASSERT_TRUE(ear_.wait_for_gaps(2));
    ASSERT_TRUE(announce(database(), "key:a"));
    EXPECT_TRUE(ear_.wait_for("key:a"));
}

INSTANTIATE_ON_BOTH_DIALECTS(Notices);

TEST(NoticesOfAnUnreachableServer, DoNotHoldUpTheEnd)
{
    Options options;
    options.url = "postgresql://nobody@127.0.0.1:1/none";
    const auto database = open_database(options).value();
    Ear ear;
    const auto subscription = database->subscribe(ear.subscriber());
    EXPECT_THAT(ear.heard(), IsEmpty());
}

} // namespace
} // namespace litellm::db
