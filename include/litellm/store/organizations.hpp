#pragma once
// "LiteLLM_OrganizationTable" and "LiteLLM_OrganizationMembership".

#include "litellm/db/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace litellm::store {

/// What others need to know of an organization; its budget and limits are in its budget row.
struct Organization {
    std::string organization_id;
    std::string budget_id;
    std::vector<std::string> models;
    double spend = 0;
};

[[nodiscard]] Result<std::optional<Organization>>
find_organization(db::Transaction& transaction, const std::string& organization_id);

/// Does nothing when the user is a member already.
[[nodiscard]] Result<void> add_organization_member(
    db::Transaction& transaction,
    const std::string& organization_id,
    const std::string& user_id,
    const std::string& role,
    Timestamp now
);

} // namespace litellm::store
