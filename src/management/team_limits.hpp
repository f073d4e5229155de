#pragma once
// What a new team may have: settings that fill it, and an organization's limits.

#include "litellm/config/config.hpp"
#include "litellm/db/database.hpp"
#include "litellm/management/team_service.hpp"
#include "litellm/management/user_service.hpp"

namespace litellm::management {

/// litellm_settings.default_team_params and default_team_settings[0].max_budget.
void apply_team_defaults(NewTeam& wanted, const config::LitellmSettings& settings);

/// invalid_input for negative amounts and a soft budget that is not below the budget.
[[nodiscard]] Result<void> check_team_amounts(const NewTeam& wanted);

/// invalid_input when the organization is unknown or has less than the team asks for.
[[nodiscard]] Result<void> check_within_organization(db::Transaction& transaction, const NewTeam& wanted);

/// Gives a new user at most what his organization has: fills what is open, refuses what is above.
[[nodiscard]] Result<void> fill_from_organization(db::Transaction& transaction, NewUser& wanted);

} // namespace litellm::management
