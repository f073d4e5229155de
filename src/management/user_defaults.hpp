#pragma once
// What the settings give to new users.

#include "litellm/config/config.hpp"
#include "litellm/management/user_service.hpp"

#include <vector>

namespace litellm::management {

/// invalid_input for a role that no user can have.
[[nodiscard]] Result<void> check_role(const std::string& role);

/// Team entries as requests and settings write them: `"id"` or `{team_id, max_budget_in_team, user_role}`.
/// invalid_input for anything else.
[[nodiscard]] Result<std::vector<TeamWish>> team_wishes_from(const Json& teams);

/// litellm_settings.default_internal_user_params, max_internal_user_budget and internal_user_budget_duration:
/// fills what the request left open. A proxy admin gets none of it.
void apply_user_defaults(NewUser& wanted, const config::LitellmSettings& settings);

} // namespace litellm::management
