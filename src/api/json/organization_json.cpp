#include "budget_json.hpp"
#include "key_json.hpp"
#include "managed_fields.hpp"
#include "shapes.hpp"
#include "team_json.hpp"
#include "user_json.hpp"

namespace litellm::api {

namespace {

Result<management::OrganizationMemberWish> member_from(const Json& entry)
{
    management::OrganizationMemberWish member;
    if (!entry.is_object())
        return unfit_field("member", "must be an object with user_id or user_email, and role");
    FieldReader reader(entry);
    reader.read("user_id", member.user_id);
    reader.read("user_email", member.user_email);
    reader.read("role", member.role);
    if (!reader.outcome())
        return reader.outcome().error();
    if (!member.user_id && !member.user_email)
        return unfit_field("member", "each needs a user_id or a user_email");
    return member;
}

Json row_json(const store::Organization& row)
{
    Json json = Json::object();
    json["organization_id"] = row.organization_id;
    json["organization_alias"] = row.organization_alias;
    json["budget_id"] = row.budget_id;
    json["metadata"] = row.metadata;
    json["models"] = row.models;
    json["spend"] = row.spend;
    json["model_spend"] = row.model_spend;
    json["object_permission_id"] = or_null(row.object_permission_id);
    json["object_permission"] = nullptr;
    json["created_at"] = to_iso8601(row.created_at);
    json["created_by"] = row.created_by;
    json["updated_at"] = to_iso8601(row.updated_at);
    json["updated_by"] = row.updated_by;
    return json;
}

} // namespace

Result<management::NewOrganization> new_organization_from(const Json& body)
{
    management::NewOrganization wanted;
    FieldReader reader(body);
    reader.read_required("organization_alias", wanted.organization_alias);
    reader.read("organization_id", wanted.organization_id);
    reader.read("models", wanted.models);
    reader.read("budget_id", wanted.budget_id);
    read_budget(reader, wanted.budget);
    reader.read("metadata", wanted.metadata);
    reader.read("object_permission", wanted.object_permission);
    wanted.managed = read_managed_fields(reader);
    if (wanted.organization_id && wanted.organization_id->empty())
        wanted.organization_id.reset();
    if (wanted.budget_id && wanted.budget.is_present())
        reader.refuse("budget_id", "either budget_id, or the fields of a new budget, not both");
    if (!reader.outcome())
        return reader.outcome().error();
    return wanted;
}

/// The budget's fields may stand in an object `litellm_budget_table` of their own.
Result<management::OrganizationChange> organization_change_from(const Json& body)
{
    management::OrganizationChange wanted;
    Json budget = Json::object();
    FieldReader reader(body);
    reader.read_required("organization_id", wanted.organization_id);
    reader.read("organization_alias", wanted.organization_alias);
    reader.read("models", wanted.models);
    reader.read("budget_id", wanted.budget_id);
    read_budget(reader, wanted.budget);
    reader.read("metadata", wanted.metadata);
    reader.read("object_permission", wanted.object_permission);
    reader.read("litellm_budget_table", budget);
    const Json managed = read_managed_fields(reader);
    wanted.metadata.update(managed);
    FieldReader nested(budget);
    read_budget(nested, wanted.budget);
    for (const auto* outcome : {&reader.outcome(), &nested.outcome()}) {
        if (!*outcome)
            return outcome->error();
    }
    return wanted;
}

Result<management::OrganizationAddition> organization_addition_from(const Json& body)
{
    management::OrganizationAddition wanted;
    FieldReader reader(body);
    reader.read_required("organization_id", wanted.organization_id);
    reader.read("max_budget_in_organization", wanted.max_budget);
    const Json* members = reader.find("member");
    if (members == nullptr) {
        reader.refuse("member", "Field required");
    } else {
        const Json list = members->is_array() ? *members : Json::array({*members});
        for (const Json& entry : list) {
            auto member = member_from(entry);
            if (member)
                wanted.members.push_back(std::move(*member));
            else
                reader.refuse(member.error());
        }
    }
    if (!reader.outcome())
        return reader.outcome().error();
    return wanted;
}

Result<management::OrganizationMemberChange> organization_member_change_from(const Json& body)
{
    management::OrganizationMemberChange wanted;
    FieldReader reader(body);
    reader.read_required("organization_id", wanted.organization_id);
    reader.read("user_id", wanted.user_id);
    reader.read("user_email", wanted.user_email);
    reader.read("role", wanted.role);
    reader.read("max_budget_in_organization", wanted.max_budget);
    if (!wanted.user_id && !wanted.user_email)
        reader.refuse("user_id", "either user_id or user_email is needed");
    if (!reader.outcome())
        return reader.outcome().error();
    return wanted;
}

Json to_json(const management::OrganizationMember& member)
{
    Json json = Json::object();
    json["user_id"] = member.row.user_id;
    json["organization_id"] = member.row.organization_id;
    json["user_role"] = or_null(member.row.user_role);
    json["spend"] = member.row.spend;
    json["budget_id"] = or_null(member.row.budget_id);
    json["created_at"] = time_or_null(member.row.created_at);
    json["updated_at"] = time_or_null(member.row.updated_at);
    json["user"] = member.user ? to_json(*member.user) : Json(nullptr);
    json["user_email"] = member.user ? or_null(member.user->user_email) : Json(nullptr);
    json["litellm_budget_table"] = member.budget ? to_json(*member.budget) : Json(nullptr);
    return json;
}

Json to_json(const management::OrganizationView& view)
{
    Json json = row_json(view.row);
    json["litellm_budget_table"] = view.budget ? to_json(*view.budget) : Json(nullptr);
    json["members"] = Json::array();
    for (const auto& member : view.members)
        json["members"].push_back(to_json(member));
    json["teams"] = Json::array();
    for (const auto& team : view.teams)
        json["teams"].push_back(to_json(team));
    return json;
}

} // namespace litellm::api
