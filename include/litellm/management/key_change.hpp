#pragma once
// What a request wants to change about a key.

#include "litellm/core/json.hpp"
#include "litellm/core/patch.hpp"
#include "litellm/core/secret.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace litellm::management {

/// Absent fields stay, null ones are cleared. Budgets are USD, durations are texts such as `30d`.
struct KeyChange {
    std::string key; ///< its text or its hash
    Patch<std::string> key_alias;
    /// Counted from now; `-1` means never to expire. Cannot be cleared otherwise, as in LiteLLM.
    std::optional<std::string> duration;
    Patch<std::vector<std::string>> models;
    Patch<double> spend;
    Patch<double> max_budget;
    /// Kept in a budget row of the key's own, which copies the limits of the row that it had.
    Patch<double> soft_budget;
    Patch<std::string> user_id;
    Patch<std::string> team_id;
    Patch<std::string> organization_id;
    Patch<std::string> budget_id;
    Patch<std::int64_t> max_parallel_requests;
    Patch<std::int64_t> tpm_limit;
    Patch<std::int64_t> rpm_limit;
    /// Replaces the old object; `managed` and the temporary budget are written into the result.
    Patch<Json> metadata;
    /// Fields that are stored as members of metadata, those that have a value.
    Json managed = Json::object();
    /// Cannot be cleared, as in LiteLLM.
    std::optional<std::string> budget_duration;
    Patch<std::vector<std::string>> allowed_cache_controls;
    Patch<std::vector<std::string>> allowed_routes;
    Patch<std::vector<std::string>> access_group_ids;
    Patch<Json> config;
    Patch<Json> permissions;
    Patch<Json> model_max_budget;
    Patch<Json> aliases;
    Patch<Json> router_settings;
    /// Merged into the permission row that the key has.
    Patch<Json> object_permission;
    Patch<bool> blocked;
    Patch<bool> auto_rotate;
    Patch<std::string> rotation_interval;
    /// Both or none; null ends an increase.
    Patch<double> temp_budget_increase;
    Patch<std::string> temp_budget_expiry; ///< a duration or a date-time
};

/// A new text for a key, with changes to it.
struct KeyRotation {
    KeyChange change;
    std::optional<Secret> new_key; ///< chosen by the caller
    /// How long the old text works on; without it, what the environment says.
    std::optional<std::string> grace_period;
    std::optional<Secret> new_master_key;
};

} // namespace litellm::management
