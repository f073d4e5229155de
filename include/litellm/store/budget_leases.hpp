#pragma once
// Our own table of what processes may spend of budgets that they share.

#include "litellm/core/money.hpp"
#include "litellm/core/time.hpp"
#include "litellm/db/database.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace litellm::store {

/// A budget: the word of its scope (`api_key`, `team`, `team_member` …), whose it is, and where the period of
/// a budget without a column ends (the epoch for budgets whose spend is a column).
struct LeaseScope {
    std::string kind;
    std::string id;
    Timestamp period_end{};
};

struct BudgetLease {
    LeaseScope scope;
    std::string holder;
    Money amount;
    Timestamp renewed_at;
};

/// Until the transaction ends nobody else changes the leases of this budget.
[[nodiscard]] Result<void> lock_leases(db::Transaction& transaction, const LeaseScope& scope);
/// All leases of the budget. For a safe sum, read them before load_spend(): spend that is being written
/// meanwhile then counts twice, never not at all.
[[nodiscard]] Result<std::vector<BudgetLease>>
list_leases(db::Transaction& transaction, const LeaseScope& scope);
[[nodiscard]] Result<std::vector<BudgetLease>>
list_leases_of(db::Transaction& transaction, const std::string& holder);
/// What the database says was spent; zero for somebody it does not know.
[[nodiscard]] Result<Money> load_spend(db::Transaction& transaction, const LeaseScope& scope);
/// Adds `by.amount` to the holder's lease, which is made where it is missing; what it comes to. Never sets
/// it: the holder may be writing spend down meanwhile.
[[nodiscard]] Result<Money> extend_lease(db::Transaction& transaction, const BudgetLease& by);
/// Takes from the holder's lease what it has spent or gives back; a lease never falls below zero.
[[nodiscard]] Result<void>
reduce_lease(db::Transaction& transaction, const LeaseScope& scope, const std::string& holder, Money by);
/// Says that the holder lives.
[[nodiscard]] Result<void>
renew_leases(db::Transaction& transaction, const std::string& holder, Timestamp now);
/// Forgets leases whose holders were not heard of since `time`; how many.
[[nodiscard]] Result<std::int64_t> remove_stale_leases(db::Transaction& transaction, Timestamp time);

} // namespace litellm::store
