#include "key_update.hpp"

#include "change_record.hpp"
#include "key_access.hpp"
#include "key_issue.hpp"
#include "key_patch.hpp"
#include "key_row.hpp"
#include "key_text.hpp"
#include "narrow.hpp"
#include "refusals.hpp"
#include "team_roles.hpp"
#include "throughput.hpp"

#include "litellm/auth/access.hpp"
#include "litellm/auth/change_notice.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::management {

namespace {

/// Would `patch` make something else of `field`?
template <class T>
bool alters(const Patch<T>& patch, const std::optional<T>& field)
{
    return patch.is_present() && patch.value() != field;
}

/// What only admins decide, whoever owns the key.
Result<void>
check_rank(db::Transaction& transaction, const Caller& by, const store::Key& row, const KeyChange& change)
{
    if (by.is_admin())
        return {};
    if (alters(change.user_id, row.user_id))
        return forbidden("Only proxy admins can give a key to another user.", "user_id");
    if (alters(change.organization_id, row.organization_id))
        return forbidden("Only proxy admins can change a key's organization.", "organization_id");
    if (alters(change.budget_id, row.budget_id))
        return forbidden("Only proxy admins can change a key's budget row.", "budget_id");
    const bool sets_spend = change.spend.is_present() && change.spend.value() != row.spend;
    const bool sets_blocked =
        change.blocked.is_present() && change.blocked.value().value_or(false) != row.blocked.value_or(false);
    const bool leaves_team = row.team_id && alters(change.team_id, row.team_id);
    if (!sets_spend && !sets_blocked && !leaves_team)
        return {};
    const auto administers = administers_key(transaction, by, row);
    if (!administers)
        return administers.error();
    if (*administers)
        return {};
    return forbidden(
        "Only proxy admins and admins of the key's team can set a key's spend, block it, or take it out of "
        "the team.",
        sets_spend         ? "spend"
            : sets_blocked ? "blocked"
                           : "team_id"
    );
}

bool is_special(const std::string& model)
{
    return model == "*" || model == "all-proxy-models" || model == "all-team-models";
}

Result<void> check_models_in_team(const std::vector<std::string>& models, const store::Team& team)
{
    const auto has = [&](std::string_view name) {
        return std::find(team.models.begin(), team.models.end(), name) != team.models.end();
    };
    if (team.models.empty() || has("*") || has("all-proxy-models"))
        return {};
    for (const auto& model : models) {
        const bool is_allowed = is_special(model) ||
            std::any_of(team.models.begin(), team.models.end(), [&](const std::string& pattern) {
                                    return auth::model_matches(pattern, model);
                                });
        if (is_allowed)
            continue;
        Error error = forbidden(
            fmt::format(
                "team not allowed to access model. This team can only access models={}. Tried to access {}",
                fmt::join(team.models, ", "),
                model
            ),
            "models"
        );
        error.type = "team_model_access_denied";
        return error;
    }
    return {};
}

template <class Number>
Result<void>
check_limit(const std::optional<Number>& key, const std::optional<Number>& team, std::string_view name)
{
    if (!key || !team || *key <= *team)
        return {};
    return forbidden(
        fmt::format("Key {}={} is above the team's {}={}", name, *key, name, *team), std::string(name)
    );
}

/// A key moves into a team: it must fit there, and the caller must have a say there.
Result<void>
check_new_team(const Caller& by, const store::Key& row, const store::Team& team, const std::string& route)
{
    if (const auto checked = check_models_in_team(row.models, team); !checked)
        return checked.error();
    if (row.user_id && !member_role(team, *row.user_id))
        return forbidden(
            fmt::format("User={} is not a member of the team={}.", *row.user_id, team.team_id), "team_id"
        );
    for (const auto& checked :
         {check_limit(row.tpm_limit, team.tpm_limit, "tpm_limit"),
          check_limit(row.rpm_limit, team.rpm_limit, "rpm_limit")}) {
        if (!checked)
            return checked.error();
    }
    if (by.is_admin())
        return {};
    if (!member_role(team, by.principal->user_id))
        return forbidden(fmt::format("You are not a member of the team={}.", team.team_id), "team_id");
    return may_member_call(team, by.principal->user_id, route);
}

Result<void> check_team(
    db::Transaction& transaction,
    const Caller& by,
    const store::Key& before,
    const store::Key& after,
    const KeyChange& change,
    const std::string& route
)
{
    if (!after.team_id)
        return {};
    const auto team = store::find_team(transaction, *after.team_id);
    if (!team)
        return team.error();
    if (!*team)
        return change.team_id.is_present()
            ? Result<void>(absent(fmt::format("Team not found, passed team_id={}", *after.team_id), "team_id")
              )
            : Result<void>();
    if (after.team_id != before.team_id) {
        if (const auto fits = check_new_team(by, after, **team, route); !fits)
            return fits.error();
    }
    if (!wants_guaranteed_throughput(after))
        return {};
    auto others = store::list_keys_of_team(transaction, *after.team_id);
    if (!others)
        return others.error();
    std::erase_if(*others, [&](const store::Key& key) { return key.token == before.token; });
    return check_throughput(after, **team, *others);
}

Result<void> check_alias(db::Transaction& transaction, const store::Key& before, const store::Key& after)
{
    if (!after.key_alias || after.key_alias == before.key_alias)
        return {};
    const auto others = store::list_keys_by_alias(transaction, {*after.key_alias});
    if (!others)
        return others.error();
    const bool is_taken = std::any_of(others->begin(), others->end(), [&](const store::Key& key) {
        return key.token != before.token;
    });
    if (!is_taken)
        return {};
    return bad_request(
        fmt::format(
            "Key with alias '{}' already exists. Unique key aliases across all keys are required.",
            *after.key_alias
        ),
        "key_alias"
    );
}

Result<void> check_links(db::Transaction& transaction, const KeyChange& change)
{
    if (change.budget_id.has_value()) {
        const auto budget = store::find_budget(transaction, *change.budget_id);
        if (!budget)
            return budget.error();
        if (!*budget)
            return invalid_input(
                fmt::format("Budget with id={} does not exist.", *change.budget_id), "budget_id"
            );
    }
    return check_organization(transaction, change.organization_id.value());
}

/// A row of the key's own with the wanted soft budget: the row that it has may be shared.
Result<void> apply_soft_budget(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const KeyChange& change,
    store::Key& row
)
{
    if (!change.soft_budget.is_present())
        return {};
    store::Budget budget;
    if (row.budget_id) {
        auto present = store::find_budget(transaction, *row.budget_id);
        if (!present)
            return present.error();
        if (*present)
            budget = std::move(**present);
    }
    if (budget.soft_budget == change.soft_budget.value())
        return {};
    budget.budget_id = new_uuid(context.random);
    budget.soft_budget = change.soft_budget.value();
    budget.created_at = budget.updated_at = context.now();
    budget.created_by = budget.updated_by = by.author();
    if (const auto stored = store::insert_budget(transaction, budget); !stored)
        return stored.error();
    Change made{
        ChangeAction::created, budget_table, budget.budget_id, std::nullopt, store::document_of(budget)};
    row.budget_id = std::move(budget.budget_id);
    return record_change(transaction, context, by, made);
}

/// Others than admins set no more than they have.
Result<void> check_excess(const Caller& by, const KeyChange& change, Timestamp now, store::Key& row)
{
    if (by.is_admin())
        return {};
    const store::Key parent = parent_of(*by.principal);
    if (change.object_permission.is_present() && (row.object_permission_id || parent.object_permission_id))
        return forbidden(
            "Only proxy admins can change an object_permission that a key is bound by.", "object_permission"
        );
    auto excess = narrow_change(change, parent, now, row);
    for (auto& name : above_user(*by.principal, row)) {
        const bool is_sent = (name == "max_budget" && change.max_budget.is_present()) ||
            (name == "models" && change.models.is_present()) ||
            (name == "tpm_limit" && change.tpm_limit.is_present()) ||
            (name == "rpm_limit" && change.rpm_limit.is_present()) ||
            (name == "max_parallel_requests" && change.max_parallel_requests.is_present());
        if (is_sent)
            excess.push_back(std::move(name));
    }
    if (excess.empty())
        return {};
    return forbidden(
        fmt::format(
            "A key cannot exceed the key and user that change it. Reduce or leave out: {}",
            fmt::join(excess, ", ")
        ),
        excess.front()
    );
}

Result<void> apply_permission(
    db::Transaction& transaction, const Context& context, const KeyChange& change, store::Key& row
)
{
    if (!change.object_permission.is_present())
        return {};
    if (change.object_permission.is_null()) {
        row.object_permission_id.reset();
        return {};
    }
    return merge_object_permission(
        transaction, context, change.object_permission.value(), row.object_permission_id
    );
}

} // namespace

Result<store::Key> changed_key(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const store::Key& row,
    KeyChange change,
    const std::string& route
)
{
    if (const auto allowed = may_change_key(transaction, by, row, route); !allowed)
        return allowed.error();
    if (const auto allowed = check_rank(transaction, by, row, change); !allowed)
        return allowed.error();
    const auto& settings = context.settings.litellm;
    const auto bounded = bound_change(
        change, settings.upperbound_key_generate_params, settings.upperbound_key_generate_params_strict
    );
    if (!bounded)
        return bounded.error();
    store::Key changed = row;
    if (const auto applied = apply_change(change, context.now(), settings.zone, changed); !applied)
        return applied.error();
    if (change.config.is_present()) {
        if (const auto checked = check_key_config(changed.config, context.settings); !checked)
            return checked.error();
    }
    if (const auto checked = check_excess(by, change, context.now(), changed); !checked)
        return checked.error();
    if (const auto checked = check_team(transaction, by, row, changed, change, route); !checked)
        return checked.error();
    if (const auto checked = check_alias(transaction, row, changed); !checked)
        return checked.error();
    if (const auto checked = check_links(transaction, change); !checked)
        return checked.error();
    if (const auto applied = apply_permission(transaction, context, change, changed); !applied)
        return applied.error();
    if (const auto applied = apply_soft_budget(transaction, context, by, change, changed); !applied)
        return applied.error();
    change.spend.apply_to(changed.spend);
    changed.updated_at = context.now();
    changed.updated_by = by.author();
    return changed;
}

Result<void> set_spend(db::Transaction& transaction, const store::Key& row)
{
    if (const auto stored = store::set_key_spend(transaction, row.token, row.spend); !stored)
        return stored.error();
    return auth::announce_spend(transaction, spend::ScopeKind::key, {row.token});
}

Result<KeyView>
update_key(db::Transaction& transaction, const Context& context, const Caller& by, const KeyChange& change)
{
    if (const auto checked = check_change(change); !checked)
        return checked.error();
    const auto row = store::lock_key(transaction, hash_of(change.key));
    if (!row)
        return row.error();
    if (!*row)
        return absent("Key not found in database", "key");
    auto changed = changed_key(transaction, context, by, **row, change, "/key/update");
    if (!changed)
        return changed.error();
    if (const auto stored = store::update_key(transaction, *changed); !stored)
        return stored.error();
    if (change.spend.is_present()) {
        if (const auto stored = set_spend(transaction, *changed); !stored)
            return stored.error();
    }
    Change made{
        ChangeAction::updated,
        key_table,
        changed->token,
        store::document_of(**row),
        store::document_of(*changed)};
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return view_of(transaction, std::move(*changed));
}

Result<KeyView> view_of(db::Transaction& transaction, store::Key row)
{
    KeyView view;
    view.row = std::move(row);
    if (!view.row.budget_id)
        return view;
    auto budget = store::find_budget(transaction, *view.row.budget_id);
    if (!budget)
        return budget.error();
    view.budget = std::move(*budget);
    return view;
}

} // namespace litellm::management
