#pragma once
// What the members of a team may do with its keys.

#include "litellm/store/teams.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::management {

/// `admin` or `user`; nothing when the user is no member. An empty id never matches.
[[nodiscard]] std::optional<std::string> member_role(const store::Team& team, std::string_view user_id);
[[nodiscard]] bool is_team_admin(const store::Team& team, std::string_view user_id);
/// Routes that a team can grant to its plain members.
[[nodiscard]] const std::vector<std::string>& grantable_routes();
/// Those that this team grants.
[[nodiscard]] const std::vector<std::string>& granted_routes(const store::Team& team);
/// unauthorized (`team_member_permission_error`) when neither the member's role nor the team's permissions
/// allow the route.
[[nodiscard]] Result<void>
may_member_call(const store::Team& team, std::string_view user_id, const std::string& route);

} // namespace litellm::management
