#include "management_tables.hpp"

#include "json/caller.hpp"
#include "json/field_reader.hpp"
#include "json/paging_json.hpp"
#include "json/query_reader.hpp"
#include "json/shapes.hpp"
#include "json/user_json.hpp"

#include "litellm/core/encoding.hpp"

#include <algorithm>

namespace litellm::api {

using auth::Access;
using http::Method;
using management::UserService;

namespace {

Task<JsonResponse> create(UserService& users, Call& call, const Json& body)
{
    auto wanted = new_user_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto created = co_await users.create(caller, std::move(*wanted));
    if (!created)
        co_return created.error();
    co_return answer(to_json(*created));
}

/// People put e-mail addresses such as `a+b@c.d` into the URL as they are, so a plus stays a plus.
std::optional<std::string> raw_user_id(const http::Request& request)
{
    constexpr std::string_view name = "user_id=";
    std::string_view rest = request.query;
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        if (pair.starts_with(name) && pair.size() > name.size())
            return percent_decode(pair.substr(name.size()));
    }
    return std::nullopt;
}

Task<JsonResponse> info(UserService& users, Call& call, const Json&)
{
    const auto user_id = raw_user_id(call.request());
    const auto caller = caller_of(call);
    const auto view = co_await users.load(caller, user_id);
    if (!view)
        co_return view.error();
    co_return answer(to_json(*view));
}

/// The user alone, without keys and teams.
Task<JsonResponse> flat_info(UserService& users, Call& call, const Json&)
{
    auto user_id = raw_user_id(call.request());
    const auto caller = caller_of(call);
    if (!user_id)
        user_id = caller.author();
    const auto view = co_await users.load(caller, user_id);
    if (!view)
        co_return view.error();
    co_return answer(view->user ? to_json(*view->user) : Json(nullptr));
}

Task<JsonResponse> update(UserService& users, Call& call, const Json& body)
{
    const auto wanted = user_change_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto changed = co_await users.update(caller, *wanted);
    if (!changed)
        co_return changed.error();
    Json shown = Json::object();
    shown["user_id"] = changed->user_id;
    shown["data"] = to_json(*changed);
    co_return answer(std::move(shown));
}

Task<JsonResponse> update_in_bulk(UserService& users, Call& call, const Json& body)
{
    const auto wanted = bulk_user_change_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto outcomes = co_await users.update_in_bulk(caller, *wanted);
    if (!outcomes)
        co_return outcomes.error();
    co_return answer(to_json(*outcomes));
}

Task<JsonResponse> remove(UserService& users, Call& call, const Json& body)
{
    std::vector<std::string> user_ids;
    FieldReader reader(body);
    reader.read("user_ids", user_ids);
    if (user_ids.empty())
        reader.refuse("user_ids", "Field required");
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto removed = co_await users.remove(caller, user_ids);
    if (!removed)
        co_return removed.error();
    co_return answer(Json(*removed));
}

/// One id is a part of an id, several are whole ones.
void read_ids(QueryReader& reader, store::UserFilter& filter)
{
    reader.read_list("user_ids", filter.user_ids);
    if (!filter.user_ids || filter.user_ids->size() != 1)
        return;
    filter.id_part = filter.user_ids->front();
    filter.user_ids.reset();
}

Task<JsonResponse> list(UserService& users, Call& call, const Json&)
{
    store::UserFilter filter;
    std::optional<std::string> sort_by;
    std::string order = "asc";
    QueryReader reader(call);
    reader.read("role", filter.role);
    read_ids(reader, filter);
    reader.read_list("sso_user_ids", filter.sso_user_ids);
    reader.read_list("organization_ids", filter.organization_ids);
    reader.read("user_email", filter.email_part);
    reader.read("team", filter.team_id);
    reader.read("sort_by", sort_by);
    reader.read_choice(
        "sort_by", filter.sort_by, {"user_id", "user_email", "created_at", "spend", "user_alias", "user_role"}
    );
    reader.read_choice("sort_order", order, {"asc", "desc"});
    reader.read("page", filter.page, 1, 1'000'000);
    reader.read("page_size", filter.size, 1, 100);
    if (!reader.outcome())
        co_return reader.outcome().error();
    // Newest first, unless somebody wants an order.
    filter.descending = !sort_by || order == "desc";
    const auto caller = caller_of(call);
    const auto listing = co_await users.list(caller, filter);
    if (!listing)
        co_return listing.error();
    co_return answer(page_json("users", rows_json(*listing), listing->total_count, filter.page, filter.size));
}

/// For choosers of the dashboard.
Task<JsonResponse> filter(UserService& users, Call& call, const Json&)
{
    store::UserFilter filter;
    filter.size = 50;
    QueryReader reader(call);
    reader.read("user_id", filter.id_part);
    reader.read("user_email", filter.email_part);
    reader.read("page", filter.page, 1, 1'000'000);
    reader.read("page_size", filter.size, 1, 100);
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto listing = co_await users.list(caller, std::move(filter));
    if (!listing)
        co_return listing.error();
    Json shown = Json::array();
    for (const auto& user : listing->users) {
        Json entry = Json::object();
        entry["user_id"] = user.user_id;
        entry["user_email"] = or_null(user.user_email);
        shown.push_back(std::move(entry));
    }
    co_return answer(std::move(shown));
}

/// LiteLLM counts seats of its licence here; nothing is limited.
Task<JsonResponse> available(UserService& users, Call& call, const Json&)
{
    const auto caller = caller_of(call);
    const auto count = co_await users.count(caller);
    if (!count)
        co_return count.error();
    Json shown = Json::object();
    for (const char* unlimited :
         {"total_users", "total_teams", "total_users_remaining", "total_teams_remaining"})
        shown[unlimited] = nullptr;
    shown["total_users_used"] = count->users;
    shown["total_teams_used"] = count->teams;
    co_return answer(std::move(shown));
}

Task<JsonResponse> roles(Call&, const Json&)
{
    co_return answer(available_roles());
}

} // namespace

std::vector<Route> user_routes(ManagementServices& services)
{
    UserService& users = services.users;
    return {
        // Admins of an organization may make and list its people: the service looks at who they are.
        json_route(
            Method::post, "/user/new", Access::self_managed, "Makes a user and a key", bound(create, users)
        ),
        json_route(Method::post, "/user/update", Access::any_key, "Changes a user", bound(update, users)),
        json_route(
            Method::post,
            "/user/bulk_update",
            Access::admin,
            "Changes many users",
            bound(update_in_bulk, users)
        ),
        json_route(Method::post, "/user/delete", Access::admin, "Deletes users", bound(remove, users)),
        json_route(
            Method::get, "/user/list", Access::any_key, "Lists users page by page", bound(list, users)
        ),
        json_route(Method::get, "/user/filter/ui", Access::any_key, "Finds users", bound(filter, users)),
        json_route(
            Method::get,
            "/user/available_users",
            Access::admin_reader,
            "Counts users",
            bound(available, users)
        ),
        json_route(
            Method::get, "/v2/user/info", Access::any_key, "Shows a user alone", bound(flat_info, users)
        ),
        json_route(Method::get, "/user/info", Access::any_key, "Shows a user", bound(info, users)),
        json_route(Method::get, "/user/available_roles", Access::any_key, "Lists the roles of users", roles),
    };
}

} // namespace litellm::api
