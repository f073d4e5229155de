#pragma once
// "LiteLLM_TeamTable", "LiteLLM_ModelTable" (team model aliases) and "LiteLLM_TeamMembership".

#include "litellm/core/json.hpp"
#include "litellm/db/database.hpp"
#include "litellm/store/archive.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace litellm::store {

struct Team {
    std::string team_id;
    std::optional<std::string> team_alias;
    std::optional<std::string> organization_id;
    std::vector<std::string> admins;
    std::vector<std::string> members;
    Json members_with_roles = Json::array();
    Json metadata = Json::object();
    std::optional<double> max_budget;
    std::optional<double> soft_budget;
    double spend = 0;
    std::vector<std::string> models;
    std::optional<std::int64_t> max_parallel_requests;
    std::optional<std::int64_t> tpm_limit;
    std::optional<std::int64_t> rpm_limit;
    std::optional<std::string> budget_duration;
    std::optional<Timestamp> budget_reset_at;
    bool blocked = false;
    std::optional<Timestamp> created_at;
    std::optional<Timestamp> updated_at;
    Json model_spend = Json::object();
    Json model_max_budget = Json::object();
    std::optional<std::int64_t> model_id;
    std::vector<std::string> team_member_permissions;
    std::optional<std::string> object_permission_id;
    Json router_settings = Json::object();
    std::vector<std::string> policies;
    bool allow_team_guardrail_config = false;
    std::vector<std::string> access_group_ids;
};

struct TeamMembership {
    std::string user_id;
    std::string team_id;
    double spend = 0;
    std::optional<std::string> budget_id;
};

/// The whole row, for the audit log.
[[nodiscard]] Json document_of(const Team& team);
/// conflict when the id exists.
[[nodiscard]] Result<void> insert_team(db::Transaction& transaction, const Team& team);
[[nodiscard]] Result<std::optional<Team>> find_team(db::Transaction& transaction, const std::string& team_id);
/// As find_team(), and nobody else changes the row until the transaction ends.
[[nodiscard]] Result<std::optional<Team>> lock_team(db::Transaction& transaction, const std::string& team_id);
/// Writes every column except spend, model_spend and created_at; not_found when the row is gone.
[[nodiscard]] Result<void> update_team(db::Transaction& transaction, const Team& team);
/// Copies the rows to "LiteLLM_DeletedTeamTable" (where that table exists) and deletes them.
[[nodiscard]] Result<std::int64_t> remove_teams(
    db::Transaction& transaction, const std::vector<std::string>& team_ids, const Deletion& deletion
);
[[nodiscard]] Result<std::vector<Team>>
list_teams_by_id(db::Transaction& transaction, const std::vector<std::string>& team_ids);
/// All teams, ordered by alias.
[[nodiscard]] Result<std::vector<Team>> list_teams(db::Transaction& transaction);

struct TeamFilter {
    std::optional<std::vector<std::string>> team_ids;
    std::optional<std::string> team_id;
    std::optional<std::string> alias_part;      ///< contained in the alias, in any case
    std::optional<std::string> organization_id; ///< empty: teams without an organization
    bool deleted = false;                       ///< of the archive
    std::string sort_by = "team_alias";         ///< team_id, team_alias, created_at, spend, max_budget
    bool descending = false;
    std::int64_t page = 1;
    std::int64_t size = 10;
};
struct TeamPage {
    std::vector<Team> teams;
    std::int64_t total_count = 0;
};
/// invalid_input for an unknown sort_by.
[[nodiscard]] Result<TeamPage> list_team_page(db::Transaction& transaction, const TeamFilter& filter);

[[nodiscard]] Result<std::vector<TeamMembership>>
list_memberships_of_team(db::Transaction& transaction, const std::string& team_id);
/// Stores aliases (requested model to group) and returns the new LiteLLM_ModelTable id.
[[nodiscard]] Result<std::int64_t> insert_team_model_aliases(
    db::Transaction& transaction, const Json& aliases, const std::string& created_by, Timestamp now
);
[[nodiscard]] Result<void> set_team_model_aliases(
    db::Transaction& transaction,
    std::int64_t model_id,
    const Json& aliases,
    const std::string& updated_by,
    Timestamp now
);
[[nodiscard]] Result<std::optional<Json>>
find_team_model_aliases(db::Transaction& transaction, std::int64_t model_id);

} // namespace litellm::store
