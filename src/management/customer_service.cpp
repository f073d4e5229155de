#include "litellm/management/customer_service.hpp"

#include "budget_rows.hpp"
#include "change_record.hpp"
#include "key_limits.hpp"
#include "refusals.hpp"

#include "litellm/auth/access.hpp"
#include "litellm/store/proxy_models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace litellm::management {

namespace {

Error not_for_you()
{
    Error error = forbidden("Admin-only endpoint. Only proxy admins can manage customers.");
    error.status = 401;
    return error;
}

Error unknown_customer(const std::string& user_id, const std::string& parameter)
{
    Error error = absent(fmt::format("End User Id={} does not exist in db", user_id), parameter);
    error.type = "not_found";
    return error;
}

Result<void> check_region(const std::optional<std::string>& region)
{
    if (!region || *region == "eu" || *region == "us")
        return {};
    Error error = invalid_input("allowed_model_region must be eu or us.", "allowed_model_region");
    error.status = 422;
    return error;
}

/// The model must be one that can be called.
Result<void> check_default_model(
    db::Transaction& transaction, const Context& context, const std::optional<std::string>& model
)
{
    if (!model)
        return {};
    const auto matches = [&](const auto& row) { return auth::model_matches(row.model_name, *model); };
    const auto& configured = context.settings.model_list;
    if (std::any_of(configured.begin(), configured.end(), matches))
        return {};
    const auto stored = store::list_proxy_models(transaction);
    if (!stored)
        return stored.error();
    if (std::any_of(stored->begin(), stored->end(), matches))
        return {};
    Error error =
        invalid_input(fmt::format("default_model={} is no model of this proxy.", *model), "default_model");
    error.status = 422;
    return error;
}

Result<std::optional<store::Budget>>
find_linked(db::Transaction& transaction, const std::optional<std::string>& budget_id)
{
    if (!budget_id)
        return std::optional<store::Budget>();
    return store::find_budget(transaction, *budget_id);
}

Result<CustomerView> view_of(db::Transaction& transaction, store::EndUser row)
{
    auto budget = find_linked(transaction, row.budget_id);
    if (!budget)
        return budget.error();
    CustomerView view;
    view.row = std::move(row);
    view.budget = std::move(*budget);
    return view;
}

Result<void> check_budget_exists(db::Transaction& transaction, const std::optional<std::string>& budget_id)
{
    const auto budget = find_linked(transaction, budget_id);
    if (!budget)
        return budget.error();
    if (budget_id && !*budget)
        return bad_request(fmt::format("Budget not found, passed budget_id={}", *budget_id), "budget_id");
    return {};
}

Result<CustomerView>
create_in(db::Transaction& transaction, const Context& context, const Caller& by, const NewCustomer& wanted)
{
    store::EndUser row = wanted.row;
    const auto known = store::lock_end_user(transaction, row.user_id);
    if (!known)
        return known.error();
    if (*known) {
        Error error =
            bad_request(fmt::format("Customer already exists, passed user_id={}.", row.user_id), "user_id");
        error.type = "bad_request";
        return error;
    }
    if (const auto checked = check_budget_exists(transaction, row.budget_id); !checked)
        return checked.error();
    if (const auto checked = check_default_model(transaction, context, row.default_model); !checked)
        return checked.error();
    if (wanted.budget.is_present()) {
        const auto budget =
            store_new_budget(transaction, context, by, new_uuid(context.random), wanted.budget);
        if (!budget)
            return budget.error();
        row.budget_id = budget->budget_id;
    }
    if (const auto stored = store::insert_end_user(transaction, row); !stored)
        return stored.error();
    Change made{ChangeAction::created, customer_table, row.user_id, std::nullopt, store::document_of(row)};
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return view_of(transaction, std::move(row));
}

Result<void> change_budget(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const BudgetChange& change,
    store::EndUser& row
)
{
    if (!change.is_present())
        return {};
    if (row.budget_id) {
        const auto changed = change_stored_budget(transaction, context, by, *row.budget_id, change);
        if (!changed)
            return changed.error();
        return {};
    }
    const auto made = store_new_budget(transaction, context, by, new_uuid(context.random), change);
    if (!made)
        return made.error();
    row.budget_id = made->budget_id;
    return {};
}

Result<CustomerView> update_in(
    db::Transaction& transaction, const Context& context, const Caller& by, const CustomerChange& wanted
)
{
    auto row = store::lock_end_user(transaction, wanted.user_id);
    if (!row)
        return row.error();
    if (!*row)
        return unknown_customer(wanted.user_id, "user_id");
    if (const auto checked = check_budget_exists(transaction, wanted.budget_id.value()); !checked)
        return checked.error();
    if (const auto checked = check_default_model(transaction, context, wanted.default_model.value());
        !checked)
        return checked.error();
    store::EndUser& end_user = **row;
    Change made{
        ChangeAction::updated, customer_table, wanted.user_id, store::document_of(end_user), std::nullopt};
    wanted.alias.apply_to(end_user.alias);
    wanted.blocked.apply_to(end_user.blocked);
    wanted.allowed_model_region.apply_to(end_user.allowed_model_region);
    wanted.default_model.apply_to(end_user.default_model);
    wanted.budget_id.apply_to(end_user.budget_id);
    if (const auto changed = change_budget(transaction, context, by, wanted.budget, end_user); !changed)
        return changed.error();
    if (const auto stored = store::update_end_user(transaction, end_user); !stored)
        return stored.error();
    made.after = store::document_of(end_user);
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return view_of(transaction, std::move(end_user));
}

Result<std::int64_t> remove_in(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::vector<std::string>& user_ids
)
{
    for (const auto& user_id : user_ids) {
        const auto known = store::find_end_user(transaction, user_id);
        if (!known)
            return known.error();
        if (!*known)
            return unknown_customer(user_id, "user_ids");
        Change made{
            ChangeAction::deleted, customer_table, user_id, store::document_of(**known), std::nullopt};
        if (const auto recorded = record_change(transaction, context, by, made); !recorded)
            return recorded.error();
    }
    return store::remove_end_users(transaction, user_ids);
}

Result<std::vector<store::EndUser>> block_in(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::vector<std::string>& user_ids,
    bool blocked
)
{
    std::vector<store::EndUser> rows;
    for (const auto& user_id : user_ids) {
        auto known = store::lock_end_user(transaction, user_id);
        if (!known)
            return known.error();
        store::EndUser row = known->value_or(store::EndUser());
        row.user_id = user_id;
        row.blocked = blocked;
        const auto stored =
            *known ? store::update_end_user(transaction, row) : store::insert_end_user(transaction, row);
        if (!stored)
            return stored.error();
        Change made{
            blocked ? ChangeAction::blocked : ChangeAction::unblocked,
            customer_table,
            user_id,
            std::nullopt,
            store::document_of(row)};
        if (const auto recorded = record_change(transaction, context, by, made); !recorded)
            return recorded.error();
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<std::vector<CustomerView>> list_in(db::Transaction& transaction)
{
    auto rows = store::list_end_users(transaction);
    if (!rows)
        return rows.error();
    const auto budgets = store::list_budgets(transaction);
    if (!budgets)
        return budgets.error();
    std::map<std::string, store::Budget> by_id;
    for (const auto& budget : *budgets)
        by_id.emplace(budget.budget_id, budget);
    std::vector<CustomerView> views;
    for (auto& row : *rows) {
        CustomerView view;
        if (const auto budget = by_id.find(row.budget_id.value_or("")); budget != by_id.end())
            view.budget = budget->second;
        view.row = std::move(row);
        views.push_back(std::move(view));
    }
    return views;
}

void forget(const Context& context, const std::string& user_id)
{
    if (context.end_users != nullptr)
        context.end_users->forget(user_id);
}

/// In order and each once: two who change the same customers do not lock each other out.
std::vector<std::string> ordered(std::vector<std::string> ids)
{
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

} // namespace

Task<CustomerView> CustomerService::create(const Caller& by, const NewCustomer& wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.is_admin())
        co_return not_for_you();
    if (const auto checked = check_region(wanted.row.allowed_model_region); !checked)
        co_return checked.error();
    if (const auto checked = check_amount(wanted.row.spend, "spend"); !checked)
        co_return checked.error();
    auto made = co_await context_.database->transact<CustomerView>([&](db::Transaction& transaction) {
        return create_in(transaction, context_, by, wanted);
    });
    if (made)
        forget(context_, wanted.row.user_id);
    co_return made;
}

Task<CustomerView> CustomerService::load(const Caller& by, const std::string& user_id)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.may_see_everything())
        co_return not_for_you();
    co_return co_await context_.database->transact<CustomerView>(
        [&](db::Transaction& transaction) -> Result<CustomerView> {
            auto row = store::find_end_user(transaction, user_id);
            if (!row)
                return row.error();
            if (!*row)
                return unknown_customer(user_id, "end_user_id");
            return view_of(transaction, std::move(**row));
        }
    );
}

Task<CustomerView> CustomerService::update(const Caller& by, const CustomerChange& wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.is_admin())
        co_return not_for_you();
    if (const auto checked = check_region(wanted.allowed_model_region.value()); !checked)
        co_return checked.error();
    auto changed = co_await context_.database->transact<CustomerView>([&](db::Transaction& transaction) {
        return update_in(transaction, context_, by, wanted);
    });
    if (!changed)
        co_return changed.error();
    forget(context_, wanted.user_id);
    // The row of the budget may be shared.
    if (wanted.budget.is_present() && context_.end_users != nullptr)
        context_.end_users->forget_all();
    co_return changed;
}

Task<std::int64_t> CustomerService::remove(const Caller& by, const std::vector<std::string>& user_ids)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.is_admin())
        co_return not_for_you();
    const std::vector<std::string> ids = ordered(user_ids);
    auto removed = co_await context_.database->transact<std::int64_t>([&](db::Transaction& transaction) {
        return remove_in(transaction, context_, by, ids);
    });
    for (const auto& id : ids)
        forget(context_, id);
    co_return removed;
}

Task<std::vector<CustomerView>> CustomerService::list(const Caller& by)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.may_see_everything())
        co_return not_for_you();
    co_return co_await context_.database->transact<std::vector<CustomerView>>(
        [&](db::Transaction& transaction) { return list_in(transaction); }
    );
}

Task<std::vector<store::EndUser>>
CustomerService::set_blocked(const Caller& by, const std::vector<std::string>& user_ids, bool blocked)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.is_admin())
        co_return not_for_you();
    const std::vector<std::string> ids = ordered(user_ids);
    auto rows =
        co_await context_.database->transact<std::vector<store::EndUser>>([&](db::Transaction& transaction) {
            return block_in(transaction, context_, by, ids, blocked);
        });
    for (const auto& id : ids)
        forget(context_, id);
    co_return rows;
}

} // namespace litellm::management
