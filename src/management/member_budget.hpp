#pragma once
// Budgets and limits that a team's members have for themselves.

#include "litellm/management/budget_change.hpp"
#include "litellm/management/context.hpp"
#include "litellm/store/budgets.hpp"
#include "litellm/store/teams.hpp"

#include <optional>
#include <string>

namespace litellm::management {

/// Changes one member's budget. The row that all members share is copied first, so that nobody else's
/// changes.
[[nodiscard]] Result<void> change_own_budget(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const store::Team& team,
    store::TeamMembership membership,
    const BudgetChange& patch
);

/// Changes the budget that all members of a team share, and makes it, with its name in the team's metadata,
/// when there is none. Members without a budget of their own get it.
[[nodiscard]] Result<void> change_shared_budget(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    store::Team& team,
    const BudgetChange& patch
);

/// `team-my-alias-budget-<hex>`: LiteLLM's own form, by which people recognise the row.
[[nodiscard]] std::string member_budget_id(const std::optional<std::string>& alias, Random& random);

} // namespace litellm::management
