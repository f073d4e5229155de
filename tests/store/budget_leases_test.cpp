#include "litellm/store/budget_leases.hpp"

#include "litellm/store/budget_periods.hpp"
#include "samples.hpp"

namespace litellm::store {
namespace {

class BudgetLeaseStore : public StoreTest {
protected:
    const LeaseScope scope{"provider", "openai", at(100)};

    void save(const std::string& holder, std::int64_t nano, int seconds = 0)
    {
        const BudgetLease lease{scope, holder, Money::from_nano(nano), at(seconds)};
        ASSERT_TRUE(call(extend_lease, lease));
    }
    std::vector<std::int64_t> amounts()
    {
        std::vector<std::int64_t> nanos;
        for (const auto& lease : call(list_leases, scope).value())
            nanos.push_back(lease.amount.nano());
        return nanos;
    }
};

TEST_P(BudgetLeaseStore, KeepsOneLeaseAHolder)
{
    ASSERT_TRUE(call(lock_leases, scope));
    save("a", 5);
    save("a", 7);
    save("b", 1);
    EXPECT_EQ(amounts(), (std::vector<std::int64_t>{12, 1}));
    const std::string holder = "a";
    const auto mine = call(list_leases_of, holder).value();
    ASSERT_EQ(mine.size(), 1U);
    EXPECT_EQ(mine.front().scope.kind, "provider");
    EXPECT_EQ(mine.front().scope.period_end, at(100));
}

TEST_P(BudgetLeaseStore, TakesFromALeaseWhatItHolds)
{
    save("a", 10);
    save("b", 10);
    const std::string holder = "a";
    ASSERT_TRUE(call(reduce_lease, scope, holder, Money::from_nano(4)));
    EXPECT_EQ(amounts(), (std::vector<std::int64_t>{6, 10}));
    ASSERT_TRUE(call(reduce_lease, scope, holder, Money::from_nano(40)));
    EXPECT_EQ(amounts(), (std::vector<std::int64_t>{0, 10}));
}

TEST_P(BudgetLeaseStore, ForgetsTheDead)
{
    save("a", 10, 0);
    save("b", 10, 0);
    const std::string alive = "b";
    ASSERT_TRUE(call(renew_leases, alive, at(60)));
    EXPECT_EQ(call(remove_stale_leases, at(30)).value(), 1);
    EXPECT_EQ(amounts().size(), 1U);
}

TEST_P(BudgetLeaseStore, KnowsWhatWasSpentOfEachScope)
{
    std::vector<PeriodSpend> amounts{{"provider", "openai", at(100), Money::from_nano(1'500'000'000)}};
    ASSERT_TRUE(call(add_period_spend, amounts));
    EXPECT_EQ(call(load_spend, scope).value().nano(), 1'500'000'000);
    execute(
        R"(INSERT INTO "LiteLLM_TeamMembership" (user_id, team_id, spend) VALUES ('u:1', 'team:a', 2.5))", {}
    );
    execute(
        R"(INSERT INTO "LiteLLM_EndUserTable" (user_id, spend, blocked) VALUES ('customer', 0.25, false))", {}
    );
    const LeaseScope member{"team_member", "team:a:u:1"};
    const LeaseScope customer{"end_user", "customer"};
    const LeaseScope nobody{"api_key", "unknown"};
    EXPECT_EQ(call(load_spend, member).value().nano(), 2'500'000'000);
    EXPECT_EQ(call(load_spend, customer).value().nano(), 250'000'000);
    EXPECT_EQ(call(load_spend, nobody).value().nano(), 0);
}

INSTANTIATE_ON_BOTH_DIALECTS(BudgetLeaseStore);

} // namespace
} // namespace litellm::store
