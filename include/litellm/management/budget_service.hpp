#pragma once
// Budgets that several may share. For proxy admins; viewers may look.

#include "litellm/core/task.hpp"
#include "litellm/management/budget_change.hpp"
#include "litellm/management/context.hpp"
#include "litellm/store/budgets.hpp"

#include <optional>
#include <string>
#include <vector>

namespace litellm::management {

class BudgetService {
public:
    explicit BudgetService(const Context& context) : context_(context) {}

    /// invalid_input when the id exists and for amounts that cannot be.
    [[nodiscard]] Task<store::Budget>
    create(const Caller& by, const std::optional<std::string>& budget_id, const BudgetChange& wanted);
    /// not_found for an unknown one, as in the next.
    [[nodiscard]] Task<store::Budget>
    update(const Caller& by, const std::string& budget_id, const BudgetChange& wanted);
    /// conflict while an organization uses it.
    [[nodiscard]] Task<store::Budget> remove(const Caller& by, const std::string& budget_id);
    /// Those that exist of these.
    [[nodiscard]] Task<std::vector<store::Budget>>
    load(const Caller& by, const std::vector<std::string>& budget_ids);
    [[nodiscard]] Task<std::vector<store::Budget>> list(const Caller& by);

private:
    const Context context_;
};

} // namespace litellm::management
