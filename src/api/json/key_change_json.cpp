#include "key_json.hpp"

#include "managed_fields.hpp"
#include "shapes.hpp"

namespace litellm::api {

namespace {

/// Forms send an empty text for what was cleared.
void drop_blank(Patch<std::string>& text)
{
    if (text.has_value() && text->empty())
        text = std::nullopt;
}

void read_money(FieldReader& reader, management::KeyChange& change)
{
    reader.read("spend", change.spend);
    reader.read("max_budget", change.max_budget);
    reader.read("soft_budget", change.soft_budget);
    reader.read("budget_duration", change.budget_duration);
    reader.read("budget_id", change.budget_id);
    reader.read("model_max_budget", change.model_max_budget);
    reader.read("temp_budget_increase", change.temp_budget_increase);
    reader.read("temp_budget_expiry", change.temp_budget_expiry);
    // Nothing can be spent by null, and LiteLLM's dashboard sends it for "as it is".
    if (change.spend.is_null())
        change.spend = Patch<double>();
}

void read_change(FieldReader& reader, management::KeyChange& change)
{
    reader.read("key", change.key);
    reader.read("key_alias", change.key_alias);
    reader.read("duration", change.duration);
    reader.read("models", change.models);
    reader.read("user_id", change.user_id);
    reader.read("team_id", change.team_id);
    reader.read("organization_id", change.organization_id);
    reader.read("max_parallel_requests", change.max_parallel_requests);
    reader.read("tpm_limit", change.tpm_limit);
    reader.read("rpm_limit", change.rpm_limit);
    reader.read("metadata", change.metadata);
    change.managed = read_managed_fields(reader);
    reader.read("allowed_cache_controls", change.allowed_cache_controls);
    reader.read("allowed_routes", change.allowed_routes);
    reader.read("access_group_ids", change.access_group_ids);
    reader.read("config", change.config);
    reader.read("permissions", change.permissions);
    reader.read("aliases", change.aliases);
    reader.read("router_settings", change.router_settings);
    reader.read("object_permission", change.object_permission);
    reader.read("blocked", change.blocked);
    reader.read("auto_rotate", change.auto_rotate);
    reader.read("rotation_interval", change.rotation_interval);
    read_money(reader, change);
    for (auto* text :
         {&change.key_alias, &change.user_id, &change.team_id, &change.organization_id, &change.budget_id})
        drop_blank(*text);
}

void read_secret(FieldReader& reader, std::string_view name, std::optional<Secret>& target)
{
    std::optional<std::string> text;
    reader.read(name, text);
    if (text && !text->empty())
        target = Secret(std::move(*text));
}

/// LiteLLM's bulk update knows these fields only.
Result<management::KeyChange> bulk_change_from(const Json& item)
{
    if (!item.is_object())
        return unfit_field("keys", "must be a list of objects");
    management::KeyChange change;
    FieldReader reader(item);
    reader.read("key", change.key);
    reader.read("budget_id", change.budget_id);
    reader.read("max_budget", change.max_budget);
    reader.read("team_id", change.team_id);
    Json tags = read_managed_fields(reader);
    if (tags.contains("tags"))
        change.managed["tags"] = std::move(tags["tags"]);
    drop_blank(change.budget_id);
    drop_blank(change.team_id);
    if (change.key.empty())
        reader.refuse("key", "Field required");
    if (!reader.outcome())
        return reader.outcome().error();
    return change;
}

} // namespace

Result<management::KeyChange> key_change_from(const Json& body)
{
    management::KeyChange change;
    FieldReader reader(body);
    read_change(reader, change);
    if (reader.outcome() && change.key.empty())
        reader.refuse("key", "Field required");
    if (!reader.outcome())
        return reader.outcome().error();
    return change;
}

Result<management::KeyRotation> key_rotation_from(const Json& body, const std::string& key_in_path)
{
    management::KeyRotation rotation;
    FieldReader reader(body);
    read_change(reader, rotation.change);
    read_secret(reader, "new_key", rotation.new_key);
    read_secret(reader, "new_master_key", rotation.new_master_key);
    reader.read("grace_period", rotation.grace_period);
    if (rotation.change.key.empty())
        rotation.change.key = key_in_path;
    if (!reader.outcome())
        return reader.outcome().error();
    if (rotation.change.key.empty())
        return Error{ErrorKind::invalid_input, "No key passed in.", "key", "bad_request_error", 400};
    return rotation;
}

Result<std::vector<management::KeyChange>> key_changes_from(const Json& body)
{
    const auto keys = body.find("keys");
    if (keys == body.end() || !keys->is_array())
        return unfit_field(
            "keys", "Field required: a list of objects with key, budget_id, max_budget, team_id, tags"
        );
    std::vector<management::KeyChange> changes;
    for (const Json& item : *keys) {
        auto change = bulk_change_from(item);
        if (!change)
            return change.error();
        changes.push_back(std::move(*change));
    }
    return changes;
}

Json to_json(const management::RotatedKey& rotated)
{
    Json json = to_json(rotated.issued);
    json["token"] = nullptr;
    return json;
}

Json to_json(const management::BulkUpdate& bulk)
{
    Json done = Json::array();
    Json failed = Json::array();
    for (const auto& [key, view] : bulk.outcomes) {
        Json entry = Json::object();
        entry["key"] = key;
        if (view) {
            entry["key_info"] = to_json(*view);
            entry["key_info"].erase("token");
            done.push_back(std::move(entry));
        } else {
            entry["key_info"] = nullptr;
            entry["failed_reason"] = view.error().message;
            failed.push_back(std::move(entry));
        }
    }
    Json json = Json::object();
    json["total_requested"] = bulk.outcomes.size();
    json["successful_updates"] = std::move(done);
    json["failed_updates"] = std::move(failed);
    return json;
}

Json to_json(const management::SpendReset& reset)
{
    Json json = Json::object();
    json["key_hash"] = reset.row.token;
    json["spend"] = reset.row.spend;
    json["previous_spend"] = reset.previous_spend;
    json["max_budget"] = or_null(reset.row.max_budget);
    json["budget_reset_at"] = time_or_null(reset.row.budget_reset_at);
    return json;
}

} // namespace litellm::api
