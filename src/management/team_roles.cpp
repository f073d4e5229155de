#include "team_roles.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::management {

std::optional<std::string> member_role(const store::Team& team, std::string_view user_id)
{
    if (user_id.empty() || !team.members_with_roles.is_array())
        return std::nullopt;
    for (const Json& member : team.members_with_roles) {
        const auto id = member.find("user_id");
        if (id == member.end() || !id->is_string() || id->get_ref<const std::string&>() != user_id)
            continue;
        const auto role = member.find("role");
        return role != member.end() && role->is_string() ? role->get<std::string>() : std::string("user");
    }
    return std::nullopt;
}

bool is_team_admin(const store::Team& team, std::string_view user_id)
{
    return member_role(team, user_id) == "admin";
}

const std::vector<std::string>& grantable_routes()
{
    static const std::vector<std::string> routes{
        "/key/generate",
        "/key/update",
        "/key/delete",
        "/key/info",
        "/key/health",
        "/key/regenerate",
        "/key/service-account/generate",
        "/key/{key_id}/regenerate",
        "/key/list",
        "/key/block",
        "/key/unblock",
        "/key/bulk_update",
    };
    return routes;
}

const std::vector<std::string>& granted_routes(const store::Team& team)
{
    static const std::vector<std::string> usual{"/key/info", "/key/health"};
    return team.team_member_permissions.empty() ? usual : team.team_member_permissions;
}

Result<void> may_member_call(const store::Team& team, std::string_view user_id, const std::string& route)
{
    if (is_team_admin(team, user_id))
        return {};
    const auto& allowed = granted_routes(team);
    if (std::find(allowed.begin(), allowed.end(), route) != allowed.end())
        return {};
    Error error{
        ErrorKind::unauthorized,
        fmt::format(
            "Team member does not have permissions for endpoint: {}. You only have access to the following "
            "endpoints: ['{}'] "
            "for team {}.",
            route,
            fmt::join(allowed, "', '"),
            team.team_id
        )};
    error.parameter = route;
    error.type = "team_member_permission_error";
    error.status = 401;
    return error;
}

} // namespace litellm::management
