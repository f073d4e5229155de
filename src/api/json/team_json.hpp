#pragma once
// Teams on the wire.

#include "litellm/core/json.hpp"
#include "litellm/management/team_service.hpp"

namespace litellm::api {

[[nodiscard]] Result<management::NewTeam> new_team_from(const Json& body);

/// Every column.
[[nodiscard]] Json to_json(const store::Team& team);
/// Answer of /team/new: the row and its links.
[[nodiscard]] Json created_team_json(const management::TeamView& view);
/// Answer of /team/info.
[[nodiscard]] Json to_json(const management::TeamView& view);

} // namespace litellm::api
