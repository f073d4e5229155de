#include "litellm/management/team_members.hpp"

#include "authority.hpp"
#include "change_record.hpp"
#include "deletion.hpp"
#include "member_budget.hpp"
#include "refusals.hpp"
#include "setting_values.hpp"
#include "team_joining.hpp"
#include "team_reading.hpp"
#include "team_roles.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/store/team_members.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::management {

namespace {

/// The place of the member in the team's list; its end when he is not there.
Json::iterator find_entry(Json& members, const MemberName& wanted)
{
    return std::find_if(members.begin(), members.end(), [&](const Json& entry) {
        const auto id = text_setting(entry, "user_id");
        if (wanted.user_id)
            return id == wanted.user_id;
        const auto email = text_setting(entry, "user_email");
        return email && wanted.user_email && equals_ignoring_case(*email, *wanted.user_email);
    });
}

/// Entries keep the address of the day on which they were made; the user's row knows today's.
Result<MemberName> with_user_id(db::Transaction& transaction, Json& members, MemberName wanted)
{
    const auto entry = find_entry(members, wanted);
    if (entry != members.end() && !wanted.user_id)
        wanted.user_id = text_setting(*entry, "user_id");
    if (wanted.user_id || !wanted.user_email)
        return wanted;
    const auto user = store::find_user_by_email(transaction, *wanted.user_email);
    if (!user)
        return user.error();
    if (*user)
        wanted.user_id = (*user)->user_id;
    return wanted;
}

struct Found {
    store::Team team;
    std::string user_id;
    std::size_t place = 0;
};

/// The team, held for a change, and where in its list the member is.
Result<Found> find_member(
    db::Transaction& transaction, const Caller& by, const MemberName& wanted, const std::string& route
)
{
    auto team = lock_known_team(transaction, wanted.team_id);
    if (!team)
        return team.error();
    if (const auto allowed = check_team_admin(transaction, by, *team, route); !allowed)
        return allowed.error();
    Json& members = team->members_with_roles;
    const auto named = with_user_id(transaction, members, wanted);
    if (!named)
        return named.error();
    const auto entry = find_entry(members, *named);
    if (entry == members.end() || !named->user_id)
        return bad_request("User not found in team", "user_id");
    Found found;
    found.place = static_cast<std::size_t>(entry - members.begin());
    found.user_id = *named->user_id;
    found.team = std::move(*team);
    return found;
}

Result<std::optional<store::Budget>> budget_of(db::Transaction& transaction, const Found& found)
{
    const auto membership = store::find_membership(transaction, found.user_id, found.team.team_id);
    if (!membership)
        return membership.error();
    if (!*membership || !(*membership)->budget_id)
        return std::optional<store::Budget>();
    return store::find_budget(transaction, *(*membership)->budget_id);
}

Result<void> change_budget(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const Found& found,
    const MemberChange& wanted
)
{
    BudgetChange patch;
    patch.max_budget = wanted.max_budget_in_team;
    patch.tpm_limit = wanted.tpm_limit;
    patch.rpm_limit = wanted.rpm_limit;
    if (!patch.is_present())
        return {};
    auto membership = store::find_membership(transaction, found.user_id, found.team.team_id);
    if (!membership)
        return membership.error();
    store::TeamMembership row;
    row.user_id = found.user_id;
    row.team_id = found.team.team_id;
    if (*membership)
        row = **membership;
    return change_own_budget(transaction, context, by, found.team, std::move(row), patch);
}

Result<ChangedMember>
update_in(db::Transaction& transaction, const Context& context, const Caller& by, const MemberChange& wanted)
{
    auto found = find_member(transaction, by, wanted, "/team/member_update");
    if (!found)
        return found.error();
    Change made{
        ChangeAction::updated, team_table, wanted.team_id, store::document_of(found->team), std::nullopt};
    Json& members = found->team.members_with_roles;
    Json& entry = members[found->place];
    if (wanted.role) {
        entry["role"] = *wanted.role;
        const auto stored = store::set_team_members(transaction, found->team.team_id, members, context.now());
        if (!stored)
            return stored.error();
    }
    if (const auto changed = change_budget(transaction, context, by, *found, wanted); !changed)
        return changed.error();
    made.after = store::document_of(found->team);
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    auto budget = budget_of(transaction, *found);
    if (!budget)
        return budget.error();
    ChangedMember changed;
    changed.team_id = found->team.team_id;
    changed.user_id = found->user_id;
    changed.user_email = text_setting(entry, "user_email");
    changed.budget = std::move(*budget);
    return changed;
}

Result<std::vector<std::string>> remove_keys_in_team(
    db::Transaction& transaction, const Context& context, const Caller& by, const Found& found
)
{
    auto keys = store::list_keys_of_user(transaction, found.user_id);
    if (!keys)
        return keys.error();
    std::erase_if(*keys, [&](const store::Key& key) { return key.team_id != found.team.team_id; });
    std::vector<std::string> hashes;
    for (const auto& key : *keys) {
        hashes.push_back(key.token);
        Change made{ChangeAction::deleted, key_table, key.token, store::document_of(key), std::nullopt};
        if (const auto recorded = record_change(transaction, context, by, made); !recorded)
            return recorded.error();
    }
    if (hashes.empty())
        return hashes;
    if (const auto removed = store::remove_keys(transaction, *keys, deletion_by(context, by)); !removed)
        return removed.error();
    return hashes;
}

struct Removed {
    TeamView team;
    std::string user_id;
    std::vector<std::string> keys;
};

Result<Removed>
remove_in(db::Transaction& transaction, const Context& context, const Caller& by, const MemberName& wanted)
{
    auto found = find_member(transaction, by, wanted, "/team/member_delete");
    if (!found)
        return found.error();
    const std::string& team_id = found->team.team_id;
    Change made{ChangeAction::updated, team_table, team_id, store::document_of(found->team), std::nullopt};
    found->team.members_with_roles.erase(found->place);
    const auto& members = found->team.members_with_roles;
    if (const auto stored = store::set_team_members(transaction, team_id, members, context.now()); !stored)
        return stored.error();
    const auto left = store::remove_team_from_user(transaction, found->user_id, team_id, context.now());
    if (!left)
        return left.error();
    if (const auto gone = store::remove_membership(transaction, found->user_id, team_id); !gone)
        return gone.error();
    auto keys = remove_keys_in_team(transaction, context, by, *found);
    if (!keys)
        return keys.error();
    made.after = store::document_of(found->team);
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    Removed removed;
    removed.user_id = found->user_id;
    removed.keys = std::move(*keys);
    removed.team.team = std::move(found->team);
    return removed;
}

Result<void> check_name(const MemberName& wanted)
{
    if (wanted.user_id || wanted.user_email)
        return {};
    return bad_request("Either user_id or user_email is needed.", "user_id");
}

} // namespace

Task<ChangedMember> TeamMembers::update(const Caller& by, const MemberChange& wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (const auto checked = check_name(wanted); !checked)
        co_return checked.error();
    auto changed = co_await context_.database->transact<ChangedMember>([&](db::Transaction& transaction) {
        return update_in(transaction, context_, by, wanted);
    });
    if (changed) {
        context_.authenticator.forget_team(changed->team_id);
        context_.authenticator.forget_user(changed->user_id);
    }
    co_return changed;
}

Task<TeamView> TeamMembers::remove(const Caller& by, const MemberName& wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (const auto checked = check_name(wanted); !checked)
        co_return checked.error();
    auto removed = co_await context_.database->transact<Removed>([&](db::Transaction& transaction) {
        return remove_in(transaction, context_, by, wanted);
    });
    if (!removed)
        co_return removed.error();
    context_.authenticator.forget_team(removed->team.team.team_id);
    context_.authenticator.forget_user(removed->user_id);
    for (const auto& hash : removed->keys)
        context_.authenticator.forget_key(hash);
    co_return std::move(removed->team);
}

} // namespace litellm::management
