#include "budget_rows.hpp"

#include "change_record.hpp"
#include "key_limits.hpp"
#include "key_row.hpp"
#include "refusals.hpp"

#include <fmt/format.h>

namespace litellm::management {

namespace {

Result<void> check_limit(const std::optional<std::int64_t>& limit, const std::string& name)
{
    if (!limit || *limit >= 0)
        return {};
    return invalid_input(fmt::format("{} cannot be negative. Received: {}", name, *limit), name);
}

Result<void> check(const BudgetChange& change)
{
    for (const auto& checked :
         {check_amount(change.max_budget.value(), "max_budget"),
          check_amount(change.soft_budget.value(), "soft_budget"),
          check_limit(change.max_parallel_requests.value(), "max_parallel_requests"),
          check_limit(change.tpm_limit.value(), "tpm_limit"),
          check_limit(change.rpm_limit.value(), "rpm_limit"),
          check_model_budgets(change.model_max_budget.value().value_or(Json::object()))}) {
        if (!checked)
            return checked.error();
    }
    return {};
}

} // namespace

store::Budget new_budget(const Context& context, const Caller& by, std::string budget_id)
{
    store::Budget budget;
    budget.budget_id = std::move(budget_id);
    budget.created_at = budget.updated_at = context.now();
    budget.created_by = budget.updated_by = by.author();
    return budget;
}

Result<void>
apply_change(const BudgetChange& change, store::Budget& budget, const Context& context, const Caller& by)
{
    if (const auto checked = check(change); !checked)
        return checked.error();
    change.max_budget.apply_to(budget.max_budget);
    change.soft_budget.apply_to(budget.soft_budget);
    change.max_parallel_requests.apply_to(budget.max_parallel_requests);
    change.tpm_limit.apply_to(budget.tpm_limit);
    change.rpm_limit.apply_to(budget.rpm_limit);
    change.model_max_budget.apply_to(budget.model_max_budget);
    if (change.budget_duration.is_present()) {
        budget.budget_duration = change.budget_duration.value();
        if (budget.budget_duration && is_no_duration(*budget.budget_duration))
            budget.budget_duration.reset();
        const auto reset = end_after(budget.budget_duration, context.now());
        if (!reset)
            return reset.error();
        budget.budget_reset_at = *reset;
    }
    change.budget_reset_at.apply_to(budget.budget_reset_at);
    budget.updated_at = context.now();
    budget.updated_by = by.author();
    return {};
}

Result<store::Budget> store_new_budget(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    std::string budget_id,
    const BudgetChange& change
)
{
    store::Budget budget = new_budget(context, by, std::move(budget_id));
    if (const auto applied = apply_change(change, budget, context, by); !applied)
        return applied.error();
    const auto known = store::find_budget(transaction, budget.budget_id);
    if (!known)
        return known.error();
    if (*known)
        return bad_request(fmt::format("Budget with id '{}' already exists.", budget.budget_id), "budget_id");
    if (const auto stored = store::insert_budget(transaction, budget); !stored)
        return stored.error();
    Change made{
        ChangeAction::created, budget_table, budget.budget_id, std::nullopt, store::document_of(budget)};
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return budget;
}

Result<store::Budget> change_stored_budget(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::string& budget_id,
    const BudgetChange& change
)
{
    auto budget = store::find_budget(transaction, budget_id);
    if (!budget)
        return budget.error();
    if (!*budget)
        return absent(fmt::format("Budget not found, passed budget_id={}", budget_id), "budget_id");
    Change made{ChangeAction::updated, budget_table, budget_id, store::document_of(**budget), std::nullopt};
    if (const auto applied = apply_change(change, **budget, context, by); !applied)
        return applied.error();
    if (const auto stored = store::update_budget(transaction, **budget); !stored)
        return stored.error();
    made.after = store::document_of(**budget);
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return std::move(**budget);
}

} // namespace litellm::management
