#pragma once
// Budget rows: making and changing them.

#include "litellm/management/budget_change.hpp"
#include "litellm/management/context.hpp"
#include "litellm/store/budgets.hpp"

#include <string>

namespace litellm::management {

/// The row as it starts: made now, by the caller.
[[nodiscard]] store::Budget new_budget(const Context& context, const Caller& by, std::string budget_id);

/// invalid_input for amounts and durations that cannot be.
[[nodiscard]] Result<void>
apply_change(const BudgetChange& change, store::Budget& budget, const Context& context, const Caller& by);

/// Stores a new row under `budget_id`. conflict when there is one.
[[nodiscard]] Result<store::Budget> store_new_budget(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    std::string budget_id,
    const BudgetChange& change
);

/// Changes a stored row. not_found when there is none.
[[nodiscard]] Result<store::Budget> change_stored_budget(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::string& budget_id,
    const BudgetChange& change
);

} // namespace litellm::management
