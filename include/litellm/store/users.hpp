#pragma once
// "LiteLLM_UserTable": internal users.

#include "litellm/core/json.hpp"
#include "litellm/db/database.hpp"

#include <nlohmann/json.hpp>

#include <map>
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
[[nodiscard]] Result<std::optional<User>>
find_user_by_email(db::Transaction& transaction, const std::string& email);
/// As find_user(), and nobody else changes the row until the transaction ends.
[[nodiscard]] Result<std::optional<User>> lock_user(db::Transaction& transaction, const std::string& user_id);
[[nodiscard]] Result<std::vector<User>>
list_users_by_id(db::Transaction& transaction, const std::vector<std::string>& user_ids);
/// How many rows share an address, compared without regard to case.
[[nodiscard]] Result<std::int64_t>
count_users_with_email(db::Transaction& transaction, const std::string& email);
/// Writes every column except spend, model_spend, password and created_at; not_found when the row is gone.
[[nodiscard]] Result<void> update_user(db::Transaction& transaction, const User& user);
[[nodiscard]] Result<void>
set_user_spend(db::Transaction& transaction, const std::string& user_id, double spend);
/// Whether the user has set a password.
[[nodiscard]] Result<bool> has_password(db::Transaction& transaction, const std::string& user_id);
/// What refers to the user must be gone: memberships of organizations and invitations.
[[nodiscard]] Result<void> remove_user(db::Transaction& transaction, const std::string& user_id);

[[nodiscard]] Result<std::int64_t> count_users(db::Transaction& transaction);

struct UserFilter {
    std::optional<std::string> role;
    std::optional<std::string> id_part;               ///< contained in the id, in any case
    std::optional<std::vector<std::string>> user_ids; ///< one of these
    std::optional<std::vector<std::string>> sso_user_ids;
    std::optional<std::string> email_part;                    ///< contained in the address, in any case
    std::optional<std::string> team_id;                       ///< in the user's list of teams
    std::optional<std::vector<std::string>> organization_ids; ///< a member of one of these
    std::string sort_by = "created_at"; ///< user_id, user_email, user_alias, user_role, created_at, spend
    bool descending = true;
    std::int64_t page = 1;
    std::int64_t size = 25;
};
struct UserPage {
    std::vector<User> users;
    std::int64_t total_count = 0;
};
/// invalid_input for an unknown sort_by.
[[nodiscard]] Result<UserPage> list_user_page(db::Transaction& transaction, const UserFilter& filter);
/// How many keys each of these users has, sessions of the dashboard left out; users without keys are missing.
[[nodiscard]] Result<std::map<std::string, std::int64_t>>
count_keys_of_users(db::Transaction& transaction, const std::vector<std::string>& user_ids);

[[nodiscard]] Result<std::vector<User>>
list_users(db::Transaction& transaction, std::int64_t limit, std::int64_t offset);
/// Appends a team to the user's list unless it is there.
[[nodiscard]] Result<void> add_user_to_team(
    db::Transaction& transaction, const std::string& user_id, const std::string& team_id, Timestamp now
);

} // namespace litellm::store
