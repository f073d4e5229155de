#pragma once
// Who belongs to a team: `members_with_roles` of "LiteLLM_TeamTable" and rows of "LiteLLM_TeamMembership".

#include "litellm/core/json.hpp"
#include "litellm/db/database.hpp"
#include "litellm/store/teams.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace litellm::store {

/// Replaces the team's member list, an array of {user_id, user_email, role}; not_found when the team is gone.
[[nodiscard]] Result<void> set_team_members(
    db::Transaction& transaction, const std::string& team_id, const Json& members_with_roles, Timestamp now
);

/// Makes the row of a member with a budget; one that exists keeps its spend and gets the new budget.
[[nodiscard]] Result<void>
save_membership(db::Transaction& transaction, const TeamMembership& membership);

} // namespace litellm::store
