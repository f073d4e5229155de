#include "litellm/auth/principal.hpp"

#include <nlohmann/json.hpp>

namespace litellm::auth {

std::string_view to_string(Role role)
{
    switch (role) {
    case Role::proxy_admin:
        return "proxy_admin";
    case Role::proxy_admin_viewer:
        return "proxy_admin_viewer";
    case Role::org_admin:
        return "org_admin";
    case Role::internal_user:
        return "internal_user";
    case Role::internal_user_viewer:
        return "internal_user_viewer";
    case Role::team:
        return "team";
    case Role::customer:
        return "customer";
    case Role::none:
        break;
    }
    return "unknown";
}

Role role_from(const std::optional<std::string>& text)
{
    for (const Role role :
         {Role::proxy_admin,
          Role::proxy_admin_viewer,
          Role::org_admin,
          Role::internal_user_viewer,
          Role::team,
          Role::customer}) {
        if (text && *text == to_string(role))
            return role;
    }
    return Role::internal_user;
}

bool Principal::is_admin_of_team(const std::string& wanted_team) const
{
    if (!context || !context->team || context->team->team_id != wanted_team || user_id.empty())
        return false;
    const Json& members = context->team->members_with_roles;
    if (!members.is_array())
        return false;
    for (const Json& member : members) {
        if (member.is_object() && member.value("user_id", Json()) == Json(user_id) &&
            member.value("role", Json()) == Json("admin"))
            return true;
    }
    return false;
}

} // namespace litellm::auth
