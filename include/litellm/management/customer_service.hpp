#pragma once
// Customers: the end users whom callers name, with budgets of their own. For proxy admins; viewers may look.

#include "litellm/core/task.hpp"
#include "litellm/management/budget_change.hpp"
#include "litellm/management/context.hpp"
#include "litellm/store/budgets.hpp"
#include "litellm/store/end_users.hpp"

#include <optional>
#include <string>
#include <vector>

namespace litellm::management {

struct NewCustomer {
    store::EndUser row;
    BudgetChange budget; ///< makes a budget row; not beside row.budget_id
};

/// What is absent stays; null clears.
struct CustomerChange {
    std::string user_id;
    Patch<std::string> alias;
    Patch<bool> blocked;
    Patch<std::string> allowed_model_region;
    Patch<std::string> default_model;
    Patch<std::string> budget_id;
    BudgetChange budget; ///< of the budget row that the customer has; made when there is none
};

struct CustomerView {
    store::EndUser row;
    std::optional<store::Budget> budget;
};

class CustomerService {
public:
    explicit CustomerService(const Context& context) : context_(context) {}

    /// invalid_input when the customer exists, for budgets that cannot be, and for a budget row that does not
    /// exist.
    [[nodiscard]] Task<CustomerView> create(const Caller& by, const NewCustomer& wanted);
    /// not_found for an unknown one, as in the next two.
    [[nodiscard]] Task<CustomerView> load(const Caller& by, const std::string& user_id);
    [[nodiscard]] Task<CustomerView> update(const Caller& by, const CustomerChange& wanted);
    /// All or none; returns how many.
    [[nodiscard]] Task<std::int64_t> remove(const Caller& by, const std::vector<std::string>& user_ids);
    [[nodiscard]] Task<std::vector<CustomerView>> list(const Caller& by);
    /// Customers who are unknown are made.
    [[nodiscard]] Task<std::vector<store::EndUser>>
    set_blocked(const Caller& by, const std::vector<std::string>& user_ids, bool blocked);

private:
    const Context context_;
};

} // namespace litellm::management
