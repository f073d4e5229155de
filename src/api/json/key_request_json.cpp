#include "key_json.hpp"

#include "managed_fields.hpp"
#include "query_reader.hpp"

#include <algorithm>

namespace litellm::api {

namespace {

/// Clients send empty texts for fields that were left blank in a form.
void drop_blank(std::optional<std::string>& text)
{
    if (text && text->empty())
        text.reset();
}

void read_key_type(FieldReader& reader, management::KeyType& target)
{
    using management::KeyType;
    const Json* value = reader.find("key_type");
    if (value == nullptr || *value == "default")
        return;
    if (*value == "llm_api")
        target = KeyType::llm_api;
    else if (*value == "management")
        target = KeyType::management;
    else if (*value == "read_only")
        target = KeyType::read_only;
    else
        reader.refuse("key_type", "must be llm_api, management, read_only or default");
}

void read_chosen_key(FieldReader& reader, std::optional<Secret>& target)
{
    std::optional<std::string> text;
    reader.read("key", text);
    if (text)
        target = Secret(std::move(*text));
}

/// Members of LiteLLM's GenerateKeyRequest with their defaults: what an operator's own function sees.
Json generate_request(const Json& body)
{
    static const char* const texts_and_numbers[] = {
        "key_alias",
        "duration",
        "max_budget",
        "user_id",
        "team_id",
        "max_parallel_requests",
        "tpm_limit",
        "rpm_limit",
        "budget_duration",
        "model_rpm_limit",
        "model_tpm_limit",
        "guardrails",
        "policies",
        "prompts",
        "blocked",
        "object_permission",
        "key",
        "budget_id",
        "tags",
        "enforced_params",
        "allowed_passthrough_routes",
        "allowed_vector_store_indexes",
        "rpm_limit_type",
        "tpm_limit_type",
        "router_settings",
        "access_group_ids",
        "soft_budget",
        "send_invite_email",
        "rotation_interval",
        "organization_id"};
    Json request = Json::object();
    for (const char* name : texts_and_numbers)
        request[name] = nullptr;
    for (const char* name : {"models", "allowed_cache_controls", "allowed_routes"})
        request[name] = Json::array();
    for (const char* name : {"aliases", "config", "permissions", "metadata", "model_max_budget"})
        request[name] = Json::object();
    request["spend"] = 0;
    request["key_type"] = "default";
    request["auto_rotate"] = false;
    for (const auto& [name, value] : body.items()) {
        if (request.contains(name))
            request[name] = value;
    }
    return request;
}

} // namespace

void read_entitlement(FieldReader& reader, const Json& body, management::Entitlement& target)
{
    reader.read("key_alias", target.key_alias);
    reader.read("duration", target.duration);
    reader.read("models", target.models);
    reader.read("spend", target.spend);
    reader.read("max_budget", target.max_budget);
    reader.read("user_id", target.user_id);
    reader.read("team_id", target.team_id);
    reader.read("max_parallel_requests", target.max_parallel_requests);
    reader.read("tpm_limit", target.tpm_limit);
    reader.read("rpm_limit", target.rpm_limit);
    reader.read("metadata", target.metadata);
    reader.read("budget_duration", target.budget_duration);
    reader.read("allowed_cache_controls", target.allowed_cache_controls);
    reader.read("config", target.config);
    reader.read("permissions", target.permissions);
    reader.read("model_max_budget", target.model_max_budget);
    reader.read("aliases", target.aliases);
    reader.read("blocked", target.blocked);
    reader.read("object_permission", target.object_permission);
    target.managed = read_managed_fields(reader);
    target.sent = member_names(body);
    for (auto* text : {&target.key_alias, &target.user_id, &target.team_id})
        drop_blank(*text);
}

Result<management::NewKey> new_key_from(const Json& body)
{
    management::NewKey wanted;
    FieldReader reader(body);
    read_entitlement(reader, body, wanted);
    read_chosen_key(reader, wanted.key);
    reader.read("budget_id", wanted.budget_id);
    reader.read("allowed_routes", wanted.allowed_routes);
    reader.read("router_settings", wanted.router_settings);
    reader.read("access_group_ids", wanted.access_group_ids);
    reader.read("soft_budget", wanted.soft_budget);
    reader.read("send_invite_email", wanted.send_invite_email);
    read_key_type(reader, wanted.key_type);
    reader.read("auto_rotate", wanted.auto_rotate);
    reader.read("rotation_interval", wanted.rotation_interval);
    reader.read("organization_id", wanted.organization_id);
    drop_blank(wanted.budget_id);
    drop_blank(wanted.organization_id);
    wanted.request = generate_request(body);
    if (!reader.outcome())
        return reader.outcome().error();
    return wanted;
}

Result<management::KeySelection> key_selection_from(const Json& body)
{
    management::KeySelection selection;
    FieldReader reader(body);
    reader.read("keys", selection.keys);
    reader.read("key_aliases", selection.aliases);
    if (reader.outcome() && selection.keys.empty() && selection.aliases.empty())
        reader.refuse("keys", "Field required: keys or key_aliases");
    if (!reader.outcome())
        return reader.outcome().error();
    return selection;
}

Result<management::KeyQuery> key_query_from(const Call& call)
{
    management::KeyQuery query;
    QueryReader reader(call);
    reader.read("page", query.filter.page, 1, 1'000'000'000);
    reader.read("size", query.filter.size, 1, 100);
    reader.read("user_id", query.filter.user_id);
    reader.read("team_id", query.filter.team_id);
    reader.read("organization_id", query.filter.organization_id);
    reader.read("key_alias", query.filter.key_alias);
    reader.read("key_hash", query.filter.key_hash);
    reader.read("include_team_keys", query.include_team_keys);
    reader.read("include_created_by_keys", query.include_created_by_keys);
    reader.read_choice(
        "sort_by",
        query.filter.sort_by,
        {"spend", "max_budget", "created_at", "updated_at", "token", "key_alias"}
    );
    std::string order = "desc";
    reader.read_choice("sort_order", order, {"asc", "desc"});
    query.filter.descending = order == "desc";
    std::string status;
    reader.read_choice("status", status, {"deleted"});
    query.deleted = status == "deleted";
    const auto expand = call.query("expand").value_or("");
    query.expand_user = expand.find("user") != std::string::npos;
    if (!reader.outcome())
        return reader.outcome().error();
    return query;
}

} // namespace litellm::api
