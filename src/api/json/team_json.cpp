#include "team_json.hpp"

#include "key_json.hpp"
#include "managed_fields.hpp"
#include "member_json.hpp"
#include "shapes.hpp"

namespace litellm::api {

namespace {

void read_limits(FieldReader& reader, management::NewTeam& wanted)
{
    reader.read("tpm_limit", wanted.tpm_limit);
    reader.read("rpm_limit", wanted.rpm_limit);
    reader.read("max_parallel_requests", wanted.max_parallel_requests);
    reader.read("max_budget", wanted.max_budget);
    reader.read("soft_budget", wanted.soft_budget);
    reader.read("budget_duration", wanted.budget_duration);
    reader.read("model_max_budget", wanted.model_max_budget);
    reader.read("team_member_budget", wanted.team_member_budget);
    reader.read("team_member_rpm_limit", wanted.team_member_rpm_limit);
    reader.read("team_member_tpm_limit", wanted.team_member_tpm_limit);
}

template <class Row>
Json list_of(const std::vector<Row>& rows)
{
    Json json = Json::array();
    for (const auto& row : rows)
        json.push_back(to_json(row));
    return json;
}

Json model_table(const management::TeamView& view)
{
    if (!view.model_aliases)
        return nullptr;
    Json json = Json::object();
    json["id"] = or_null(view.team.model_id);
    json["model_aliases"] = *view.model_aliases;
    return json;
}

} // namespace

Json to_json(const management::Membership& membership)
{
    Json json = Json::object();
    json["user_id"] = membership.row.user_id;
    json["team_id"] = membership.row.team_id;
    json["budget_id"] = or_null(membership.row.budget_id);
    json["spend"] = membership.row.spend;
    json["litellm_budget_table"] = membership.budget ? api::to_json(*membership.budget) : Json(nullptr);
    return json;
}

Result<management::NewTeam> new_team_from(const Json& body)
{
    management::NewTeam wanted;
    FieldReader reader(body);
    reader.read("team_id", wanted.team_id);
    reader.read("team_alias", wanted.team_alias);
    reader.read("organization_id", wanted.organization_id);
    reader.read("admins", wanted.admins);
    reader.read("members", wanted.members);
    read_members(reader, "members_with_roles", wanted.members_with_roles);
    reader.read("team_member_permissions", wanted.team_member_permissions);
    reader.read("metadata", wanted.metadata);
    read_limits(reader, wanted);
    reader.read("models", wanted.models);
    reader.read("blocked", wanted.blocked);
    reader.read("router_settings", wanted.router_settings);
    reader.read("access_group_ids", wanted.access_group_ids);
    reader.read("model_aliases", wanted.model_aliases);
    reader.read("object_permission", wanted.object_permission);
    wanted.managed = read_managed_fields(reader);
    for (auto* text : {&wanted.team_id, &wanted.organization_id}) {
        if (*text && (*text)->empty())
            text->reset();
    }
    if (!reader.outcome())
        return reader.outcome().error();
    return wanted;
}

Json to_json(const store::Team& team)
{
    Json json = Json::object();
    json["team_id"] = team.team_id;
    json["team_alias"] = or_null(team.team_alias);
    json["organization_id"] = or_null(team.organization_id);
    json["admins"] = team.admins;
    json["members"] = team.members;
    json["members_with_roles"] = team.members_with_roles.is_array() ? team.members_with_roles : Json::array();
    json["team_member_permissions"] = team.team_member_permissions;
    json["metadata"] = team.metadata;
    json["max_budget"] = or_null(team.max_budget);
    json["soft_budget"] = or_null(team.soft_budget);
    json["spend"] = team.spend;
    json["models"] = team.models;
    json["max_parallel_requests"] = or_null(team.max_parallel_requests);
    json["tpm_limit"] = or_null(team.tpm_limit);
    json["rpm_limit"] = or_null(team.rpm_limit);
    json["budget_duration"] = or_null(team.budget_duration);
    json["budget_reset_at"] = time_or_null(team.budget_reset_at);
    json["blocked"] = team.blocked;
    json["model_spend"] = team.model_spend;
    json["model_max_budget"] = team.model_max_budget;
    json["model_id"] = or_null(team.model_id);
    json["router_settings"] = team.router_settings;
    json["policies"] = team.policies;
    json["allow_team_guardrail_config"] = team.allow_team_guardrail_config;
    json["access_group_ids"] = team.access_group_ids;
    json["object_permission_id"] = or_null(team.object_permission_id);
    json["created_at"] = time_or_null(team.created_at);
    json["updated_at"] = time_or_null(team.updated_at);
    return json;
}

Json created_team_json(const management::TeamView& view)
{
    Json json = to_json(view.team);
    json["litellm_model_table"] = model_table(view);
    json["object_permission"] = nullptr;
    // A team never expires; the field is in LiteLLM's documented answer.
    json["expires"] = nullptr;
    return json;
}

Json listed_team_json(const management::TeamView& view)
{
    Json json = to_json(view.team);
    json["team_memberships"] = list_of(view.memberships);
    json["keys"] = list_of(view.keys);
    return json;
}

Json to_json(const management::TeamView& view)
{
    Json info = to_json(view.team);
    info["litellm_model_table"] = model_table(view);
    info["team_member_budget_table"] = view.member_budget ? to_json(*view.member_budget) : Json(nullptr);
    info["object_permission"] = nullptr;
    Json json = Json::object();
    json["team_id"] = view.team.team_id;
    json["team_info"] = std::move(info);
    json["keys"] = list_of(view.keys);
    json["team_memberships"] = list_of(view.memberships);
    json["spend"] = view.team.spend;
    json["max_budget"] = or_null(view.team.max_budget);
    return json;
}

} // namespace litellm::api
