#include "management_tables.hpp"

#include "json/caller.hpp"
#include "json/field_reader.hpp"
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

Task<JsonResponse> info(TeamService& teams, Call& call, const Json&)
{
    const auto team_id = call.query("team_id");
    if (!team_id || team_id->empty())
        co_return unfit_field("team_id", "Field required");
    const auto caller = caller_of(call);
    const auto view = co_await teams.load(caller, *team_id);
    if (!view)
        co_return view.error();
    co_return answer(to_json(*view));
}

} // namespace

std::vector<Route> team_routes(ManagementServices& services)
{
    TeamService& teams = services.teams;
    return {
        json_route(Method::post, "/team/new", Access::admin, "Makes a team", bound(create, teams)),
        json_route(Method::get, "/team/info", Access::any_key, "Shows a team", bound(info, teams)),
    };
}

} // namespace litellm::api
