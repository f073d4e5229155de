#pragma once
// Who may act on teams, organizations and the people in them. A user that is not set never matches.

#include "litellm/management/context.hpp"
#include "litellm/store/teams.hpp"

#include <optional>
#include <string>

namespace litellm::management {

/// True when the caller is org_admin of that organization; false without one.
[[nodiscard]] Result<bool> administers_organization(
    db::Transaction& transaction, const Caller& by, const std::optional<std::string>& organization_id
);

/// Proxy admins, and org_admins of that organization. forbidden for everybody else.
[[nodiscard]] Result<void> check_organization_admin(
    db::Transaction& transaction,
    const Caller& by,
    const std::optional<std::string>& organization_id,
    const std::string& what
);

/// Proxy admins, admins of the team, and org_admins of its organization. forbidden for everybody else, with
/// the route in the text.
[[nodiscard]] Result<void> check_team_admin(
    db::Transaction& transaction, const Caller& by, const store::Team& team, const std::string& route
);

} // namespace litellm::management
