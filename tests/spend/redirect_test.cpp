// Calls that go on with another model: what they reserve, and what a killed process leaves of them.

#include "litellm/spend/ledger.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace litellm::spend {
namespace {

Money usd(std::string_view text)
{
    return Money::parse(text).value();
}

class RedirectTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "litellm-redirect-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        directory_ = pattern;
        open();
    }
    void TearDown() override
    {
        ledger_.reset();
        std::filesystem::remove_all(directory_);
    }

    /// As after a crash: nothing of the old process is left but its files.
    void open()
    {
        ledger_.reset();
        accounts_ = std::make_unique<Accounts>(clock_);
        LedgerOptions options;
        options.directory = directory_;
        options.segment_bytes = 64 * 1024;
        auto opened = Ledger::open(options, clock_, random_, *accounts_);
        ASSERT_TRUE(opened) << opened.error().message;
        ledger_ = std::move(*opened);
    }
    [[nodiscard]] static Entry entry(std::string_view cost)
    {
        Entry made;
        made.log.request_id = "r";
        made.log.api_key = "hash";
        made.log.spend = usd(cost);
        return made;
    }
    [[nodiscard]] Money spent()
    {
        return accounts_->spent(
            *accounts_->account(ScopeKind::key, "hash", {}, Money(), accounts_->generation())
        );
    }
    static Demand asks(std::string_view bound)
    {
        Demand demand;
        demand.upper_bound = usd(bound);
        demand.tokens = 1;
        return demand;
    }
    Payer payer(std::string_view budget)
    {
        Limits limits;
        limits.max_budget = usd(budget);
        return {accounts_->account(ScopeKind::key, "k", limits, Money(), accounts_->generation()), true};
    }

    std::filesystem::path directory_;
    SystemRandom random_;
    ManualClock clock_{parse_timestamp("2026-02-18T10:00:00Z").value()};
    std::unique_ptr<Accounts> accounts_;
    std::unique_ptr<Ledger> ledger_;
};

TEST_F(RedirectTest, AKilledProcessIsChargedTheBoundOfTheLastModelOnce)
{
    const auto ticket = ledger_->open_call(entry("1"));
    ASSERT_TRUE(ticket);
    ASSERT_TRUE(ledger_->redirect_call(*ticket, entry("3")));
    open();
    EXPECT_EQ(ledger_->backlog(), 1U);
    EXPECT_EQ(spent(), usd("3"));
}

TEST_F(RedirectTest, AnOutcomeEndsARedirectedCall)
{
    const auto ticket = ledger_->open_call(entry("1"));
    ASSERT_TRUE(ticket);
    ASSERT_TRUE(ledger_->redirect_call(*ticket, entry("3")));
    ledger_->settle(*ticket, entry("2"));
    EXPECT_EQ(ledger_->backlog(), 1U);
    EXPECT_FALSE(ledger_->redirect_call(*ticket, entry("4"))) << "it is over";
    open();
    EXPECT_EQ(ledger_->backlog(), 1U);
    EXPECT_EQ(spent(), usd("2"));
}

TEST_F(RedirectTest, SurvivesManySegments)
{
    const auto ticket = ledger_->open_call(entry("1"));
    ASSERT_TRUE(ticket);
    for (int i = 0; i < 500; ++i)
        ASSERT_TRUE(ledger_->redirect_call(*ticket, entry(std::to_string(i + 2))));
    open();
    EXPECT_EQ(ledger_->backlog(), 1U);
    EXPECT_EQ(spent(), usd("501"));
}

TEST_F(RedirectTest, ARaisedReservationKeepsToTheBudget)
{
    const std::vector<Payer> payers{payer("1")};
    auto reservation = accounts_->reserve(payers, asks("0.2"));
    ASSERT_TRUE(reservation);
    EXPECT_TRUE(accounts_->raise(*reservation, payers, asks("0.1"))) << "less than it has";
    EXPECT_EQ(payers.front().account->reserved, usd("0.2"));
    EXPECT_TRUE(accounts_->raise(*reservation, payers, asks("0.9")));
    EXPECT_EQ(payers.front().account->reserved, usd("0.9"));
    const auto refused = accounts_->raise(*reservation, payers, asks("1.1"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::budget_exceeded);
    EXPECT_EQ(payers.front().account->reserved, usd("0.9"));
    reservation->settle(usd("0.3"), 1);
    EXPECT_EQ(payers.front().account->reserved, Money());
    EXPECT_EQ(payers.front().account->spent, usd("0.3"));
    EXPECT_EQ(payers.front().account->in_flight, 0);
}

TEST_F(RedirectTest, AFreeModelsFallbackIsCheckedLikeAnyOther)
{
    const std::vector<Payer> payers{payer("0")};
    Demand free = asks("0");
    free.skip_budgets = true;
    auto reservation = accounts_->reserve(payers, free);
    ASSERT_TRUE(reservation);
    EXPECT_FALSE(accounts_->raise(*reservation, payers, asks("0.1")));
    EXPECT_FALSE(accounts_->raise(*reservation, payers, asks("0"))) << "the budget is used up";
}

} // namespace
} // namespace litellm::spend
