#include "litellm/management/team_service.hpp"

#include "authority.hpp"
#include "budget_rows.hpp"
#include "change_record.hpp"
#include "key_issue.hpp"
#include "key_limits.hpp"
#include "key_row.hpp"
#include "member_budget.hpp"
#include "refusals.hpp"
#include "team_joining.hpp"
#include "team_limits.hpp"
#include "team_reading.hpp"
#include "team_roles.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::management {

namespace {

Result<store::Team> team_row(const NewTeam& wanted, const Context& context)
{
    store::Team row;
    row.team_id = wanted.team_id ? *wanted.team_id : new_uuid(context.random);
    row.team_alias = wanted.team_alias;
    row.organization_id = wanted.organization_id;
    row.admins = wanted.admins;
    row.members = wanted.members;
    row.metadata = merged_metadata(wanted.metadata, wanted.managed);
    row.max_budget = wanted.max_budget;
    row.soft_budget = wanted.soft_budget;
    row.models = wanted.models;
    row.max_parallel_requests = wanted.max_parallel_requests;
    row.tpm_limit = wanted.tpm_limit;
    row.rpm_limit = wanted.rpm_limit;
    row.blocked = wanted.blocked;
    row.model_max_budget = wanted.model_max_budget;
    row.team_member_permissions = wanted.team_member_permissions.value_or(std::vector<std::string>());
    row.access_group_ids = wanted.access_group_ids;
    if (wanted.router_settings)
        row.router_settings = *wanted.router_settings;
    if (wanted.budget_duration && !is_no_duration(*wanted.budget_duration))
        row.budget_duration = wanted.budget_duration;
    row.created_at = row.updated_at = context.now();
    const auto reset = reset_after(row.budget_duration, context.now(), context.settings.litellm.zone);
    if (!reset)
        return reset.error();
    row.budget_reset_at = *reset;
    return row;
}

/// One budget row for all members, which the team's metadata names.
Result<std::optional<store::Budget>> store_member_budget(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const NewTeam& wanted,
    store::Team& team
)
{
    std::optional<store::Budget> stored;
    if (!wanted.team_member_budget && !wanted.team_member_rpm_limit && !wanted.team_member_tpm_limit)
        return stored;
    store::Budget budget = new_budget(context, by, member_budget_id(wanted.team_alias, context.random));
    budget.max_budget = wanted.team_member_budget;
    budget.rpm_limit = wanted.team_member_rpm_limit;
    budget.tpm_limit = wanted.team_member_tpm_limit;
    if (const auto inserted = store::insert_budget(transaction, budget); !inserted)
        return inserted.error();
    team.metadata["team_member_budget_id"] = budget.budget_id;
    stored = std::move(budget);
    return stored;
}

bool is_listed(const std::vector<MemberWish>& members, const std::string& user_id)
{
    return std::any_of(members.begin(), members.end(), [&](const MemberWish& each) {
        return each.user_id == user_id;
    });
}

/// Fills the team's member list; whoever makes the team is its admin unless he is listed himself.
Result<void> add_members(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const NewTeam& wanted,
    store::Team& team
)
{
    std::vector<MemberWish> members = wanted.members_with_roles;
    const std::string& creator = by.principal->user_id;
    if (!creator.empty() && !is_listed(members, creator)) {
        MemberWish admin;
        admin.user_id = creator;
        admin.role = "admin";
        members.push_back(std::move(admin));
    }
    for (const auto& member : members) {
        const auto user = resolve_member(transaction, context, member);
        if (!user)
            return user.error();
        if (!member_role(team, user->user_id))
            team.members_with_roles.push_back(member_entry(*user, member.role));
    }
    return {};
}

Result<void> link_members(db::Transaction& transaction, const Context& context, const store::Team& team)
{
    for (const Json& member : team.members_with_roles) {
        const auto linked =
            link_member(transaction, context, member["user_id"].get<std::string>(), team, std::nullopt);
        if (!linked)
            return linked.error();
    }
    return {};
}

Result<void> store_links(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const NewTeam& wanted,
    TeamView& view
)
{
    const auto permission = store_object_permission(transaction, context, wanted.object_permission);
    if (!permission)
        return permission.error();
    view.team.object_permission_id = *permission;
    if (!wanted.model_aliases.empty()) {
        const auto id =
            store::insert_team_model_aliases(transaction, wanted.model_aliases, by.author(), context.now());
        if (!id)
            return id.error();
        view.team.model_id = *id;
        view.model_aliases = wanted.model_aliases;
    }
    auto budget = store_member_budget(transaction, context, by, wanted, view.team);
    if (!budget)
        return budget.error();
    view.member_budget = std::move(*budget);
    return {};
}

Result<TeamView>
create_in(db::Transaction& transaction, const Context& context, const Caller& by, const NewTeam& wanted)
{
    const auto allowed = check_organization_admin(transaction, by, wanted.organization_id, "make teams");
    if (!allowed)
        return allowed.error();
    if (wanted.team_id) {
        const auto known = store::find_team(transaction, *wanted.team_id);
        if (!known)
            return known.error();
        if (*known)
            return invalid_input(
                fmt::format("Team id = {} already exists. Please use a different team id.", *wanted.team_id),
                "team_id"
            );
    }
    if (const auto checked = check_within_organization(transaction, wanted); !checked)
        return checked.error();
    auto row = team_row(wanted, context);
    if (!row)
        return row.error();
    TeamView view;
    view.team = std::move(*row);
    if (const auto stored = store_links(transaction, context, by, wanted, view); !stored)
        return stored.error();
    if (const auto added = add_members(transaction, context, by, wanted, view.team); !added)
        return added.error();
    if (const auto stored = store::insert_team(transaction, view.team); !stored)
        return stored.error();
    if (const auto linked = link_members(transaction, context, view.team); !linked)
        return linked.error();
    auto memberships = load_memberships(transaction, view.team.team_id);
    if (!memberships)
        return memberships.error();
    view.memberships = std::move(*memberships);
    Change made{
        ChangeAction::created, team_table, view.team.team_id, std::nullopt, store::document_of(view.team)};
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return view;
}

} // namespace

Task<TeamView> TeamService::create(const Caller& by, NewTeam wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    apply_team_defaults(wanted, context_.settings.litellm);
    if (const auto checked = check_team_amounts(wanted); !checked)
        co_return checked.error();
    auto created = co_await context_.database->transact<TeamView>([&](db::Transaction& transaction) {
        return create_in(transaction, context_, by, wanted);
    });
    if (created)
        forget_team(context_, created->team);
    co_return created;
}

} // namespace litellm::management
