#include "authority.hpp"

#include "refusals.hpp"
#include "team_roles.hpp"

#include "litellm/store/organizations.hpp"

#include <fmt/format.h>

namespace litellm::management {

Result<bool> administers_organization(
    db::Transaction& transaction, const Caller& by, const std::optional<std::string>& organization_id
)
{
    if (!organization_id || organization_id->empty() || by.principal->user_id.empty())
        return false;
    const auto role = store::find_organization_role(transaction, *organization_id, by.principal->user_id);
    if (!role)
        return role.error();
    return *role == "org_admin";
}

Result<void> check_organization_admin(
    db::Transaction& transaction,
    const Caller& by,
    const std::optional<std::string>& organization_id,
    const std::string& what
)
{
    if (by.is_admin())
        return {};
    const auto allowed = administers_organization(transaction, by, organization_id);
    if (!allowed)
        return allowed.error();
    if (*allowed)
        return {};
    return forbidden(fmt::format("Only proxy admins, and admins of the organization concerned, can {}.", what)
    );
}

Result<void> check_team_admin(
    db::Transaction& transaction, const Caller& by, const store::Team& team, const std::string& route
)
{
    if (by.is_admin() || is_team_admin(team, by.principal->user_id))
        return {};
    const auto allowed = administers_organization(transaction, by, team.organization_id);
    if (!allowed)
        return allowed.error();
    if (*allowed)
        return {};
    return forbidden(fmt::format(
        "Call not allowed. User not proxy admin OR team admin. route={}, team_id={}", route, team.team_id
    ));
}

} // namespace litellm::management
