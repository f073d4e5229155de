#include "management_tables.hpp"

#include "json/caller.hpp"
#include "json/shapes.hpp"
#include "json/team_json.hpp"
#include "json/user_json.hpp"

namespace litellm::api {

using auth::Access;
using http::Method;
using management::TeamMembers;

namespace {

Json users_json(const std::vector<store::User>& users)
{
    Json json = Json::array();
    for (const auto& user : users)
        json.push_back(to_json(user));
    return json;
}

Json memberships_json(const std::vector<management::Membership>& memberships)
{
    Json json = Json::array();
    for (const auto& membership : memberships)
        json.push_back(to_json(membership));
    return json;
}

Task<JsonResponse> add(TeamMembers& members, Call& call, const Json& body)
{
    const auto wanted = member_addition_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto added = co_await members.add(caller, *wanted);
    if (!added)
        co_return added.error();
    Json shown = to_json(added->team.team);
    shown["updated_users"] = users_json(added->users);
    shown["updated_team_memberships"] = memberships_json(added->memberships);
    co_return answer(std::move(shown));
}

Json result_of(const management::MembersAdded& added, const store::User& user)
{
    Json entry = Json::object();
    entry["user_id"] = user.user_id;
    entry["user_email"] = or_null(user.user_email);
    entry["success"] = true;
    entry["error"] = nullptr;
    entry["updated_user"] = to_json(user);
    entry["updated_team_membership"] = nullptr;
    for (const auto& membership : added.memberships) {
        if (membership.row.user_id == user.user_id)
            entry["updated_team_membership"] = to_json(membership);
    }
    return entry;
}

Task<JsonResponse> add_in_bulk(TeamMembers& members, Call& call, const Json& body)
{
    const auto wanted = bulk_addition_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto added = co_await members.add_in_bulk(caller, *wanted);
    if (!added)
        co_return added.error();
    Json results = Json::array();
    for (const auto& user : added->users)
        results.push_back(result_of(*added, user));
    Json shown = Json::object();
    shown["team_id"] = wanted->team_id;
    shown["results"] = std::move(results);
    shown["total_requested"] = wanted->all_users ? added->users.size() : wanted->members.size();
    shown["successful_additions"] = added->users.size();
    shown["failed_additions"] = 0;
    shown["updated_team"] = to_json(added->team.team);
    co_return answer(std::move(shown));
}

Task<JsonResponse> update(TeamMembers& members, Call& call, const Json& body)
{
    const auto wanted = member_change_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto changed = co_await members.update(caller, *wanted);
    if (!changed)
        co_return changed.error();
    const store::Budget budget = changed->budget.value_or(store::Budget());
    Json shown = Json::object();
    shown["team_id"] = changed->team_id;
    shown["user_id"] = changed->user_id;
    shown["user_email"] = or_null(changed->user_email);
    shown["max_budget_in_team"] = or_null(budget.max_budget);
    shown["tpm_limit"] = or_null(budget.tpm_limit);
    shown["rpm_limit"] = or_null(budget.rpm_limit);
    co_return answer(std::move(shown));
}

Task<JsonResponse> remove(TeamMembers& members, Call& call, const Json& body)
{
    const auto wanted = member_name_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto team = co_await members.remove(caller, *wanted);
    if (!team)
        co_return team.error();
    co_return answer(created_team_json(*team));
}

} // namespace

std::vector<Route> team_member_routes(ManagementServices& services)
{
    TeamMembers& members = services.team_members;
    // Admins of the team may call these; the service looks at who they are.
    const auto route = [&](const char* path, const char* summary, auto handler) {
        return json_route(Method::post, path, Access::self_managed, summary, bound(handler, members));
    };
    return {
        route("/team/member_add", "Adds people to a team", add),
        route("/team/bulk_member_add", "Adds many people to a team", add_in_bulk),
        route("/team/member_update", "Changes a member's role, budget and limits", update),
        route("/team/member_delete", "Takes a member and his keys out of a team", remove),
    };
}

} // namespace litellm::api
