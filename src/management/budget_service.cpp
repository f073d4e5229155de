#include "litellm/management/budget_service.hpp"

#include "budget_rows.hpp"
#include "change_record.hpp"
#include "refusals.hpp"

#include <fmt/format.h>

namespace litellm::management {

namespace {

Error not_for_you(const Caller& by)
{
    return bad_request(fmt::format(
        "Admin-only endpoint. Not allowed to access this., your role={}", auth::to_string(by.principal->role)
    ));
}

/// Limits of everybody who shares the row are cached.
void forget(const Context& context)
{
    context.authenticator.forget_everything();
    if (context.end_users != nullptr)
        context.end_users->forget_all();
}

Result<store::Budget> remove_in(
    db::Transaction& transaction, const Context& context, const Caller& by, const std::string& budget_id
)
{
    auto budget = store::find_budget(transaction, budget_id);
    if (!budget)
        return budget.error();
    if (!*budget)
        return absent(fmt::format("Budget not found, passed id={}", budget_id), "id");
    if (const auto gone = store::remove_budget(transaction, budget_id); !gone) {
        if (gone.error().kind == ErrorKind::conflict)
            return exists_already("An organization uses this budget.", "id");
        return gone.error();
    }
    Change made{ChangeAction::deleted, budget_table, budget_id, store::document_of(**budget), std::nullopt};
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return std::move(**budget);
}

} // namespace

Task<store::Budget> BudgetService::create(
    const Caller& by, const std::optional<std::string>& budget_id, const BudgetChange& wanted
)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.is_admin())
        co_return not_for_you(by);
    const std::string id = budget_id ? *budget_id : new_uuid(context_.random);
    co_return co_await context_.database->transact<store::Budget>([&](db::Transaction& transaction) {
        return store_new_budget(transaction, context_, by, id, wanted);
    });
}

Task<store::Budget>
BudgetService::update(const Caller& by, const std::string& budget_id, const BudgetChange& wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.is_admin())
        co_return not_for_you(by);
    auto changed = co_await context_.database->transact<store::Budget>([&](db::Transaction& transaction) {
        return change_stored_budget(transaction, context_, by, budget_id, wanted);
    });
    if (changed)
        forget(context_);
    co_return changed;
}

Task<store::Budget> BudgetService::remove(const Caller& by, const std::string& budget_id)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.is_admin())
        co_return not_for_you(by);
    auto removed = co_await context_.database->transact<store::Budget>([&](db::Transaction& transaction) {
        return remove_in(transaction, context_, by, budget_id);
    });
    if (removed)
        forget(context_);
    co_return removed;
}

Task<std::vector<store::Budget>>
BudgetService::load(const Caller& by, const std::vector<std::string>& budget_ids)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.may_see_everything())
        co_return not_for_you(by);
    co_return co_await context_.database->transact<std::vector<store::Budget>>(
        [&](db::Transaction& transaction) { return store::list_budgets_by_id(transaction, budget_ids); }
    );
}

Task<std::vector<store::Budget>> BudgetService::list(const Caller& by)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.may_see_everything())
        co_return not_for_you(by);
    co_return co_await context_.database->transact<std::vector<store::Budget>>(
        [](db::Transaction& transaction) { return store::list_budgets(transaction); }
    );
}

} // namespace litellm::management
