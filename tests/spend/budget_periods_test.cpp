// Budgets that begin anew by the calendar, and what is told of budgets that fill up.

#include "litellm/spend/accounts.hpp"

#include <gtest/gtest.h>

namespace litellm::spend {
namespace {

Money usd(std::string_view text)
{
    return Money::parse(text).value();
}
Timestamp time(std::string_view text)
{
    return parse_timestamp(text).value();
}

class BudgetPeriods : public ::testing::Test {
protected:
    static Limits daily(std::string_view budget)
    {
        Limits limits;
        limits.max_budget = usd(budget);
        limits.period = "1d";
        return limits;
    }
    Payer payer(const Limits& limits, Money loaded = Money(), Timestamp period = {})
    {
        return {
            accounts_.account(ScopeKind::provider, "openai", limits, loaded, accounts_.generation(), period),
            true};
    }
    Result<Reservation> reserve(const Payer& payer, std::string_view bound)
    {
        Demand demand;
        demand.upper_bound = usd(bound);
        return accounts_.reserve({payer}, demand);
    }

    ManualClock clock_{time("2026-02-18T10:00:00Z")};
    Accounts accounts_{clock_};
    const Timestamp midnight_ = time("2026-02-19T00:00:00Z");
};

TEST_F(BudgetPeriods, BeginAnewAtTheirEnd)
{
    const Payer openai = payer(daily("1"));
    reserve(openai, "1")->settle(usd("1"), 1);
    EXPECT_FALSE(reserve(openai, "0.1"));
    clock_.set(midnight_ - std::chrono::microseconds(1));
    EXPECT_FALSE(reserve(openai, "0.1"));
    clock_.set(midnight_);
    EXPECT_TRUE(reserve(openai, "1"));
}

TEST_F(BudgetPeriods, ChargeTheOneInWhichTheCallBegan)
{
    const Payer openai = payer(daily("1"));
    auto late = reserve(openai, "1");
    ASSERT_TRUE(late);
    std::vector<Charge> charges;
    late->list_charges(charges);
    ASSERT_EQ(charges.size(), 1U);
    EXPECT_EQ(charges.front(), (Charge{ScopeKind::provider, "openai", midnight_}));
    clock_.set(midnight_);
    EXPECT_FALSE(reserve(openai, "0.5")) << "what is under way stays reserved";
    late->settle(usd("1"), 1);
    EXPECT_TRUE(reserve(openai, "1"));
    EXPECT_EQ(accounts_.spent(*openai.account), Money());
}

TEST_F(BudgetPeriods, TakeOverOnlyTheFigureOfTheirOwnPeriod)
{
    EXPECT_EQ(accounts_.spent(*payer(daily("1"), usd("0.5"), time("2026-02-18T00:00:00Z")).account), Money());
    EXPECT_EQ(accounts_.spent(*payer(daily("1"), usd("0.5"), midnight_).account), usd("0.5"));
}

TEST_F(BudgetPeriods, KeepWhatIsNotWrittenYet)
{
    const Payer openai = payer(daily("1"));
    reserve(openai, "0.3")->settle(usd("0.3"), 1);
    EXPECT_EQ(accounts_.spent(*payer(daily("1"), usd("0.2"), midnight_).account), usd("0.5"));
    accounts_.begin_apply();
    accounts_.end_apply({{ScopeKind::provider, "openai", usd("0.3"), midnight_}});
    EXPECT_EQ(accounts_.spent(*payer(daily("1"), usd("0.5"), midnight_).account), usd("0.5"));
}

TEST_F(BudgetPeriods, TakeOverWhatAnEarlierProcessLeft)
{
    accounts_.add_spend(ScopeKind::provider, "openai", usd("0.4"), midnight_);
    EXPECT_EQ(accounts_.spent(*payer(daily("1"), usd("0.1"), midnight_).account), usd("0.5"));
    clock_.set(midnight_);
    EXPECT_TRUE(reserve(payer(daily("1")), "1"));
}

TEST_F(BudgetPeriods, OfABudgetWithoutDurationNeverEnd)
{
    Limits limits = daily("1");
    limits.period = "";
    const Payer proxy = payer(limits);
    reserve(proxy, "1")->settle(usd("1"), 1);
    clock_.set(time("2200-01-01T00:00:00Z"));
    EXPECT_FALSE(reserve(proxy, "0.1"));
}

TEST_F(BudgetPeriods, OfAModelFollowARotatedKey)
{
    const auto model = [&](const std::string& hash) {
        return Payer{
            accounts_.account(
                ScopeKind::model_per_key, hash + ":gpt-4o", daily("1"), Money(), accounts_.generation()
            ),
            true};
    };
    auto held = reserve(model("old"), "0.6");
    ASSERT_TRUE(held);
    accounts_.rename_key("old", "new");
    EXPECT_FALSE(reserve(model("new"), "0.6"));
    held->settle(usd("0.6"), 1);
    EXPECT_EQ(accounts_.spent(*model("old").account), usd("0.6"));
    EXPECT_EQ(model("old").account, model("new").account);
}

TEST_F(BudgetPeriods, TellOnceOfEachMark)
{
    using Mark = Crossing::Mark;
    Limits limits = daily("1");
    limits.soft_budget = usd("0.5");
    const Payer openai = payer(limits);
    const auto spend = [&](std::string_view amount) {
        reserve(openai, "0.4")->settle(usd(amount), 1);
        std::vector<Mark> marks;
        for (const auto& each : accounts_.take_crossings())
            marks.push_back(each.mark);
        return marks;
    };
    EXPECT_TRUE(spend("0.4").empty());
    EXPECT_EQ(spend("0.1"), std::vector{Mark::soft_budget});
    EXPECT_TRUE(spend("0.1").empty());
    EXPECT_EQ(spend("0.4"), (std::vector{Mark::four_fifths, Mark::whole}));
    clock_.set(midnight_);
    EXPECT_TRUE(spend("0.4").empty());
    EXPECT_EQ(spend("0.2"), std::vector{Mark::soft_budget}) << "and again in the next period";
}

} // namespace
} // namespace litellm::spend
