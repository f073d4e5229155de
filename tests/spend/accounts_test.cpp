#include "litellm/spend/accounts.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace litellm::spend {
namespace {

Money usd(std::string_view text)
{
    return Money::parse(text).value();
}

class AccountsTest : public ::testing::Test {
protected:
    Payer payer(ScopeKind kind, const std::string& id, const Limits& limits, Money spent = Money())
    {
        return {accounts_.account(kind, id, limits, spent, accounts_.generation()), true};
    }
    static Demand asks(std::string_view bound, std::int64_t tokens = 1)
    {
        Demand demand;
        demand.upper_bound = usd(bound);
        demand.tokens = demand.least_tokens = tokens;
        return demand;
    }

    ManualClock clock_{parse_timestamp("2026-02-18T10:00:00Z").value()};
    Accounts accounts_{clock_};
};

TEST_F(AccountsTest, NeverPassesABudgetUnderConcurrency)
{
    Limits limits;
    limits.max_budget = usd("1");
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", limits)};
    std::atomic<int> allowed{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int call = 0; call < 50; ++call) {
                auto reservation = accounts_.reserve(payers, asks("0.01"));
                if (reservation) {
                    ++allowed;
                    reservation->settle(usd("0.01"), 1);
                }
            }
        });
    }
    for (auto& thread : threads)
        thread.join();

    EXPECT_EQ(allowed, 100);
    EXPECT_EQ(accounts_.spent(*payers.front().account), usd("1"));
    EXPECT_EQ(payers.front().account->reserved, Money());
}

TEST_F(AccountsTest, TakesFromAllScopesOrFromNone)
{
    Limits rich;
    rich.max_budget = usd("10");
    Limits poor;
    poor.max_budget = usd("0.001");
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", rich), payer(ScopeKind::team, "t", poor)};

    const auto refused = accounts_.reserve(payers, asks("0.01"));

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::budget_exceeded);
    EXPECT_EQ(payers.front().account->reserved, Money());
    EXPECT_EQ(payers.front().account->window_requests, 0);
}

TEST_F(AccountsTest, GivesBackWhatWasNotSettled)
{
    Limits limits;
    limits.max_budget = usd("1");
    limits.max_parallel_requests = 1;
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", limits)};
    {
        const auto held = accounts_.reserve(payers, asks("1"));
        ASSERT_TRUE(held);
        EXPECT_FALSE(accounts_.reserve(payers, asks("0")));
    }

    EXPECT_TRUE(accounts_.reserve(payers, asks("1")));
}

TEST_F(AccountsTest, CountsRequestsPerWindow)
{
    Limits limits;
    limits.rpm = 2;
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", limits)};

    EXPECT_TRUE(accounts_.reserve(payers, asks("0")));
    EXPECT_TRUE(accounts_.reserve(payers, asks("0")));
    clock_.advance(std::chrono::seconds(20));
    const auto refused = accounts_.reserve(payers, asks("0"));

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::rate_limited);
    EXPECT_EQ(refused.error().headers.front(), (std::pair<std::string, std::string>("retry-after", "40")));
    clock_.advance(std::chrono::seconds(41));
    EXPECT_TRUE(accounts_.reserve(payers, asks("0")));
}

TEST_F(AccountsTest, TruesTokensUp)
{
    Limits limits;
    limits.tpm = 100;
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", limits)};
    auto first = accounts_.reserve(payers, asks("0", 60));
    ASSERT_TRUE(first);
    EXPECT_FALSE(accounts_.reserve(payers, asks("0", 60)));

    first->settle(Money(), 10);

    EXPECT_TRUE(accounts_.reserve(payers, asks("0", 60)));
}

TEST_F(AccountsTest, AUsersBudgetDoesNotBindTeamKeys)
{
    Limits limits;
    limits.max_budget = usd("1");
    Payer user = payer(ScopeKind::user, "u", limits, usd("5"));
    user.enforce_budget = false;
    const std::vector<Payer> payers{user};

    EXPECT_TRUE(accounts_.reserve(payers, asks("1")));
}

TEST_F(AccountsTest, ReloadedSpendKeepsWhatIsNotWrittenYet)
{
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", {}, usd("1"))};
    accounts_.reserve(payers, asks("0.5"))->settle(usd("0.5"), 1);

    (void)payer(ScopeKind::key, "k", {}, usd("1"));
    EXPECT_EQ(accounts_.spent(*payers.front().account), usd("1.5"));

    accounts_.begin_apply();
    accounts_.end_apply({{ScopeKind::key, "k", usd("0.5")}});
    (void)payer(ScopeKind::key, "k", {}, usd("1.5"));
    EXPECT_EQ(accounts_.spent(*payers.front().account), usd("1.5"));
}

TEST_F(AccountsTest, CarriesAKeyOverToItsNewHash)
{
    Limits limits;
    limits.max_budget = usd("2");
    limits.rpm = 2;
    const std::vector<Payer> before{payer(ScopeKind::key, "old", limits, usd("1"))};
    auto under_way = accounts_.reserve(before, asks("0.5"));
    ASSERT_TRUE(under_way);

    accounts_.rename_key("old", "new");
    const std::vector<Payer> after{payer(ScopeKind::key, "new", limits, usd("1"))};
    EXPECT_FALSE(accounts_.reserve(after, asks("0.6"))) << "what is reserved counts for the new hash too";
    under_way->settle(usd("0.25"), 1);
    EXPECT_EQ(accounts_.spent(*after.front().account), usd("1.25"));

    // The ledger writes the old hash, because that is what the call began with.
    accounts_.begin_apply();
    accounts_.end_apply({{ScopeKind::key, "old", usd("0.25")}});
    (void)payer(ScopeKind::key, "new", limits, usd("1.25"));
    EXPECT_EQ(accounts_.spent(*after.front().account), usd("1.25"));
    EXPECT_EQ(payer(ScopeKind::key, "old", limits, usd("1.25")).account, after.front().account);

    auto second = accounts_.reserve(after, asks("0.1"));
    ASSERT_TRUE(second);
    EXPECT_EQ(accounts_.reserve(after, asks("0.1")).error().kind, ErrorKind::rate_limited)
        << "the window goes on";
}

TEST_F(AccountsTest, FollowsAChainOfRenames)
{
    (void)payer(ScopeKind::key, "a", {}, usd("1"));
    accounts_.rename_key("a", "b");
    accounts_.rename_key("b", "c");
    accounts_.add_spend(ScopeKind::key, "a", usd("0.5"));
    EXPECT_EQ(accounts_.spent(*payer(ScopeKind::key, "c", {}, usd("1")).account), usd("1.5"));
    accounts_.add_spend(ScopeKind::user, "a", usd("3"));
    EXPECT_EQ(accounts_.spent(*payer(ScopeKind::key, "c", {}, usd("1")).account), usd("1.5"))
        << "only keys are renamed";
}

TEST_F(AccountsTest, TakesANewFigureOverWhateverIsBeingWritten)
{
    const auto read_at = accounts_.generation();
    const auto account = payer(ScopeKind::user, "u", {}, usd("5")).account;
    accounts_.begin_apply();
    accounts_.end_apply({});
    EXPECT_EQ(accounts_.spent(*accounts_.account(ScopeKind::user, "u", {}, Money(), read_at)), usd("5"));
    accounts_.expect_new_figure(ScopeKind::user, "u");
    EXPECT_EQ(accounts_.spent(*accounts_.account(ScopeKind::user, "u", {}, Money(), read_at)), Money());
    EXPECT_EQ(accounts_.spent(*account), Money());
}

} // namespace
} // namespace litellm::spend
