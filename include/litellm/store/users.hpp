#pragma once
// "LiteLLM_UserTable": internal users.

#include "litellm/core/json.hpp"
#include "litellm/db/database.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace litellm::store {

/// A row without its password, which has statements of its own.
struct User {
    std::string user_id;
    std::optional<std::string> user_alias;
    std::optional<std::string> team_id;
    std::optional<std::string> sso_user_id;
    std::optional<std::string> organization_id;
    std::vector<std::string> teams;
    std::optional<std::string> user_role;
    std::optional<double> max_budget;
    double spend = 0;
    std::optional<std::string> user_email;
    std::vector<std::string> models;
    Json metadata = Json::object();
    std::optional<std::int64_t> max_parallel_requests;
    std::optional<std::int64_t> tpm_limit;
    std::optional<std::int64_t> rpm_limit;
    std::optional<std::string> budget_duration;
    std::optional<Timestamp> budget_reset_at;
    std::vector<std::string> allowed_cache_controls;
    Json model_spend = Json::object();
    Json model_max_budget = Json::object();
    std::optional<Timestamp> created_at;
    std::optional<Timestamp> updated_at;
    std::optional<std::string> object_permission_id;
    std::vector<std::string> policies;
};

/// The whole row, for the audit log.
[[nodiscard]] Json document_of(const User& user);
/// conflict when the id exists.
[[nodiscard]] Result<void> insert_user(db::Transaction& transaction, const User& user);
[[nodiscard]] Result<std::optional<User>> find_user(db::Transaction& transaction, const std::string& user_id);
/// Compared without regard to case.
[[nodiscard]] Result<std::optional<User>> find_user_by_email(db::Transaction& transaction, const std::string& email);
[[nodiscard]] Result<std::vector<User>> list_users(db::Transaction& transaction, std::int64_t limit, std::int64_t offset);
/// Appends a team to the user's list unless it is there.
[[nodiscard]] Result<void> add_user_to_team(db::Transaction& transaction, const std::string& user_id, const std::string& team_id, Timestamp now);

} // namespace litellm::store
