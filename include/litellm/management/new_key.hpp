#pragma once
// What a request for a key says, before any rule was applied to it.

#include "litellm/core/json.hpp"
#include "litellm/core/secret.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace litellm::management {

/// The fields that keys and users share. Budgets are USD, durations are texts such as `30d`.
struct Entitlement {
    std::optional<std::string> key_alias;
    std::optional<std::string> duration;
    std::vector<std::string> models;
    double spend = 0;
    std::optional<double> max_budget;
    std::optional<std::string> user_id;
    std::optional<std::string> team_id;
    std::optional<std::int64_t> max_parallel_requests;
    std::optional<std::int64_t> tpm_limit;
    std::optional<std::int64_t> rpm_limit;
    Json metadata = Json::object();
    std::optional<std::string> budget_duration;
    std::vector<std::string> allowed_cache_controls;
    Json config = Json::object();
    Json permissions = Json::object();
    Json model_max_budget = Json::object();
    Json aliases = Json::object();
    std::optional<bool> blocked;
    std::optional<Json> object_permission;
    /// Fields that are stored as members of the row's metadata (`tags`, `model_rpm_limit`, …), those that
    /// have a value.
    Json managed = Json::object();
    /// Names of all members of the request: some rules ask whether a field was sent at all.
    std::vector<std::string> sent;
};

/// Which routes a key is made for.
enum class KeyType { standard, llm_api, management, read_only };

struct NewKey : Entitlement {
    std::optional<Secret> key; ///< chosen by the caller
    std::optional<std::string> budget_id;
    std::vector<std::string> allowed_routes;
    std::optional<Json> router_settings;
    std::vector<std::string> access_group_ids;
    std::optional<double> soft_budget;
    std::optional<bool> send_invite_email;
    KeyType key_type = KeyType::standard;
    bool auto_rotate = false;
    std::optional<std::string> rotation_interval;
    std::optional<std::string> organization_id;
    /// Belongs to the team alone, whoever makes it.
    bool is_service_account = false;
    /// The request as LiteLLM's GenerateKeyRequest has it, for the operator's own rules.
    Json request = Json::object();
};

} // namespace litellm::management
