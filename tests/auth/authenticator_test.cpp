#include "litellm/auth/authenticator.hpp"

#include "litellm/auth/change_notice.hpp"
#include "litellm/core/encoding.hpp"
#include "support/database_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace litellm::auth {
namespace {

using Kind = ChangeNotice::Kind;

/// One process with its memory, on a database that others may use too.
class Instance {
public:
    Instance(const testing::ScratchDatabase& scratch, const Clock& clock)
        : accounts_(clock), database(scratch.open())
    {
        Options options;
        options.master_key = Secret("sk-master");
        authenticator = Authenticator::make(std::move(options), database.get(), accounts_, clock);
    }

    /// What a request with this key gets to know; the database is asked only when the memory has no answer.
    Result<PrincipalPtr> call(const std::string& key)
    {
        auto known = authenticator->find_known(key);
        if (!known || *known)
            return known;
        ++look_ups;
        boost::asio::io_context loop;
        auto answer = boost::asio::co_spawn(loop, authenticator->authenticate(key), boost::asio::use_future);
        const auto work = boost::asio::make_work_guard(loop);
        while (answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
            loop.run_one_for(std::chrono::milliseconds(10));
        return answer.get();
    }

private:
    spend::Accounts accounts_;

public:
    std::unique_ptr<db::Database> database;
    std::unique_ptr<Authenticator> authenticator;
    int look_ups = 0;
};

class Memory : public testing::DatabaseTest {
protected:
    void SetUp() override
    {
        DatabaseTest::SetUp();
        if (IsSkipped())
            return;
        instance_ = std::make_unique<Instance>(scratch(), clock_);
        subscription_ = follow_changes(*instance_->database, {*instance_->authenticator});
    }
    void TearDown() override
    {
        subscription_.reset();
        instance_.reset();
        DatabaseTest::TearDown();
    }

    void make(const std::string& key, const std::string& user = {}, const std::string& team = {})
    {
        store::Key row;
        row.token = sha256_hex(key);
        row.created_at = row.updated_at = clock_.now();
        if (!user.empty())
            row.user_id = user;
        if (!team.empty())
            row.team_id = team;
        transact([&](db::Transaction& transaction) { return store::insert_key(transaction, row); }).value();
    }
    /// Blocks a key behind the back of every memory.
    void block(const std::string& key)
    {
        transact([&](db::Transaction& transaction) {
            return store::set_key_blocked(transaction, sha256_hex(key), true, "x", clock_.now());
        }).value();
    }
    void announce(const ChangeNotice& notice)
    {
        instance_->database
            ->transact_now<bool>([&](db::Transaction& transaction) -> Result<bool> {
                if (const auto told = auth::announce(transaction, notice); !told)
                    return told.error();
                return true;
            })
            .value();
    }
    bool works(const std::string& key) { return instance_->call(key).has_value(); }

    ManualClock clock_{parse_timestamp("2026-02-18T10:00:00Z").value()};
    std::unique_ptr<Instance> instance_;
    std::unique_ptr<db::Subscription> subscription_;
};

TEST_P(Memory, AnswersWithoutTheDatabaseUntilItIsTooOld)
{
    // The line to other processes forgets everything when it comes to stand, which may be in the middle of
    // this.
    subscription_.reset();
    make("sk-a");
    EXPECT_TRUE(works("sk-a"));
    EXPECT_TRUE(works("sk-a"));
    EXPECT_EQ(instance_->look_ups, 1);
    clock_.advance(seconds(61));
    EXPECT_TRUE(works("sk-a"));
    EXPECT_EQ(instance_->look_ups, 2);
}

TEST_P(Memory, ForgetsWhatANoticeNames)
{
    const std::pair<std::string, ChangeNotice> cases[] = {
        {"sk-a", {Kind::key, sha256_hex("sk-a")}},
        {"sk-b", {Kind::user, "u"}},
        {"sk-c", {Kind::team, "t"}},
        {"sk-d", {Kind::everything, ""}},
    };
    make("sk-a");
    make("sk-b", "u");
    make("sk-c", "", "t");
    make("sk-d");
    for (const auto& [key, notice] : cases) {
        ASSERT_TRUE(works(key));
        block(key);
        EXPECT_TRUE(works(key)) << "still remembered";
        announce(notice);
        EXPECT_FALSE(works(key)) << key;
    }
}

TEST_P(Memory, ForgetsThatAKeyWasUnknown)
{
    EXPECT_FALSE(works("sk-a"));
    make("sk-a");
    EXPECT_FALSE(works("sk-a"));
    announce({Kind::key, sha256_hex("sk-a")});
    EXPECT_TRUE(works("sk-a"));
}

TEST_P(Memory, GoesOnWithWhatItKnewWhileTheDatabaseIsAway)
{
    if (!is_postgres())
        GTEST_SKIP() << "a SQLite file does not go away";
    // What is read while the line comes to stand is not remembered.
    subscription_.reset();
    make("sk-a");
    ASSERT_TRUE(works("sk-a"));
    instance_->authenticator->forget_everything();
    testing::ScratchDatabase::run_on_server(
        "ALTER DATABASE " + scratch().name() + " ALLOW_CONNECTIONS false"
    );
    testing::ScratchDatabase::run_on_server(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + scratch().name() + "'"
    );
    EXPECT_TRUE(works("sk-a"));
    testing::ScratchDatabase::run_on_server("ALTER DATABASE " + scratch().name() + " ALLOW_CONNECTIONS true");
}

TEST_P(Memory, LetsOneCallerRefreshAndAnotherWhenThatOneIsLost)
{
    // As above: the line would forget in between.
    subscription_.reset();
    make("sk-a");
    ASSERT_TRUE(works("sk-a"));
    clock_.advance(seconds(61));
    EXPECT_FALSE(instance_->authenticator->find_known("sk-a").value()) << "this caller is to refresh";
    EXPECT_TRUE(instance_->authenticator->find_known("sk-a").value()) << "the others go on";
    clock_.advance(seconds(2));
    EXPECT_FALSE(instance_->authenticator->find_known("sk-a").value()) << "nobody has refreshed it";
}

TEST_P(Memory, HearsOfChangesInOtherProcesses)
{
    if (!is_postgres())
        GTEST_SKIP() << "SQLite has one process";
    make("sk-a");
    Instance other(scratch(), clock_);
    const auto subscription = follow_changes(*other.database, {*other.authenticator});
    ASSERT_TRUE(other.call("sk-a"));
    block("sk-a");
    announce({Kind::key, sha256_hex("sk-a")});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (other.call("sk-a") && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    EXPECT_FALSE(other.call("sk-a"));
}

INSTANTIATE_ON_BOTH_DIALECTS(Memory);

TEST(ChangeNotice, SurvivesItsWay)
{
    for (const ChangeNotice& notice :
         {ChangeNotice{Kind::key, "abc"},
          ChangeNotice{Kind::user, "a:b@c d"},
          ChangeNotice{Kind::team, ""},
          ChangeNotice{Kind::end_user, "c:1"},
          ChangeNotice{Kind::renamed_key, "abc", "def"},
          ChangeNotice{Kind::spend, "t:u:v", {}, spend::ScopeKind::team_member},
          ChangeNotice{Kind::models},
          ChangeNotice{Kind::everything}})
        EXPECT_EQ(notice_from(to_string(notice)), notice);
}

TEST(ChangeNotice, MeansEverythingWhenItCannotSayMore)
{
    EXPECT_EQ(notice_from("galaxy:x").kind, Kind::everything);
    EXPECT_EQ(notice_from("").kind, Kind::everything);
    EXPECT_EQ(notice_from("renamed_key:abc").kind, Kind::everything);
    EXPECT_EQ(notice_from("spend:galaxy:x").kind, Kind::everything);
    EXPECT_EQ(to_string({Kind::user, std::string(5'000, 'x')}), "everything");
}

} // namespace
} // namespace litellm::auth
