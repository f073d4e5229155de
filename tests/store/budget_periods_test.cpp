#include "litellm/store/budget_periods.hpp"

#include "samples.hpp"

namespace litellm::store {
namespace {

class BudgetPeriodStore : public StoreTest {
protected:
    void add(const std::string& kind, const std::string& id, Timestamp end, std::int64_t nano)
    {
        std::vector<PeriodSpend> amounts{{kind, id, end, Money::from_nano(nano)}};
        ASSERT_TRUE(call(add_period_spend, amounts));
    }
    std::vector<PeriodSpend> current(const std::string& kind, const std::string& prefix)
    {
        return call(list_period_spend, kind, prefix, at()).value();
    }
};

TEST_P(BudgetPeriodStore, AddsUpExactlyByPeriod)
{
    add("provider", "openai", at(10), 1);
    add("provider", "openai", at(10), 9'007'199'254'740'993);
    add("provider", "openai", at(-10), 5);
    add("proxy", "openai", at(10), 7);

    const auto rows = current("provider", "");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows.front().id, "openai");
    EXPECT_EQ(rows.front().period_end, at(10));
    EXPECT_EQ(rows.front().amount.nano(), 9'007'199'254'740'994);
}

TEST_P(BudgetPeriodStore, ForgetsWhatIsOver)
{
    add("proxy", "a", at(-10), 5);
    add("proxy", "a", at(10), 6);
    EXPECT_EQ(call(remove_past_periods, at(-5)).value(), 1);
    EXPECT_EQ(current("proxy", "a").size(), 1U);
}

TEST_P(BudgetPeriodStore, FollowsAKeyToItsNewHash)
{
    add("model_per_key", "old:gpt-4o", at(10), 5);
    add("model_per_key", "older:gpt-4o", at(10), 100);
    add("model_per_key", "new:gpt-4o", at(10), 2);
    const std::string from = "old";
    const std::string to = "new";
    ASSERT_TRUE(call(rename_key_periods, from, to));

    const auto rows = current("model_per_key", "new:");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows.front().amount.nano(), 7);
    EXPECT_TRUE(current("model_per_key", "old:").empty());
    EXPECT_EQ(current("model_per_key", "older:").size(), 1U);
}

INSTANTIATE_ON_BOTH_DIALECTS(BudgetPeriodStore);

} // namespace
} // namespace litellm::store
