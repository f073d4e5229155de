#include "management_tables.hpp"

#include "json/budget_json.hpp"
#include "json/caller.hpp"
#include "json/key_json.hpp"
#include "json/shapes.hpp"

namespace litellm::api {

using auth::Access;
using http::Method;
using management::BudgetService;

namespace {

Task<JsonResponse> create(BudgetService& budgets, Call& call, const Json& body)
{
    std::optional<std::string> id;
    management::BudgetChange wanted;
    FieldReader reader(body);
    reader.read("budget_id", id);
    read_budget(reader, wanted);
    if (!reader.outcome())
        co_return reader.outcome().error();
    if (id && id->empty())
        id.reset();
    const auto caller = caller_of(call);
    const auto made = co_await budgets.create(caller, id, wanted);
    if (!made)
        co_return made.error();
    co_return answer(to_json(*made));
}

Task<JsonResponse> update(BudgetService& budgets, Call& call, const Json& body)
{
    std::string id;
    management::BudgetChange wanted;
    FieldReader reader(body);
    reader.read_required("budget_id", id);
    read_budget(reader, wanted);
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto changed = co_await budgets.update(caller, id, wanted);
    if (!changed)
        co_return changed.error();
    co_return answer(to_json(*changed));
}

Json rows(const std::vector<store::Budget>& budgets)
{
    Json shown = Json::array();
    for (const auto& budget : budgets)
        shown.push_back(to_json(budget));
    return shown;
}

Task<JsonResponse> info(BudgetService& budgets, Call& call, const Json& body)
{
    std::vector<std::string> ids;
    FieldReader reader(body);
    reader.read("budgets", ids);
    if (!reader.outcome())
        co_return reader.outcome().error();
    if (ids.empty())
        co_return invalid_input("Specify list of budget id's to query. Passed in=[]", "budgets");
    const auto caller = caller_of(call);
    const auto found = co_await budgets.load(caller, ids);
    if (!found)
        co_return found.error();
    co_return answer(rows(*found));
}

Task<JsonResponse> list(BudgetService& budgets, Call& call, const Json&)
{
    const auto caller = caller_of(call);
    const auto found = co_await budgets.list(caller);
    if (!found)
        co_return found.error();
    co_return answer(rows(*found));
}

Task<JsonResponse> remove(BudgetService& budgets, Call& call, const Json& body)
{
    std::string id;
    FieldReader reader(body);
    reader.read_required("id", id);
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto removed = co_await budgets.remove(caller, id);
    if (!removed)
        co_return removed.error();
    co_return answer(to_json(*removed));
}

Json setting(const char* name, const char* type, const char* description, const Json& row)
{
    Json entry = Json::object();
    entry["field_name"] = name;
    entry["field_type"] = type;
    entry["field_description"] = description;
    entry["field_value"] = row.value(name, Json());
    entry["stored_in_db"] = !entry["field_value"].is_null();
    entry["field_default_value"] = nullptr;
    entry["premium_field"] = false;
    entry["nested_fields"] = nullptr;
    return entry;
}

/// For forms: the fields of a budget with what they hold.
Task<JsonResponse> settings(BudgetService& budgets, Call& call, const Json&)
{
    const auto id = call.query("budget_id");
    if (!id || id->empty())
        co_return unfit_field("budget_id", "Field required");
    const std::vector<std::string> ids{*id};
    const auto caller = caller_of(call);
    const auto found = co_await budgets.load(caller, ids);
    if (!found)
        co_return found.error();
    const Json row = found->empty() ? Json::object() : to_json(found->front());
    Json shown = Json::array();
    shown.push_back(setting("max_parallel_requests", "Integer", "Calls at the same time", row));
    shown.push_back(setting("tpm_limit", "Integer", "Tokens a minute", row));
    shown.push_back(setting("rpm_limit", "Integer", "Requests a minute", row));
    shown.push_back(setting("budget_duration", "String", "After which time the budget starts again", row));
    shown.push_back(setting("max_budget", "Float", "USD that may be spent", row));
    shown.push_back(setting("soft_budget", "Float", "USD at which somebody is told", row));
    shown.push_back(setting("model_max_budget", "Dictionary", "Budgets by model", row));
    co_return answer(std::move(shown));
}

} // namespace

std::vector<Route> budget_routes(ManagementServices& services)
{
    BudgetService& budgets = services.budgets;
    return {
        json_route(Method::post, "/budget/new", Access::admin, "Makes a budget", bound(create, budgets)),
        json_route(Method::post, "/budget/update", Access::admin, "Changes a budget", bound(update, budgets)),
        json_route(Method::post, "/budget/info", Access::admin_reader, "Shows budgets", bound(info, budgets)),
        json_route(Method::get, "/budget/list", Access::admin_reader, "Lists budgets", bound(list, budgets)),
        json_route(
            Method::get,
            "/budget/settings",
            Access::admin_reader,
            "A budget's fields",
            bound(settings, budgets)
        ),
        json_route(Method::post, "/budget/delete", Access::admin, "Deletes a budget", bound(remove, budgets)),
    };
}

} // namespace litellm::api
