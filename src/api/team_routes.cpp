#include "management_tables.hpp"

#include "json/caller.hpp"
#include "json/field_reader.hpp"
#include "json/paging_json.hpp"
#include "json/query_reader.hpp"
#include "json/team_json.hpp"

namespace litellm::api {

using auth::Access;
using http::Method;
using management::TeamService;

namespace {

Task<JsonResponse> create(TeamService& teams, Call& call, const Json& body)
{
    auto wanted = new_team_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto created = co_await teams.create(caller, std::move(*wanted));
    if (!created)
        co_return created.error();
    co_return answer(created_team_json(*created));
}

Task<JsonResponse> update(TeamService& teams, Call& call, const Json& body)
{
    const auto wanted = team_change_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto changed = co_await teams.update(caller, *wanted);
    if (!changed)
        co_return changed.error();
    Json shown = Json::object();
    shown["team_id"] = changed->team.team_id;
    shown["data"] = created_team_json(*changed);
    co_return answer(std::move(shown));
}

Task<JsonResponse> remove(TeamService& teams, Call& call, const Json& body)
{
    std::vector<std::string> team_ids;
    FieldReader reader(body);
    reader.read("team_ids", team_ids);
    if (team_ids.empty())
        reader.refuse("team_ids", "Field required");
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto removed = co_await teams.remove(caller, team_ids);
    if (!removed)
        co_return removed.error();
    Json shown = Json::object();
    shown["deleted_teams"] = *removed;
    co_return answer(std::move(shown));
}

Result<std::string> team_id_from(const Call& call)
{
    auto team_id = call.query("team_id");
    if (!team_id || team_id->empty())
        return unfit_field("team_id", "Field required");
    return std::move(*team_id);
}

Task<JsonResponse> info(TeamService& teams, Call& call, const Json&)
{
    const auto team_id = team_id_from(call);
    if (!team_id)
        co_return team_id.error();
    const auto caller = caller_of(call);
    const auto view = co_await teams.load(caller, *team_id);
    if (!view)
        co_return view.error();
    co_return answer(to_json(*view));
}

Task<JsonResponse> set_blocked(TeamService& teams, Call& call, const Json& body, bool blocked)
{
    std::string team_id;
    FieldReader reader(body);
    reader.read_required("team_id", team_id);
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto team = co_await teams.set_blocked(caller, team_id, blocked);
    if (!team)
        co_return team.error();
    co_return answer(to_json(*team));
}

Task<JsonResponse> block(TeamService& teams, Call& call, const Json& body)
{
    return set_blocked(teams, call, body, true);
}

Task<JsonResponse> unblock(TeamService& teams, Call& call, const Json& body)
{
    return set_blocked(teams, call, body, false);
}

using ModelChange = Task<
    store::
        Team> (TeamService::*)(const management::Caller&, const std::string&, const std::vector<std::string>&);

/// A change by a list of names.
Task<JsonResponse>
change_list(TeamService& teams, Call& call, const Json& body, const char* field, ModelChange change)
{
    std::string team_id;
    std::vector<std::string> names;
    FieldReader reader(body);
    reader.read_required("team_id", team_id);
    reader.read(field, names);
    if (reader.find(field) == nullptr)
        reader.refuse(field, "Field required");
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto team = co_await (teams.*change)(caller, team_id, names);
    if (!team)
        co_return team.error();
    co_return answer(to_json(*team));
}

Task<JsonResponse> add_models(TeamService& teams, Call& call, const Json& body)
{
    return change_list(teams, call, body, "models", &TeamService::add_models);
}

Task<JsonResponse> remove_models(TeamService& teams, Call& call, const Json& body)
{
    return change_list(teams, call, body, "models", &TeamService::remove_models);
}

Task<JsonResponse> set_permissions(TeamService& teams, Call& call, const Json& body)
{
    return change_list(teams, call, body, "team_member_permissions", &TeamService::set_permissions);
}

Task<JsonResponse> permissions(TeamService& teams, Call& call, const Json&)
{
    const auto team_id = team_id_from(call);
    if (!team_id)
        co_return team_id.error();
    const auto caller = caller_of(call);
    const auto found = co_await teams.permissions(caller, *team_id);
    if (!found)
        co_return found.error();
    Json shown = Json::object();
    shown["team_id"] = found->team_id;
    shown["team_member_permissions"] = found->granted;
    shown["all_available_permissions"] = found->available;
    co_return answer(std::move(shown));
}

/// LiteLLM's word for teams without an organization.
void read_organization(QueryReader& reader, std::optional<std::string>& target)
{
    reader.read("organization_id", target);
    if (target == "default_organization")
        target = "";
}

Task<JsonResponse> list(TeamService& teams, Call& call, const Json&)
{
    management::TeamQuery query;
    QueryReader reader(call);
    reader.read("user_id", query.user_id);
    read_organization(reader, query.filter.organization_id);
    const auto caller = caller_of(call);
    const auto listing = co_await teams.list(caller, std::move(query));
    if (!listing)
        co_return listing.error();
    Json shown = Json::array();
    for (const auto& view : listing->teams)
        shown.push_back(listed_team_json(view));
    co_return answer(std::move(shown));
}

Json rows(const std::vector<store::Team>& teams)
{
    Json shown = Json::array();
    for (const auto& team : teams)
        shown.push_back(to_json(team));
    return shown;
}

Task<JsonResponse> list_page(TeamService& teams, Call& call, const Json&)
{
    management::TeamQuery query;
    std::optional<std::string> status;
    std::string order = "asc";
    QueryReader reader(call);
    reader.read("user_id", query.user_id);
    reader.read("team_id", query.filter.team_id);
    reader.read("team_alias", query.filter.alias_part);
    read_organization(reader, query.filter.organization_id);
    reader.read_choice(
        "sort_by", query.filter.sort_by, {"team_id", "team_alias", "created_at", "spend", "max_budget"}
    );
    reader.read_choice("sort_order", order, {"asc", "desc"});
    reader.read("page", query.filter.page, 1, 1'000'000);
    reader.read("page_size", query.filter.size, 1, 100);
    reader.read("status", status);
    if (status && *status != "deleted")
        reader.refuse("status", "must be deleted, or absent");
    if (!reader.outcome())
        co_return reader.outcome().error();
    query.filter.descending = order == "desc";
    query.filter.deleted = status.has_value();
    const auto caller = caller_of(call);
    const auto page = co_await teams.list_page(caller, query);
    if (!page)
        co_return page.error();
    co_return answer(
        page_json("teams", rows(page->teams), page->total_count, query.filter.page, query.filter.size)
    );
}

Task<JsonResponse> available(TeamService& teams, Call& call, const Json&)
{
    const auto caller = caller_of(call);
    const auto found = co_await teams.list_available(caller);
    if (!found)
        co_return found.error();
    co_return answer(rows(*found));
}

/// For choosers of the dashboard: rows only, no total.
Task<JsonResponse> filter(TeamService& teams, Call& call, const Json&)
{
    management::TeamQuery query;
    query.filter.size = 50;
    QueryReader reader(call);
    reader.read("team_id", query.filter.team_id);
    reader.read("team_alias", query.filter.alias_part);
    reader.read("page", query.filter.page, 1, 1'000'000);
    reader.read("page_size", query.filter.size, 1, 100);
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto page = co_await teams.list_page(caller, std::move(query));
    if (!page)
        co_return page.error();
    co_return answer(rows(page->teams));
}

} // namespace

std::vector<Route> team_routes(ManagementServices& services)
{
    TeamService& teams = services.teams;
    // Admins of an organization may call what changes its teams; the services look at who they are.
    const auto route = [&](Method method, const char* path, Access access, const char* summary, auto handler
                       ) { return json_route(method, path, access, summary, bound(handler, teams)); };
    return {
        route(Method::post, "/team/new", Access::self_managed, "Makes a team", create),
        route(Method::post, "/team/update", Access::self_managed, "Changes a team", update),
        route(Method::post, "/team/delete", Access::self_managed, "Deletes teams", remove),
        route(Method::get, "/team/info", Access::any_key, "Shows a team", info),
        route(Method::get, "/team/list", Access::any_key, "Lists teams with their keys", list),
        route(Method::get, "/v2/team/list", Access::any_key, "Lists teams page by page", list_page),
        route(Method::get, "/team/available", Access::any_key, "Teams that one may join", available),
        route(Method::get, "/team/filter/ui", Access::admin_reader, "Finds teams", filter),
        route(Method::post, "/team/block", Access::self_managed, "Blocks a team's keys", block),
        route(Method::post, "/team/unblock", Access::self_managed, "Unblocks a team's keys", unblock),
        route(Method::post, "/team/model/add", Access::self_managed, "Gives models to a team", add_models),
        route(
            Method::post,
            "/team/model/delete",
            Access::self_managed,
            "Takes models from a team",
            remove_models
        ),
        route(Method::get, "/team/permissions_list", Access::any_key, "What members may do", permissions),
        route(
            Method::post,
            "/team/permissions_update",
            Access::self_managed,
            "Grants rights to members",
            set_permissions
        ),
    };
}

} // namespace litellm::api
