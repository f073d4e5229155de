#include "management_tables.hpp"

#include "json/budget_json.hpp"
#include "json/caller.hpp"
#include "json/shapes.hpp"

namespace litellm::api {

using auth::Access;
using http::Method;
using management::CustomerService;

namespace {

Task<JsonResponse> create(CustomerService& customers, Call& call, const Json& body)
{
    const auto wanted = new_customer_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto made = co_await customers.create(caller, *wanted);
    if (!made)
        co_return made.error();
    co_return answer(to_json(*made));
}

Task<JsonResponse> info(CustomerService& customers, Call& call, const Json&)
{
    const auto id = call.query("end_user_id");
    if (!id || id->empty())
        co_return unfit_field("end_user_id", "Field required");
    const auto caller = caller_of(call);
    const auto found = co_await customers.load(caller, *id);
    if (!found)
        co_return found.error();
    co_return answer(to_json(*found));
}

Task<JsonResponse> update(CustomerService& customers, Call& call, const Json& body)
{
    const auto wanted = customer_change_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto changed = co_await customers.update(caller, *wanted);
    if (!changed)
        co_return changed.error();
    co_return answer(to_json(*changed));
}

Result<std::vector<std::string>> ids_from(const Json& body)
{
    std::vector<std::string> ids;
    FieldReader reader(body);
    reader.read("user_ids", ids);
    if (ids.empty())
        reader.refuse("user_ids", "Field required");
    if (!reader.outcome())
        return reader.outcome().error();
    return ids;
}

Task<JsonResponse> remove(CustomerService& customers, Call& call, const Json& body)
{
    const auto ids = ids_from(body);
    if (!ids)
        co_return ids.error();
    const auto caller = caller_of(call);
    const auto removed = co_await customers.remove(caller, *ids);
    if (!removed)
        co_return removed.error();
    Json shown = Json::object();
    shown["deleted_customers"] = *removed;
    shown["message"] = "Successfully deleted customers with ids: " + to_text(Json(*ids));
    co_return answer(std::move(shown));
}

Task<JsonResponse> list(CustomerService& customers, Call& call, const Json&)
{
    const auto caller = caller_of(call);
    const auto found = co_await customers.list(caller);
    if (!found)
        co_return found.error();
    Json shown = Json::array();
    for (const auto& customer : *found)
        shown.push_back(to_json(customer));
    co_return answer(std::move(shown));
}

Task<JsonResponse> set_blocked(CustomerService& customers, Call& call, const Json& body, bool blocked)
{
    const auto ids = ids_from(body);
    if (!ids)
        co_return ids.error();
    const auto caller = caller_of(call);
    const auto rows = co_await customers.set_blocked(caller, *ids, blocked);
    if (!rows)
        co_return rows.error();
    Json shown = Json::object();
    shown["blocked_users"] = Json::array();
    for (const auto& row : *rows)
        shown["blocked_users"].push_back(to_json(row));
    co_return answer(std::move(shown));
}

Task<JsonResponse> block(CustomerService& customers, Call& call, const Json& body)
{
    return set_blocked(customers, call, body, true);
}

Task<JsonResponse> unblock(CustomerService& customers, Call& call, const Json& body)
{
    return set_blocked(customers, call, body, false);
}

} // namespace

std::vector<Route> customer_routes(ManagementServices& services)
{
    CustomerService& customers = services.customers;
    // Each is under two names.
    const auto route =
        [&](Method method, const std::string& name, Access access, const char* summary, auto handler) {
            Route made = json_route(method, "/customer/" + name, access, summary, bound(handler, customers));
            made.paths.push_back("/end_user/" + name);
            return made;
        };
    return {
        route(Method::post, "new", Access::admin, "Makes a customer", create),
        route(Method::get, "info", Access::admin_reader, "Shows a customer", info),
        route(Method::post, "update", Access::admin, "Changes a customer", update),
        route(Method::post, "delete", Access::admin, "Deletes customers", remove),
        route(Method::get, "list", Access::admin_reader, "Lists customers", list),
        route(Method::post, "block", Access::admin, "Blocks customers", block),
        route(Method::post, "unblock", Access::admin, "Unblocks customers", unblock),
    };
}

} // namespace litellm::api
