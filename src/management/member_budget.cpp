#include "member_budget.hpp"

#include "budget_rows.hpp"
#include "change_record.hpp"
#include "setting_values.hpp"
#include "team_joining.hpp"

#include "litellm/core/random.hpp"
#include "litellm/store/team_members.hpp"

#include <nlohmann/json.hpp>

namespace litellm::management {

namespace {

constexpr const char* shared_budget = "team_member_budget_id";

Result<std::optional<store::Budget>>
find_linked(db::Transaction& transaction, const std::optional<std::string>& budget_id)
{
    if (!budget_id)
        return std::optional<store::Budget>();
    return store::find_budget(transaction, *budget_id);
}

/// Members who are in the team without any budget.
Result<void> link_members_without_budget(
    db::Transaction& transaction, const store::Team& team, const std::string& budget_id
)
{
    for (const Json& member : team.members_with_roles) {
        const auto user_id = text_setting(member, "user_id");
        if (!user_id)
            continue;
        auto membership = store::find_membership(transaction, *user_id, team.team_id);
        if (!membership)
            return membership.error();
        if (*membership && (*membership)->budget_id)
            continue;
        store::TeamMembership row;
        row.user_id = *user_id;
        row.team_id = team.team_id;
        row.budget_id = budget_id;
        if (const auto saved = store::save_membership(transaction, row); !saved)
            return saved.error();
    }
    return {};
}

/// Stores a budget that was made (`before` is nothing) or changed, and says so.
Result<void> keep(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const store::Budget* before,
    const store::Budget& budget
)
{
    const auto stored =
        before ? store::update_budget(transaction, budget) : store::insert_budget(transaction, budget);
    if (!stored)
        return stored.error();
    Change made;
    made.action = before ? ChangeAction::updated : ChangeAction::created;
    made.table = budget_table;
    made.object_id = budget.budget_id;
    if (before)
        made.before = store::document_of(*before);
    made.after = store::document_of(budget);
    return record_change(transaction, context, by, made);
}

} // namespace

std::string member_budget_id(const std::optional<std::string>& alias, Random& random)
{
    std::string id = "team-";
    for (const char c : alias.value_or(""))
        id += c == ' ' ? '-' : c;
    if (!id.ends_with('-'))
        id += '-';
    std::string hex = new_uuid(random);
    std::erase(hex, '-');
    return id + "budget-" + hex;
}

Result<void> change_own_budget(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const store::Team& team,
    store::TeamMembership membership,
    const BudgetChange& patch
)
{
    const auto current = find_linked(transaction, membership.budget_id);
    if (!current)
        return current.error();
    const bool is_own = *current && membership.budget_id != text_setting(team.metadata, shared_budget);
    store::Budget budget = *current ? **current : new_budget(context, by, {});
    if (!is_own) {
        budget.budget_id = new_uuid(context.random);
        budget.created_at = context.now();
        budget.created_by = by.author();
    }
    if (const auto applied = apply_change(patch, budget, context, by); !applied)
        return applied.error();
    const auto kept = keep(transaction, context, by, is_own ? &**current : nullptr, budget);
    if (is_own || !kept)
        return kept;
    membership.budget_id = budget.budget_id;
    return store::save_membership(transaction, membership);
}

Result<void> change_shared_budget(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    store::Team& team,
    const BudgetChange& patch
)
{
    const auto current = find_linked(transaction, text_setting(team.metadata, shared_budget));
    if (!current)
        return current.error();
    const bool is_new = !*current;
    store::Budget budget =
        is_new ? new_budget(context, by, member_budget_id(team.team_alias, context.random)) : **current;
    if (const auto applied = apply_change(patch, budget, context, by); !applied)
        return applied.error();
    const auto kept = keep(transaction, context, by, is_new ? nullptr : &**current, budget);
    if (!is_new || !kept)
        return kept;
    team.metadata[shared_budget] = budget.budget_id;
    return link_members_without_budget(transaction, team, budget.budget_id);
}

} // namespace litellm::management
