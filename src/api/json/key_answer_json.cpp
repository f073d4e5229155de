#include "key_json.hpp"

#include "shapes.hpp"

namespace litellm::api {

namespace {

/// The columns without the token, in the order LiteLLM shows them.
Json columns(const store::Key& key)
{
    Json json = Json::object();
    json["key_name"] = or_null(key.key_name);
    json["key_alias"] = or_null(key.key_alias);
    json["spend"] = key.spend;
    json["expires"] = time_or_null(key.expires);
    json["models"] = key.models;
    json["aliases"] = key.aliases;
    json["config"] = key.config;
    json["user_id"] = or_null(key.user_id);
    json["team_id"] = or_null(key.team_id);
    json["permissions"] = key.permissions;
    json["max_parallel_requests"] = or_null(key.max_parallel_requests);
    json["metadata"] = key.metadata;
    json["blocked"] = or_null(key.blocked);
    json["tpm_limit"] = or_null(key.tpm_limit);
    json["rpm_limit"] = or_null(key.rpm_limit);
    json["max_budget"] = or_null(key.max_budget);
    json["budget_duration"] = or_null(key.budget_duration);
    json["budget_reset_at"] = time_or_null(key.budget_reset_at);
    json["allowed_cache_controls"] = key.allowed_cache_controls;
    json["allowed_routes"] = key.allowed_routes;
    json["model_spend"] = key.model_spend;
    json["model_max_budget"] = key.model_max_budget;
    json["budget_id"] = or_null(key.budget_id);
    json["organization_id"] = or_null(key.organization_id);
    json["object_permission_id"] = or_null(key.object_permission_id);
    json["created_at"] = time_or_null(key.created_at);
    json["created_by"] = or_null(key.created_by);
    json["updated_at"] = time_or_null(key.updated_at);
    json["updated_by"] = or_null(key.updated_by);
    json["rotation_count"] = key.rotation_count.value_or(0);
    json["auto_rotate"] = key.auto_rotate.value_or(false);
    json["rotation_interval"] = or_null(key.rotation_interval);
    json["last_rotation_at"] = time_or_null(key.last_rotation_at);
    json["key_rotation_at"] = time_or_null(key.key_rotation_at);
    json["router_settings"] = key.router_settings;
    json["policies"] = key.policies;
    json["access_group_ids"] = key.access_group_ids;
    json["soft_budget_cooldown"] = key.soft_budget_cooldown;
    return json;
}

Json budget_or_null(const std::optional<store::Budget>& budget)
{
    return budget ? to_json(*budget) : Json(nullptr);
}

} // namespace

Json to_json(const store::Budget& budget)
{
    Json json = Json::object();
    json["budget_id"] = budget.budget_id;
    json["soft_budget"] = or_null(budget.soft_budget);
    json["max_budget"] = or_null(budget.max_budget);
    json["max_parallel_requests"] = or_null(budget.max_parallel_requests);
    json["tpm_limit"] = or_null(budget.tpm_limit);
    json["rpm_limit"] = or_null(budget.rpm_limit);
    json["model_max_budget"] = or_null(budget.model_max_budget);
    json["budget_duration"] = or_null(budget.budget_duration);
    json["budget_reset_at"] = time_or_null(budget.budget_reset_at);
    json["created_at"] = to_iso8601(budget.created_at);
    json["created_by"] = budget.created_by;
    json["updated_at"] = to_iso8601(budget.updated_at);
    json["updated_by"] = budget.updated_by;
    return json;
}

Json to_json(const store::Key& key)
{
    Json json = Json::object();
    json["token"] = key.token;
    json.update(columns(key));
    return json;
}

Json to_json(const management::IssuedKey& issued)
{
    Json json = Json::object();
    json["key"] = issued.secret.reveal();
    json["token"] = issued.row.token;
    json["token_id"] = issued.row.token;
    json.update(columns(issued.row));
    json["soft_budget"] = issued.budget ? or_null(issued.budget->soft_budget) : Json(nullptr);
    // Part of LiteLLM's answer type and always null there: the values are in metadata and `expires`.
    for (const char* name :
         {"duration",
          "tags",
          "guardrails",
          "enforced_params",
          "model_rpm_limit",
          "model_tpm_limit",
          "rpm_limit_type",
          "tpm_limit_type",
          "object_permission",
          "key_type",
          "send_invite_email"})
        json[name] = nullptr;
    json["litellm_budget_table"] = budget_or_null(issued.budget);
    return json;
}

Json to_json(const management::KeyView& view)
{
    Json json = to_json(view.row);
    json["litellm_budget_table"] = budget_or_null(view.budget);
    json["litellm_organization_table"] = nullptr;
    json["object_permission"] = nullptr;
    return json;
}

} // namespace litellm::api
