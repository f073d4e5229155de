#pragma once
// What belongs to an organization.

#include "litellm/management/organization_service.hpp"

namespace litellm::management {

/// The organization, which nobody else changes until the transaction ends. not_found when there is none.
[[nodiscard]] Result<store::Organization>
lock_known_organization(db::Transaction& transaction, const std::string& organization_id);

[[nodiscard]] Result<OrganizationView>
complete_organization(db::Transaction& transaction, store::Organization organization);

[[nodiscard]] Result<OrganizationMember>
complete_organization_member(db::Transaction& transaction, store::OrganizationMembership membership);

} // namespace litellm::management
