#include "management_tables.hpp"

#include "json/budget_json.hpp"
#include "json/caller.hpp"
#include "json/query_reader.hpp"
#include "json/shapes.hpp"
#include "json/user_json.hpp"

#include "litellm/core/encoding.hpp"

namespace litellm::api {

using auth::Access;
using http::Method;
using management::OrganizationService;

namespace {

Task<JsonResponse> create(OrganizationService& organizations, Call& call, const Json& body)
{
    const auto wanted = new_organization_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto made = co_await organizations.create(caller, *wanted);
    if (!made)
        co_return made.error();
    co_return answer(to_json(*made));
}

Task<JsonResponse> update(OrganizationService& organizations, Call& call, const Json& body)
{
    const auto wanted = organization_change_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto changed = co_await organizations.update(caller, *wanted);
    if (!changed)
        co_return changed.error();
    co_return answer(to_json(*changed));
}

Json views_json(const std::vector<management::OrganizationView>& views)
{
    Json shown = Json::array();
    for (const auto& view : views)
        shown.push_back(to_json(view));
    return shown;
}

Task<JsonResponse> remove(OrganizationService& organizations, Call& call, const Json& body)
{
    std::vector<std::string> ids;
    FieldReader reader(body);
    reader.read("organization_ids", ids);
    if (ids.empty())
        reader.refuse("organization_ids", "Field required");
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto removed = co_await organizations.remove(caller, ids);
    if (!removed)
        co_return removed.error();
    co_return answer(views_json(*removed));
}

Task<JsonResponse> info(OrganizationService& organizations, Call& call, const Json&)
{
    const auto id = call.query("organization_id");
    if (!id || id->empty())
        co_return unfit_field("organization_id", "Field required");
    const auto caller = caller_of(call);
    const auto view = co_await organizations.load(caller, *id);
    if (!view)
        co_return view.error();
    co_return answer(to_json(*view));
}

Task<JsonResponse> list(OrganizationService& organizations, Call& call, const Json&)
{
    std::optional<std::string> id;
    std::optional<std::string> alias;
    QueryReader reader(call);
    reader.read("org_id", id);
    reader.read("org_alias", alias);
    const auto caller = caller_of(call);
    auto views = co_await organizations.list(caller);
    if (!views)
        co_return views.error();
    std::erase_if(*views, [&](const management::OrganizationView& view) {
        const bool is_other_id = id && view.row.organization_id != *id;
        const bool is_other_alias =
            alias && to_lower(view.row.organization_alias).find(to_lower(*alias)) == std::string::npos;
        return is_other_id || is_other_alias;
    });
    co_return answer(views_json(*views));
}

Task<JsonResponse> add_members(OrganizationService& organizations, Call& call, const Json& body)
{
    const auto wanted = organization_addition_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto added = co_await organizations.add_members(caller, *wanted);
    if (!added)
        co_return added.error();
    Json shown = Json::object();
    shown["organization_id"] = wanted->organization_id;
    shown["updated_users"] = Json::array();
    shown["updated_organization_memberships"] = Json::array();
    for (const auto& member : *added) {
        if (member.user)
            shown["updated_users"].push_back(to_json(*member.user));
        shown["updated_organization_memberships"].push_back(to_json(member));
    }
    co_return answer(std::move(shown));
}

Task<JsonResponse> update_member(OrganizationService& organizations, Call& call, const Json& body)
{
    const auto wanted = organization_member_change_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto changed = co_await organizations.update_member(caller, *wanted);
    if (!changed)
        co_return changed.error();
    co_return answer(to_json(*changed));
}

Task<JsonResponse> remove_member(OrganizationService& organizations, Call& call, const Json& body)
{
    const auto wanted = organization_member_change_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto removed = co_await organizations.remove_member(caller, *wanted);
    if (!removed)
        co_return removed.error();
    co_return answer(to_json(*removed));
}

} // namespace

std::vector<Route> organization_routes(ManagementServices& services)
{
    OrganizationService& organizations = services.organizations;
    // Admins of an organization may change its members: the service looks at who they are.
    const auto route = [&](Method method, const char* path, Access access, const char* summary, auto handler
                       ) { return json_route(method, path, access, summary, bound(handler, organizations)); };
    return {
        route(Method::post, "/organization/new", Access::admin, "Makes an organization", create),
        route(Method::patch, "/organization/update", Access::admin, "Changes an organization", update),
        route(Method::del, "/organization/delete", Access::admin, "Deletes organizations", remove),
        route(Method::get, "/organization/info", Access::any_key, "Shows an organization", info),
        route(Method::get, "/organization/list", Access::any_key, "Lists organizations", list),
        route(Method::post, "/organization/member_add", Access::self_managed, "Adds members", add_members),
        route(
            Method::patch,
            "/organization/member_update",
            Access::self_managed,
            "Changes a member",
            update_member
        ),
        route(
            Method::del,
            "/organization/member_delete",
            Access::self_managed,
            "Takes a member out",
            remove_member
        ),
    };
}

} // namespace litellm::api
