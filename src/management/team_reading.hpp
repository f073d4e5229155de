#pragma once
// What belongs to a team.

#include "litellm/management/team_service.hpp"

namespace litellm::management {

/// The team's membership rows with their budgets.
[[nodiscard]] Result<std::vector<Membership>>
load_memberships(db::Transaction& transaction, const std::string& team_id);

} // namespace litellm::management
