#include "litellm/management/user_service.hpp"

#include "authority.hpp"
#include "change_record.hpp"
#include "inviting.hpp"
#include "key_issue.hpp"
#include "key_limits.hpp"
#include "key_row.hpp"
#include "passwords.hpp"
#include "refusals.hpp"
#include "team_joining.hpp"
#include "team_limits.hpp"
#include "user_defaults.hpp"

#include "litellm/management/key_events.hpp"
#include "litellm/store/organizations.hpp"
#include "litellm/store/passwords.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::management {

namespace {

Result<void> check_user(const NewUser& wanted)
{
    if (wanted.user_role) {
        if (const auto checked = check_role(*wanted.user_role); !checked)
            return checked.error();
    }
    for (const auto& checked :
         {check_amount(wanted.max_budget, "max_budget"),
          check_amount(wanted.spend, "spend"),
          check_model_budgets(wanted.model_max_budget)}) {
        if (!checked)
            return checked.error();
    }
    for (const auto& team : wanted.teams.value_or(std::vector<TeamWish>())) {
        if (const auto checked = check_amount(team.max_budget_in_team, "max_budget_in_team"); !checked)
            return checked.error();
    }
    return {};
}

Result<void> check_unknown(db::Transaction& transaction, const NewUser& wanted)
{
    if (wanted.user_id) {
        const auto known = store::find_user(transaction, *wanted.user_id);
        if (!known)
            return known.error();
        if (*known)
            return exists_already(fmt::format("User with id {} already exists", *wanted.user_id), "user_id");
    }
    if (!wanted.user_email)
        return {};
    const auto known = store::find_user_by_email(transaction, *wanted.user_email);
    if (!known)
        return known.error();
    if (*known)
        return exists_already(
            fmt::format("User with email {} already exists", *wanted.user_email), "user_email"
        );
    return {};
}

Result<store::User> user_row(const NewUser& wanted, const Context& context)
{
    store::User row;
    row.user_id = wanted.user_id ? *wanted.user_id : new_uuid(context.random);
    row.user_alias = wanted.user_alias;
    row.team_id = wanted.team_id;
    row.sso_user_id = wanted.sso_user_id;
    row.user_role = wanted.user_role;
    row.max_budget = wanted.max_budget;
    row.spend = wanted.spend;
    row.user_email = wanted.user_email;
    row.models = wanted.models;
    row.metadata = merged_metadata(wanted.metadata, wanted.managed);
    row.max_parallel_requests = wanted.max_parallel_requests;
    row.tpm_limit = wanted.tpm_limit;
    row.rpm_limit = wanted.rpm_limit;
    if (wanted.budget_duration && !is_no_duration(*wanted.budget_duration))
        row.budget_duration = wanted.budget_duration;
    row.allowed_cache_controls = wanted.allowed_cache_controls;
    row.model_max_budget = wanted.model_max_budget;
    row.created_at = row.updated_at = context.now();
    const auto reset = reset_after(row.budget_duration, context.now(), context.settings.litellm.zone);
    if (!reset)
        return reset.error();
    row.budget_reset_at = *reset;
    return row;
}

/// The budget is on the user, so the key has none of its own.
Result<IssuedKey> issue_first_key(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const NewUser& wanted,
    const store::User& user
)
{
    NewKey key;
    static_cast<Entitlement&>(key) = wanted;
    key.user_id = user.user_id;
    key.max_budget.reset();
    key.budget_duration.reset();
    key.spend = 0;
    auto row = key_row(key, context.now());
    if (!row)
        return row.error();
    row->object_permission_id = user.object_permission_id;
    return store_key(transaction, context, by, std::move(*row), std::nullopt);
}

std::vector<TeamWish> teams_to_join(const NewUser& wanted)
{
    if (!wanted.team_id)
        return wanted.teams.value_or(std::vector<TeamWish>());
    TeamWish wish;
    wish.team_id = *wanted.team_id;
    return {wish};
}

Result<void> join_teams(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const NewUser& wanted,
    store::User& user
)
{
    for (const auto& wish : teams_to_join(wanted)) {
        auto team = store::find_team(transaction, wish.team_id);
        if (!team)
            return team.error();
        if (!*team && wanted.team_id)
            return absent(fmt::format("Team not found, passed team_id={}", wish.team_id), "team_id");
        if (!*team)
            continue;
        // Into a team of another organization, only its own admins let him.
        const auto allowed = check_team_admin(transaction, by, **team, "/user/new");
        if (!allowed && wanted.team_id)
            return allowed.error();
        if (!allowed)
            continue;
        const auto joined =
            join_team(transaction, context, by, user, std::move(**team), wish.role, wish.max_budget_in_team);
        if (!joined)
            return joined.error();
        if (std::find(user.teams.begin(), user.teams.end(), wish.team_id) == user.teams.end())
            user.teams.push_back(wish.team_id);
    }
    return {};
}

Result<void> join_organizations(
    db::Transaction& transaction, const Context& context, const NewUser& wanted, const store::User& user
)
{
    for (const auto& id : wanted.organizations) {
        const auto organization = store::find_organization(transaction, id);
        if (!organization)
            return organization.error();
        if (!*organization)
            continue;
        const auto joined =
            store::add_organization_member(transaction, id, user.user_id, "internal_user", context.now());
        if (!joined)
            return joined.error();
    }
    return {};
}

/// A user made by an admin of an organization is in it, is no admin, and has no more than it.
Result<void> fit_into_organization(db::Transaction& transaction, const Caller& by, NewUser& wanted)
{
    if (wanted.organization_id)
        wanted.organizations.push_back(*wanted.organization_id);
    if (by.is_admin())
        return {};
    const auto allowed = check_organization_admin(transaction, by, wanted.organization_id, "make users");
    if (!allowed)
        return allowed.error();
    if (wanted.user_role == "proxy_admin" || wanted.user_role == "proxy_admin_viewer")
        return forbidden("Only a proxy admin can make admins.", "user_role");
    wanted.organizations = {*wanted.organization_id};
    return fill_from_organization(transaction, wanted);
}

/// Unless told not to: whoever has an address gets a letter with the link by which he comes in.
Result<void> invite(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const NewUser& wanted,
    const store::User& user
)
{
    const bool is_wanted =
        wanted.send_invite_email.value_or(true) && user.user_email && !user.user_email->empty();
    if (!is_wanted || context.user_events == nullptr || !context.user_events->is_listening())
        return {};
    const auto invitation = make_invitation(transaction, context, by, user.user_id);
    if (!invitation)
        return invitation.error();
    return context.user_events->user_invited(transaction, user, *invitation);
}

/// `password` is the hash of one, or empty.
Result<CreatedUser> create_in(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    NewUser& wanted,
    const std::string& password
)
{
    if (const auto fitted = fit_into_organization(transaction, by, wanted); !fitted)
        return fitted.error();
    if (const auto checked = check_unknown(transaction, wanted); !checked)
        return checked.error();
    auto row = user_row(wanted, context);
    if (!row)
        return row.error();
    const auto permission = store_object_permission(transaction, context, wanted.object_permission);
    if (!permission)
        return permission.error();
    row->object_permission_id = *permission;
    if (const auto stored = store::insert_user(transaction, *row); !stored)
        return stored.error();
    if (!password.empty()) {
        const auto set = store::set_password(transaction, row->user_id, password, context.now());
        if (!set)
            return set.error();
    }
    CreatedUser created;
    created.user = std::move(*row);
    if (const auto joined = join_teams(transaction, context, by, wanted, created.user); !joined)
        return joined.error();
    if (const auto joined = join_organizations(transaction, context, wanted, created.user); !joined)
        return joined.error();
    Change made{
        ChangeAction::created,
        user_table,
        created.user.user_id,
        std::nullopt,
        store::document_of(created.user)};
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    if (const auto invited = invite(transaction, context, by, wanted, created.user); !invited)
        return invited.error();
    if (!wanted.auto_create_key)
        return created;
    auto issued = issue_first_key(transaction, context, by, wanted, created.user);
    if (!issued)
        return issued.error();
    created.key = std::move(*issued);
    return created;
}

} // namespace

Task<CreatedUser> UserService::create(const Caller& by, NewUser wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (const auto checked = check_user(wanted); !checked)
        co_return checked.error();
    std::string password;
    if (wanted.password) {
        if (const auto checked = check_new_password(*wanted.password); !checked)
            co_return checked.error();
        auto hashed = co_await hash_in_background(context_, *wanted.password);
        if (!hashed)
            co_return hashed.error();
        password = std::move(*hashed);
    }
    apply_user_defaults(wanted, context_.settings.litellm);
    auto created = co_await context_.database->transact<CreatedUser>([&](db::Transaction& transaction) {
        return create_in(transaction, context_, by, wanted, password);
    });
    if (!created)
        co_return created.error();
    context_.authenticator.forget_user(created->user.user_id);
    if (created->key)
        context_.authenticator.forget_key(created->key->row.token);
    for (const auto& team_id : created->user.teams)
        context_.authenticator.forget_team(team_id);
    co_return created;
}

} // namespace litellm::management
