#pragma once
// What belongs to a team.

#include "litellm/management/team_service.hpp"

namespace litellm::management {

/// The team's membership rows with their budgets.
[[nodiscard]] Result<std::vector<Membership>>
load_memberships(db::Transaction& transaction, const std::string& team_id);

/// The team with its aliases, budgets, keys and memberships.
[[nodiscard]] Result<TeamView> complete_team(db::Transaction& transaction, store::Team team);

/// The team, which nobody else changes until the transaction ends. not_found when there is none.
[[nodiscard]] Result<store::Team> lock_known_team(db::Transaction& transaction, const std::string& team_id);

} // namespace litellm::management
