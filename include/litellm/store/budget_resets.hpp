#pragma once
// Budgets that start again: spend columns go back to zero, and the date of the next time is set, in one
// statement each, so that several processes reset a row once.

#include "litellm/db/database.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace litellm::store {

/// Tables whose rows have a budget with a duration of their own.
enum class BudgetOwner { key, user, team };

/// The distinct budget_durations of rows that are due; nothing stands for rows without one.
[[nodiscard]] Result<std::vector<std::optional<std::string>>>
list_due_durations(db::Transaction& transaction, BudgetOwner owner, Timestamp now);
/// Resets all due rows with that duration, sets their next date, and returns their ids. Expired keys are
/// passed over.
[[nodiscard]] Result<std::vector<std::string>> reset_owners(
    db::Transaction& transaction,
    BudgetOwner owner,
    const std::optional<std::string>& duration,
    std::optional<Timestamp> next,
    Timestamp now
);

/// Sets every spend to 0 and leaves dates alone. Returns the ids of rows that had spent.
[[nodiscard]] Result<std::vector<std::string>>
reset_all_spend(db::Transaction& transaction, BudgetOwner owner);

/// A budget row that is due, or that has a duration and no date yet.
struct DueBudget {
    std::string budget_id;
    std::string duration;
    std::optional<Timestamp> reset_at;
    Timestamp created_at;
};
[[nodiscard]] Result<std::vector<DueBudget>> list_due_budgets(db::Transaction& transaction, Timestamp now);
/// Sets the date; false when somebody else has done so.
[[nodiscard]] Result<bool>
set_budget_reset(db::Transaction& transaction, const DueBudget& budget, Timestamp next, Timestamp now);

/// Everybody who spent on a budget row.
struct BudgetSpenders {
    std::vector<std::string> end_users;
    std::vector<std::pair<std::string, std::string>> members; ///< team id, user id
    std::vector<std::string> keys;                            ///< those without a duration of their own
    std::vector<std::string> organizations;
    std::vector<std::string> tags;
};
/// Sets the spend of everybody who is linked to the row to zero.
[[nodiscard]] Result<BudgetSpenders>
reset_spenders(db::Transaction& transaction, const std::string& budget_id);

} // namespace litellm::store
