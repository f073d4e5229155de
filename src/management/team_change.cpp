#include "litellm/management/team_service.hpp"

#include "authority.hpp"
#include "change_record.hpp"
#include "key_issue.hpp"
#include "key_limits.hpp"
#include "key_row.hpp"
#include "member_budget.hpp"
#include "refusals.hpp"
#include "setting_values.hpp"
#include "team_joining.hpp"
#include "team_limits.hpp"
#include "team_reading.hpp"

#include "litellm/store/organizations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace litellm::management {

namespace {

/// Members of the team must be members of the organization that it moves to.
Result<void>
check_members(db::Transaction& transaction, const store::Team& team, const std::string& organization_id)
{
    for (const Json& member : team.members_with_roles) {
        const auto user_id = text_setting(member, "user_id");
        if (!user_id || *user_id == default_user_id)
            continue;
        const auto role = store::find_organization_role(transaction, organization_id, *user_id);
        if (!role)
            return role.error();
        if (!*role)
            return forbidden(
                fmt::format("User {} of the team is not in organization {}.", *user_id, organization_id),
                "organization_id"
            );
    }
    return {};
}

Result<void> move(db::Transaction& transaction, const Caller& by, const TeamChange& wanted, store::Team& team)
{
    if (!wanted.organization_id.is_present())
        return {};
    std::optional<std::string> target = wanted.organization_id.value();
    if (target && target->empty())
        target.reset();
    if (target == team.organization_id)
        return {};
    const auto allowed = check_organization_admin(transaction, by, target, "move a team there");
    if (!allowed)
        return allowed.error();
    if (target) {
        const auto known = store::find_organization(transaction, *target);
        if (!known)
            return known.error();
        if (!*known)
            return absent(
                fmt::format("Organization not found for organization_id={}", *target), "organization_id"
            );
        if (const auto checked = check_members(transaction, team, *target); !checked)
            return checked.error();
    }
    team.organization_id = target;
    return {};
}

void change_metadata(const TeamChange& wanted, store::Team& team)
{
    if (wanted.metadata.is_present()) {
        // The link to the members' budget is ours, not the client's.
        const auto budget_id = text_setting(team.metadata, "team_member_budget_id");
        team.metadata = wanted.metadata.has_value() ? *wanted.metadata : Json::object();
        if (budget_id && !team.metadata.contains("team_member_budget_id"))
            team.metadata["team_member_budget_id"] = *budget_id;
    }
    team.metadata = merged_metadata(team.metadata, wanted.managed);
}

Result<void> change_columns(const TeamChange& wanted, store::Team& team, Timestamp now, const TimeZone& zone)
{
    wanted.team_alias.apply_to(team.team_alias);
    wanted.tpm_limit.apply_to(team.tpm_limit);
    wanted.rpm_limit.apply_to(team.rpm_limit);
    wanted.max_parallel_requests.apply_to(team.max_parallel_requests);
    wanted.max_budget.apply_to(team.max_budget);
    wanted.soft_budget.apply_to(team.soft_budget);
    wanted.models.apply_to(team.models);
    wanted.blocked.apply_to(team.blocked);
    wanted.router_settings.apply_to(team.router_settings, Json::object());
    wanted.access_group_ids.apply_to(team.access_group_ids);
    wanted.team_member_permissions.apply_to(team.team_member_permissions);
    wanted.model_max_budget.apply_to(team.model_max_budget, Json::object());
    change_metadata(wanted, team);
    if (wanted.budget_duration.is_present()) {
        team.budget_duration = wanted.budget_duration.value();
        if (team.budget_duration && is_no_duration(*team.budget_duration))
            team.budget_duration.reset();
        const auto reset = reset_after(team.budget_duration, now, zone);
        if (!reset)
            return reset.error();
        team.budget_reset_at = *reset;
    }
    team.updated_at = now;
    return {};
}

/// The team as somebody would ask for it, for the checks that new teams pass.
NewTeam as_wanted(const TeamChange& wanted, const store::Team& team)
{
    NewTeam result;
    result.organization_id = team.organization_id;
    result.max_budget = team.max_budget;
    result.soft_budget = team.soft_budget;
    result.team_member_budget = wanted.team_member_budget.value();
    result.model_max_budget = team.model_max_budget;
    result.models = team.models;
    result.tpm_limit = team.tpm_limit;
    result.rpm_limit = team.rpm_limit;
    return result;
}

/// A change of something else must not fail because an organization shrank meanwhile.
bool concerns_organization(const TeamChange& wanted)
{
    return wanted.organization_id.is_present() || wanted.max_budget.is_present() ||
        wanted.models.is_present() || wanted.tpm_limit.is_present() || wanted.rpm_limit.is_present();
}

Result<void> check(db::Transaction& transaction, const TeamChange& wanted, const store::Team& team)
{
    const NewTeam result = as_wanted(wanted, team);
    if (const auto checked = check_team_amounts(result); !checked)
        return checked.error();
    if (!concerns_organization(wanted))
        return {};
    return check_within_organization(transaction, result);
}

Result<void> change_links(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const TeamChange& wanted,
    store::Team& team
)
{
    BudgetChange members;
    members.max_budget = wanted.team_member_budget;
    members.tpm_limit = wanted.team_member_tpm_limit;
    members.rpm_limit = wanted.team_member_rpm_limit;
    members.budget_duration = wanted.team_member_budget_duration;
    if (members.is_present()) {
        const auto changed = change_shared_budget(transaction, context, by, team, members);
        if (!changed)
            return changed.error();
    }
    const auto merged =
        merge_object_permission(transaction, context, wanted.object_permission, team.object_permission_id);
    if (!merged)
        return merged.error();
    if (!wanted.model_aliases.is_present())
        return {};
    const Json aliases = wanted.model_aliases.has_value() ? *wanted.model_aliases : Json::object();
    if (team.model_id)
        return store::set_team_model_aliases(
            transaction, *team.model_id, aliases, by.author(), context.now()
        );
    const auto id = store::insert_team_model_aliases(transaction, aliases, by.author(), context.now());
    if (!id)
        return id.error();
    team.model_id = *id;
    return {};
}

Result<TeamView>
update_in(db::Transaction& transaction, const Context& context, const Caller& by, const TeamChange& wanted)
{
    auto team = lock_known_team(transaction, wanted.team_id);
    if (!team)
        return team.error();
    const auto allowed = check_organization_admin(transaction, by, team->organization_id, "change this team");
    if (!allowed)
        return allowed.error();
    Change made{ChangeAction::updated, team_table, wanted.team_id, store::document_of(*team), std::nullopt};
    if (const auto moved = move(transaction, by, wanted, *team); !moved)
        return moved.error();
    if (const auto changed = change_columns(wanted, *team, context.now(), context.settings.litellm.zone);
        !changed)
        return changed.error();
    if (const auto checked = check(transaction, wanted, *team); !checked)
        return checked.error();
    if (const auto linked = change_links(transaction, context, by, wanted, *team); !linked)
        return linked.error();
    if (const auto stored = store::update_team(transaction, *team); !stored)
        return stored.error();
    made.after = store::document_of(*team);
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return complete_team(transaction, std::move(*team));
}

} // namespace

Task<TeamView> TeamService::update(const Caller& by, const TeamChange& wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    auto changed = co_await context_.database->transact<TeamView>([&](db::Transaction& transaction) {
        return update_in(transaction, context_, by, wanted);
    });
    if (changed)
        forget_team(context_, changed->team);
    co_return changed;
}

} // namespace litellm::management
