#include "managed_fields.hpp"
#include "member_json.hpp"
#include "team_json.hpp"

namespace litellm::api {

namespace {

void read_name(FieldReader& reader, management::MemberName& name)
{
    reader.read_required("team_id", name.team_id);
    reader.read("user_id", name.user_id);
    reader.read("user_email", name.user_email);
    for (auto* text : {&name.user_id, &name.user_email}) {
        if (*text && (*text)->empty())
            text->reset();
    }
    if (!name.user_id && !name.user_email)
        reader.refuse("user_id", "either user_id or user_email is needed");
}

void read_limits(FieldReader& reader, management::TeamChange& wanted)
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
    reader.read("team_member_budget_duration", wanted.team_member_budget_duration);
}

template <class Wish>
Result<Wish> outcome_of(const FieldReader& reader, Wish wish)
{
    if (!reader.outcome())
        return reader.outcome().error();
    return wish;
}

} // namespace

Result<management::TeamChange> team_change_from(const Json& body)
{
    management::TeamChange wanted;
    FieldReader reader(body);
    reader.read_required("team_id", wanted.team_id);
    reader.read("team_alias", wanted.team_alias);
    reader.read("organization_id", wanted.organization_id);
    reader.read("metadata", wanted.metadata);
    read_limits(reader, wanted);
    reader.read("models", wanted.models);
    reader.read("blocked", wanted.blocked);
    reader.read("router_settings", wanted.router_settings);
    reader.read("access_group_ids", wanted.access_group_ids);
    reader.read("team_member_permissions", wanted.team_member_permissions);
    reader.read("model_aliases", wanted.model_aliases);
    reader.read("object_permission", wanted.object_permission);
    wanted.managed = read_managed_fields(reader);
    return outcome_of(reader, std::move(wanted));
}

Result<management::MemberAddition> member_addition_from(const Json& body)
{
    management::MemberAddition wanted;
    FieldReader reader(body);
    reader.read_required("team_id", wanted.team_id);
    reader.read("max_budget_in_team", wanted.max_budget_in_team);
    const Json* member = reader.find("member");
    if (member == nullptr)
        reader.refuse("member", "Field required");
    else if (member->is_array())
        read_members(reader, "member", wanted.members);
    else if (auto one = member_from(*member, "member"))
        wanted.members.push_back(std::move(*one));
    else
        reader.refuse(one.error());
    return outcome_of(reader, std::move(wanted));
}

Result<management::BulkAddition> bulk_addition_from(const Json& body)
{
    management::BulkAddition wanted;
    FieldReader reader(body);
    reader.read_required("team_id", wanted.team_id);
    reader.read("max_budget_in_team", wanted.max_budget_in_team);
    reader.read("all_users", wanted.all_users);
    read_members(reader, "members", wanted.members);
    return outcome_of(reader, std::move(wanted));
}

Result<management::MemberChange> member_change_from(const Json& body)
{
    management::MemberChange wanted;
    FieldReader reader(body);
    read_name(reader, wanted);
    reader.read("role", wanted.role);
    reader.read("max_budget_in_team", wanted.max_budget_in_team);
    reader.read("tpm_limit", wanted.tpm_limit);
    reader.read("rpm_limit", wanted.rpm_limit);
    if (wanted.role && *wanted.role != "admin" && *wanted.role != "user")
        reader.refuse("role", "must be admin or user");
    return outcome_of(reader, std::move(wanted));
}

Result<management::MemberName> member_name_from(const Json& body)
{
    management::MemberName wanted;
    FieldReader reader(body);
    read_name(reader, wanted);
    return outcome_of(reader, std::move(wanted));
}

} // namespace litellm::api
