#pragma once
// Who belongs to a team: `members_with_roles` of "LiteLLM_TeamTable" and rows of "LiteLLM_TeamMembership".

#include "litellm/core/json.hpp"
#include "litellm/db/database.hpp"
#include "litellm/store/teams.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace litellm::store {

/// Replaces the team's member list, an array of {user_id, user_email, role}; not_found when the team is gone.
[[nodiscard]] Result<void> set_team_members(
    db::Transaction& transaction, const std::string& team_id, const Json& members_with_roles, Timestamp now
);

/// Makes the row of a member with a budget; one that exists keeps its spend and gets the new budget.
[[nodiscard]] Result<void> save_membership(db::Transaction& transaction, const TeamMembership& membership);

/// Nothing when there is no such row.
[[nodiscard]] Result<std::optional<TeamMembership>>
find_membership(db::Transaction& transaction, const std::string& user_id, const std::string& team_id);
[[nodiscard]] Result<std::vector<TeamMembership>>
list_memberships_of_teams(db::Transaction& transaction, const std::vector<std::string>& team_ids);

/// Deletes a membership row, if there is one.
[[nodiscard]] Result<void>
remove_membership(db::Transaction& transaction, const std::string& user_id, const std::string& team_id);
/// Deletes all membership rows of a team, or of a user.
[[nodiscard]] Result<void>
remove_memberships_of_team(db::Transaction& transaction, const std::string& team_id);
[[nodiscard]] Result<void>
remove_memberships_of_user(db::Transaction& transaction, const std::string& user_id);

/// Takes the team out of the lists of teams of these users, or of all users, and returns whose lists had it.
[[nodiscard]] Result<std::vector<std::string>>
remove_team_from_users(db::Transaction& transaction, const std::string& team_id, Timestamp now);
[[nodiscard]] Result<void> remove_team_from_user(
    db::Transaction& transaction, const std::string& user_id, const std::string& team_id, Timestamp now
);

} // namespace litellm::store
