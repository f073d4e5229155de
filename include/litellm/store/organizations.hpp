#pragma once
// "LiteLLM_OrganizationTable" and "LiteLLM_OrganizationMembership".

#include "litellm/core/json.hpp"
#include "litellm/db/database.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace litellm::store {

/// Its budget and limits are in its budget row.
struct Organization {
    std::string organization_id;
    std::string organization_alias;
    std::string budget_id;
    Json metadata = Json::object();
    std::vector<std::string> models;
    double spend = 0;
    Json model_spend = Json::object();
    Timestamp created_at;
    std::string created_by;
    Timestamp updated_at;
    std::string updated_by;
    std::optional<std::string> object_permission_id;
};

struct OrganizationMembership {
    std::string user_id;
    std::string organization_id;
    std::optional<std::string> user_role; ///< org_admin, internal_user, internal_user_viewer
    double spend = 0;
    std::optional<std::string> budget_id;
    std::optional<Timestamp> created_at;
    std::optional<Timestamp> updated_at;
};

/// The whole row, for the audit log.
[[nodiscard]] Json document_of(const Organization& organization);
[[nodiscard]] Json document_of(const OrganizationMembership& membership);
/// conflict when the id exists.
[[nodiscard]] Result<void>
insert_organization(db::Transaction& transaction, const Organization& organization);
[[nodiscard]] Result<std::optional<Organization>>
find_organization(db::Transaction& transaction, const std::string& organization_id);
/// As find_organization(), and nobody else changes the row until the transaction ends.
[[nodiscard]] Result<std::optional<Organization>>
lock_organization(db::Transaction& transaction, const std::string& organization_id);
[[nodiscard]] Result<std::vector<Organization>>
list_organizations_by_id(db::Transaction& transaction, const std::vector<std::string>& organization_ids);
/// Ordered by alias.
[[nodiscard]] Result<std::vector<Organization>> list_organizations(db::Transaction& transaction);
/// Writes every column except spend, model_spend and created_*; not_found when the row is gone.
[[nodiscard]] Result<void>
update_organization(db::Transaction& transaction, const Organization& organization);
/// Deletes the row and its memberships. Keys and users that name it lose it.
[[nodiscard]] Result<void>
remove_organization(db::Transaction& transaction, const std::string& organization_id);

/// The user's role in the organization (org_admin, internal_user, …); nothing when he is no member.
[[nodiscard]] Result<std::optional<std::string>> find_organization_role(
    db::Transaction& transaction, const std::string& organization_id, const std::string& user_id
);
/// Ids of the organizations in which the user has this role; in any role without one.
[[nodiscard]] Result<std::vector<std::string>> list_organizations_with_role(
    db::Transaction& transaction, const std::string& user_id, const std::string& role
);

/// Does nothing when the user is a member already.
[[nodiscard]] Result<void> add_organization_member(
    db::Transaction& transaction,
    const std::string& organization_id,
    const std::string& user_id,
    const std::string& role,
    Timestamp now
);
[[nodiscard]] Result<std::optional<OrganizationMembership>> find_organization_membership(
    db::Transaction& transaction, const std::string& organization_id, const std::string& user_id
);
[[nodiscard]] Result<std::vector<OrganizationMembership>>
list_organization_memberships(db::Transaction& transaction, const std::string& organization_id);
/// Writes role and budget.
[[nodiscard]] Result<void>
update_organization_membership(db::Transaction& transaction, const OrganizationMembership& membership);
[[nodiscard]] Result<void> remove_organization_membership(
    db::Transaction& transaction, const std::string& organization_id, const std::string& user_id
);
[[nodiscard]] Result<void>
remove_organization_memberships_of_user(db::Transaction& transaction, const std::string& user_id);

} // namespace litellm::store
