#pragma once
// "LiteLLM_VerificationToken": one row per virtual key.

#include "litellm/core/json.hpp"
#include "litellm/db/database.hpp"
#include "litellm/store/archive.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace litellm::store {

struct Key {
    std::string token; ///< lower-case hex SHA-256 of the key
    std::optional<std::string> key_name;
    std::optional<std::string> key_alias;
    bool soft_budget_cooldown = false;
    double spend = 0;
    std::optional<Timestamp> expires;
    std::vector<std::string> models;
    Json aliases = Json::object();
    Json config = Json::object();
    std::optional<std::string> user_id;
    std::optional<std::string> team_id;
    Json permissions = Json::object();
    std::optional<std::int64_t> max_parallel_requests;
    Json metadata = Json::object();
    std::optional<bool> blocked;
    std::optional<std::int64_t> tpm_limit;
    std::optional<std::int64_t> rpm_limit;
    std::optional<double> max_budget;
    std::optional<std::string> budget_duration;
    std::optional<Timestamp> budget_reset_at;
    std::vector<std::string> allowed_cache_controls;
    Json model_spend = Json::object();
    Json model_max_budget = Json::object();
    std::optional<std::string> budget_id;
    std::optional<std::string> organization_id;
    std::optional<Timestamp> created_at;
    std::optional<std::string> created_by;
    std::optional<Timestamp> updated_at;
    std::optional<std::string> updated_by;
    std::vector<std::string> allowed_routes;
    std::optional<std::string> object_permission_id;
    std::optional<bool> auto_rotate;
    std::optional<Timestamp> key_rotation_at;
    std::optional<Timestamp> last_rotation_at;
    std::optional<std::int64_t> rotation_count;
    std::optional<std::string> rotation_interval;
    Json router_settings = Json::object();
    std::vector<std::string> policies;
    std::vector<std::string> access_group_ids;
};

/// All that authentication needs of one key, read in one statement (the reference 3.6): the row, with limits
/// of its budget row where the key's own are null, and its user, team, membership and organization.
struct KeyContext {
    Key key;
    std::optional<double> soft_budget; ///< of the key's budget row
    /// Models of the groups in key.access_group_ids.
    std::vector<std::string> access_group_models;
    /// Set when the key was found by an old hash: that hash is good until then.
    std::optional<Timestamp> revoke_at;
    struct User {
        std::string user_id;
        std::optional<std::string> role;
        std::optional<std::string> email;
        std::vector<std::string> models;
        double spend = 0;
        std::optional<double> max_budget;
        std::optional<std::int64_t> tpm_limit;
        std::optional<std::int64_t> rpm_limit;
        std::optional<std::int64_t> max_parallel_requests;
    };
    struct Team {
        std::string team_id;
        std::optional<std::string> alias;
        bool blocked = false;
        std::vector<std::string> models;
        Json model_aliases = Json::object(); ///< of LiteLLM_ModelTable
        Json members_with_roles = Json::array();
        Json metadata = Json::object();
        double spend = 0;
        std::optional<double> max_budget;
        std::optional<double> soft_budget;
        std::optional<std::int64_t> tpm_limit;
        std::optional<std::int64_t> rpm_limit;
        std::optional<std::int64_t> max_parallel_requests;
        std::optional<std::string> organization_id;
    };
    struct Member {
        double spend = 0;
        std::optional<double> max_budget;
        std::optional<std::int64_t> tpm_limit;
        std::optional<std::int64_t> rpm_limit;
    };
    struct Organization {
        std::string organization_id;
        std::vector<std::string> models;
        double spend = 0;
        std::optional<double> max_budget;
        std::optional<std::int64_t> tpm_limit;
        std::optional<std::int64_t> rpm_limit;
    };
    std::optional<User> user; ///< nothing when the key's user_id names no row
    std::optional<Team> team;
    std::optional<Member> member; ///< membership row of (user, team), with its budget row
    std::optional<Organization> organization;
};

/// The whole row, for the audit log.
[[nodiscard]] Json document_of(const Key& key);
/// conflict when the token exists already. created_at and updated_at are set by the caller.
[[nodiscard]] Result<void> insert_key(db::Transaction& transaction, const Key& key);
[[nodiscard]] Result<std::optional<Key>> find_key(db::Transaction& transaction, const std::string& token);
/// Looks in the grace table as well: a rotated key's old hash finds the row it stands for while revoke_at >
/// now.
[[nodiscard]] Result<std::optional<KeyContext>>
find_key_context(db::Transaction& transaction, const std::string& token, Timestamp now);
[[nodiscard]] Result<std::vector<Key>>
list_keys_by_token(db::Transaction& transaction, const std::vector<std::string>& tokens);
[[nodiscard]] Result<std::vector<Key>>
list_keys_by_alias(db::Transaction& transaction, const std::vector<std::string>& aliases);
[[nodiscard]] Result<std::vector<Key>>
list_keys_of_user(db::Transaction& transaction, const std::string& user_id);
[[nodiscard]] Result<std::vector<Key>>
list_keys_of_team(db::Transaction& transaction, const std::string& team_id);
[[nodiscard]] Result<bool> is_alias_taken(db::Transaction& transaction, const std::string& alias);
/// Writes every column of `key` except spend and created_*; not_found when the row is gone.
[[nodiscard]] Result<void> update_key(db::Transaction& transaction, const Key& key);
/// Returns the row after the change, nothing when there is none.
[[nodiscard]] Result<std::optional<Key>> set_key_blocked(
    db::Transaction& transaction,
    const std::string& token,
    bool blocked,
    const std::string& updated_by,
    Timestamp now
);

/// Copies the rows to "LiteLLM_DeletedVerificationToken" (where that table exists) and deletes them.
[[nodiscard]] Result<std::int64_t>
remove_keys(db::Transaction& transaction, const std::vector<Key>& keys, const Deletion& deletion);

struct KeyFilter {
    std::optional<std::string> user_id;
    std::optional<std::string> team_id;
    std::optional<std::string> organization_id;
    std::optional<std::string> key_alias;
    std::optional<std::string> key_hash;
    /// ORed with the filters above.
    std::vector<std::string> include_team_ids;
    std::optional<std::string> include_created_by;
    std::string sort_by = "created_at"; ///< spend, max_budget, created_at, updated_at, token, key_alias
    bool descending = true;
    std::int64_t page = 1;
    std::int64_t size = 10;
};
struct KeyPage {
    std::vector<Key> keys;
    std::int64_t total_count = 0;
};
/// UI session keys (team litellm-dashboard) are never listed. invalid_input for an unknown sort_by.
[[nodiscard]] Result<KeyPage> list_keys(db::Transaction& transaction, const KeyFilter& filter);

} // namespace litellm::store
