#include "key_issue.hpp"

#include "generation_rules.hpp"
#include "key_limits.hpp"
#include "key_row.hpp"
#include "narrow.hpp"
#include "refusals.hpp"
#include "setting_values.hpp"
#include "throughput.hpp"

#include "litellm/auth/access.hpp"
#include "litellm/management/key_events.hpp"

#include <fmt/format.h>

namespace litellm::management {

namespace {

Result<void> check_amounts(const NewKey& wanted)
{
    for (const auto& checked :
         {check_amount(wanted.max_budget, "max_budget"),
          check_amount(wanted.soft_budget, "soft_budget"),
          check_amount(wanted.spend, "spend"),
          check_model_budgets(wanted.model_max_budget)}) {
        if (!checked)
            return checked.error();
    }
    return {};
}

/// Others than admins make keys for themselves, and with a team's key only keys of that team.
void adopt_owner(const Caller& by, NewKey& wanted)
{
    if (by.is_admin())
        return;
    if (!wanted.user_id && !wanted.is_service_account && !by.principal->user_id.empty())
        wanted.user_id = by.principal->user_id;
    if (!wanted.team_id)
        wanted.team_id = parent_of(*by.principal).team_id;
}

Result<void> check_owner(const Caller& by, const NewKey& wanted)
{
    if (!by.is_admin() && wanted.user_id && *wanted.user_id != by.principal->user_id)
        return forbidden(
            fmt::format(
                "User can only create keys for themselves. Got user_id={}, Your ID={}",
                *wanted.user_id,
                by.principal->user_id
            ),
            "user_id"
        );
    if (!wanted.team_id && find_setting(wanted.metadata, "service_account_id") != nullptr)
        return invalid_input("team_id is required for service account keys.", "team_id");
    return {};
}

/// What the request itself asks for must be the caller's to give; later defaults are cut back without a word.
Result<void> check_excess(const Caller& by, const NewKey& wanted, Timestamp now)
{
    if (by.is_admin())
        return {};
    auto row = key_row(wanted, now);
    if (!row)
        return row.error();
    const store::Key parent = parent_of(*by.principal);
    if (wanted.object_permission && parent.object_permission_id)
        return forbidden(
            "A key cannot have another object_permission than the key that creates it.", "object_permission"
        );
    if (wanted.budget_id && wanted.budget_id != parent.budget_id)
        return forbidden("A key cannot have another budget_id than the key that creates it.", "budget_id");
    auto excess = narrow(parent, *row, now);
    if (excess.empty())
        excess = above_user(*by.principal, *row);
    if (excess.empty())
        return {};
    return forbidden(
        fmt::format(
            "A key cannot exceed the key and user that create it. Reduce or leave out: {}",
            fmt::join(excess, ", ")
        ),
        excess.front()
    );
}

Result<void> apply_settings(const Context& context, NewKey& wanted, const std::optional<store::Team>& team)
{
    const auto& settings = context.settings.litellm;
    apply_defaults(wanted, settings.default_key_generate_params);
    const auto bounded = apply_upper_bounds(
        wanted, settings.upperbound_key_generate_params, settings.upperbound_key_generate_params_strict
    );
    if (!bounded)
        return bounded.error();
    if (team && wanted.user_id) {
        if (const auto duration = text_setting(team->metadata, "team_member_key_duration"))
            wanted.duration = duration;
    }
    return {};
}

/// A soft budget lives in a budget row of its own, which replaces the one that was named.
Result<void>
store_soft_budget(db::Transaction& transaction, const Context& context, const Caller& by, NewKey& wanted)
{
    if (!wanted.soft_budget)
        return {};
    store::Budget budget;
    budget.budget_id = new_uuid(context.random);
    budget.soft_budget = wanted.soft_budget;
    if (!wanted.model_max_budget.empty())
        budget.model_max_budget = wanted.model_max_budget;
    budget.created_at = budget.updated_at = context.now();
    budget.created_by = budget.updated_by = by.author();
    if (const auto stored = store::insert_budget(transaction, budget); !stored)
        return stored.error();
    wanted.budget_id = budget.budget_id;
    return {};
}

Result<void> check_links(db::Transaction& transaction, const NewKey& wanted)
{
    if (wanted.budget_id) {
        const auto budget = store::find_budget(transaction, *wanted.budget_id);
        if (!budget)
            return budget.error();
        if (!*budget)
            return invalid_input(
                fmt::format("Budget with id={} does not exist.", *wanted.budget_id), "budget_id"
            );
    }
    return check_organization(transaction, wanted.organization_id);
}

Result<void> check_team_throughput(
    db::Transaction& transaction, const NewKey& wanted, const std::optional<store::Team>& team, Timestamp now
)
{
    if (!team)
        return {};
    const auto row = key_row(wanted, now);
    if (!row)
        return row.error();
    if (!wants_guaranteed_throughput(*row))
        return {};
    const auto others = store::list_keys_of_team(transaction, team->team_id);
    if (!others)
        return others.error();
    return check_throughput(*row, *team, *others);
}

Result<std::optional<store::Team>> team_of(db::Transaction& transaction, const NewKey& wanted)
{
    if (!wanted.team_id)
        return std::optional<store::Team>();
    return store::find_team(transaction, *wanted.team_id);
}

Result<void> check_wish(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const NewKey& wanted,
    const std::optional<store::Team>& team,
    const std::string& route
)
{
    const auto allowed =
        may_generate(by, wanted, team, context.settings.litellm.key_generation_settings, route);
    if (!allowed)
        return allowed.error();
    if (const auto checked = check_team_throughput(transaction, wanted, team, context.now()); !checked)
        return checked.error();
    if (const auto checked = check_owner(by, wanted); !checked)
        return checked.error();
    return check_excess(by, wanted, context.now());
}

Result<void>
tell(db::Transaction& transaction, const Context& context, const NewKey& wanted, const IssuedKey& issued)
{
    if (context.key_events == nullptr)
        return {};
    KeyCreated event;
    event.secret = issued.secret;
    event.row = issued.row;
    event.send_invite_email = wanted.send_invite_email.value_or(false);
    return context.key_events->key_created(transaction, event);
}

/// A service account's key is its team's, so there must be a team.
Result<void> check_service_account(const NewKey& wanted, const std::optional<store::Team>& team)
{
    if (!wanted.is_service_account)
        return {};
    if (!wanted.team_id)
        return invalid_input(
            "team_id is required for service account keys. Please specify `team_id` in the request body.",
            "team_id"
        );
    if (!team)
        return invalid_input(
            fmt::format("Unable to find team object in database. Team ID: {}", *wanted.team_id), "team_id"
        );
    return {};
}

} // namespace

Result<IssuedKey> issue_key(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    NewKey wanted,
    const std::string& route
)
{
    if (!auth::rule_of(auth::Access::key_writer).allows(by.principal->role))
        return forbidden(fmt::format("Your role={} may not create keys.", auth::to_string(by.principal->role))
        );
    if (const auto checked = check_amounts(wanted); !checked)
        return checked.error();
    if (wanted.is_service_account)
        wanted.user_id.reset();
    adopt_owner(by, wanted);
    const auto team = team_of(transaction, wanted);
    if (!team)
        return team.error();
    if (const auto checked = check_service_account(wanted, *team); !checked)
        return checked.error();
    if (const auto checked = check_wish(transaction, context, by, wanted, *team, route); !checked)
        return checked.error();
    if (const auto applied = apply_settings(context, wanted, *team); !applied)
        return applied.error();
    if (wanted.is_service_account)
        wanted.user_id.reset();
    if (const auto stored = store_soft_budget(transaction, context, by, wanted); !stored)
        return stored.error();
    if (const auto checked = check_links(transaction, wanted); !checked)
        return checked.error();
    auto row = key_row(wanted, context.now(), context.settings.litellm.zone);
    if (!row)
        return row.error();
    if (const auto checked = check_key_config(row->config, context.settings); !checked)
        return checked.error();
    const auto permission = store_object_permission(transaction, context, wanted.object_permission);
    if (!permission)
        return permission.error();
    row->object_permission_id = *permission;
    if (!by.is_admin())
        static_cast<void>(narrow(parent_of(*by.principal), *row, context.now()));
    auto issued = store_key(transaction, context, by, std::move(*row), wanted.key);
    if (!issued)
        return issued;
    if (const auto told = tell(transaction, context, wanted, *issued); !told)
        return told.error();
    if (!wanted.budget_id)
        return issued;
    const auto budget = store::find_budget(transaction, *wanted.budget_id);
    if (!budget)
        return budget.error();
    issued->budget = *budget;
    return issued;
}

} // namespace litellm::management
