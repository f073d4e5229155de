// Processes that share budgets: each has its own accounts, all have one database.

#include "litellm/spend/budget_leases.hpp"

#include "litellm/store/budget_leases.hpp"
#include "support/database_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <fmt/format.h>
#include <thread>

namespace litellm::spend {
namespace {

using namespace std::chrono_literals;

Money usd(std::string_view text)
{
    return Money::parse(text).value();
}

Limits budget(std::string_view amount)
{
    Limits limits;
    limits.max_budget = usd(amount);
    return limits;
}

/// One process.
class Process {
public:
    Process(const std::string& holder, db::Database& database)
        : leases_(make(holder, database)), thread_([this] { context_.run(); })
    {
    }
    ~Process()
    {
        leases_.reset();
        guard_.reset(); // what is under way comes to its end
        thread_.join();
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    Result<Reservation> reserve(std::string_view limit, std::string_view bound, Money spent = Money())
    {
        const Payer payer{
            accounts.account(ScopeKind::team, "t", budget(limit), spent, accounts.generation()), true};
        Demand demand;
        demand.upper_bound = usd(bound);
        for (int tries = 0;; ++tries) {
            std::vector<LeaseNeed> needs;
            auto reserved = accounts.reserve({payer}, demand, &needs);
            if (reserved || needs.empty() || tries == 50)
                return reserved;
            if (const auto leased = wait(leases_->obtain(std::move(needs))); !leased)
                return leased.error();
        }
    }
    template <class T>
    Result<T> wait(Task<T> task)
    {
        return boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future).get();
    }
    BudgetLeases& leases() { return *leases_; }

    ManualClock clock{parse_timestamp("2026-02-18T10:00:00Z").value()};
    Accounts accounts{clock};

private:
    std::shared_ptr<BudgetLeases> make(const std::string& holder, db::Database& database)
    {
        LeaseOptions options;
        options.holder = holder;
        return BudgetLeases::make(std::move(options), database, accounts, clock, context_.get_executor());
    }

    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{context_.get_executor()};
    std::shared_ptr<BudgetLeases> leases_;
    std::thread thread_;
};

class SharedBudgetLeases : public testing::DatabaseTest {
protected:
    void SetUp() override
    {
        testing::DatabaseTest::SetUp();
        if (IsSkipped())
            return;
        execute(R"(INSERT INTO "LiteLLM_TeamTable" (team_id) VALUES ('t'))", {});
        other_database_ = scratch().open();
        first = std::make_unique<Process>("first", database());
        second = std::make_unique<Process>("second", *other_database_);
    }
    void TearDown() override
    {
        first.reset();
        second.reset();
        other_database_.reset();
        testing::DatabaseTest::TearDown();
    }
    Money leased()
    {
        Money sum;
        const store::LeaseScope scope{"team", "t"};
        for (const auto& lease : transact([&](db::Transaction& transaction) {
                                     return store::list_leases(transaction, scope);
                                 }).value())
            sum += lease.amount;
        return sum;
    }

    std::unique_ptr<Process> first;
    std::unique_ptr<Process> second;

private:
    std::unique_ptr<db::Database> other_database_;
};

TEST_P(SharedBudgetLeases, HoldABudgetTogether)
{
    auto here = first->reserve("1", "0.6");
    ASSERT_TRUE(here);
    const auto there = second->reserve("1", "0.6");
    ASSERT_FALSE(there);
    EXPECT_EQ(there.error().kind, ErrorKind::budget_exceeded);
    EXPECT_TRUE(second->reserve("1", "0.3"));
    EXPECT_LE(leased(), usd("1"));
}

TEST_P(SharedBudgetLeases, AreGivenBackToWhoeverNeedsThem)
{
    {
        auto done = first->reserve("1", "0.9");
        ASSERT_TRUE(done);
        done->cancel();
    }
    // Only Postgres brings the wish to another process.
    if (!is_postgres()) {
        ASSERT_TRUE(first->wait(first->leases().tend()));
    }
    EXPECT_TRUE(second->reserve("1", "0.8"));
    EXPECT_LE(leased(), usd("1"));
}

TEST_P(SharedBudgetLeases, ComeBackAfterARestart)
{
    auto open = first->reserve("1", "0.5");
    ASSERT_TRUE(open);
    open->settle(usd("0.5"), 1);
    Process again("first", database());
    ASSERT_TRUE(again.leases().load_now());
    // What the journal tells.
    again.accounts.add_spend(ScopeKind::team, "t", usd("0.5"));
    EXPECT_FALSE(second->reserve("1", "0.6"));
    EXPECT_TRUE(again.reserve("1", "0.4"));
}

TEST_P(SharedBudgetLeases, OfTheDeadRunOut)
{
    const auto open = first->reserve("1", "0.9");
    ASSERT_TRUE(open);
    ASSERT_FALSE(second->reserve("1", "0.9"));
    second->clock.advance(700s);
    std::this_thread::sleep_for(310ms); // a refusal is remembered for a moment
    EXPECT_TRUE(second->reserve("1", "0.9"));
}

TEST_P(SharedBudgetLeases, EndWithTheBudgetTheyCameFrom)
{
    const auto open = first->reserve("10", "0.1");
    ASSERT_TRUE(open);
    EXPECT_FALSE(first->reserve("0.05", "0.1"));
    ASSERT_TRUE(first->wait(first->leases().tend()));
    EXPECT_LE(leased(), usd("0.1"));
}

TEST_P(SharedBudgetLeases, FollowABudgetThatIsLowered)
{
    first->reserve("10", "0.1")->cancel();
    second->reserve("10", "0.1")->cancel();
    // Each still holds much of the old one. Only Postgres brings the wish to another process.
    if (!is_postgres()) {
        ASSERT_TRUE(second->wait(second->leases().tend()));
    }
    EXPECT_TRUE(first->reserve("0.5", "0.4"));
    if (!is_postgres()) {
        ASSERT_TRUE(first->wait(first->leases().tend()));
    }
    EXPECT_TRUE(second->reserve("0.5", "0.4"));
    EXPECT_LE(leased(), usd("0.5"));
}

TEST_P(SharedBudgetLeases, AreNotSpentTwiceByManyAtOnce)
{
    constexpr int callers = 8;
    std::vector<std::thread> threads;
    std::mutex mutex;
    std::vector<Reservation> taken;
    for (int caller = 0; caller < callers; ++caller)
        threads.emplace_back([&, caller] {
            Process& process = caller % 2 == 0 ? *first : *second;
            for (int call = 0; call < 20; ++call) {
                auto reserved = process.reserve("1", "0.03");
                const std::lock_guard lock(mutex);
                if (reserved)
                    taken.push_back(std::move(*reserved));
            }
        });
    for (auto& thread : threads)
        thread.join();
    // 33 calls of 0.03 fit into 1; which process has the last of them is nobody's promise without a pause.
    EXPECT_LE(taken.size(), 33U);
    EXPECT_GE(taken.size(), 31U);
    EXPECT_LE(leased(), usd("1"));
}

INSTANTIATE_ON_BOTH_DIALECTS(SharedBudgetLeases);

} // namespace
} // namespace litellm::spend
