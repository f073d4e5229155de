#include "litellm/management/team_members.hpp"

#include "authority.hpp"
#include "change_record.hpp"
#include "key_limits.hpp"
#include "refusals.hpp"
#include "setting_values.hpp"
#include "team_joining.hpp"
#include "team_reading.hpp"
#include "team_roles.hpp"

#include "litellm/store/team_members.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::management {

namespace {

constexpr std::size_t most_at_once = 500;
constexpr const char* route = "/team/member_add";

bool is_available(const Context& context, const std::string& team_id)
{
    const Json& defaults = context.settings.litellm.default_internal_user_params;
    const auto available = list_setting(defaults, "available_teams");
    return std::find(available.begin(), available.end(), team_id) != available.end();
}

/// Joining an open team is for oneself, as a plain member, on the team's usual budget.
bool joins_himself(const Caller& by, const MemberAddition& wanted)
{
    return !by.principal->user_id.empty() && wanted.members.size() == 1 &&
        wanted.members.front().user_id == by.principal->user_id && !wanted.members.front().user_email &&
        wanted.members.front().role == "user" && !wanted.max_budget_in_team;
}

Result<void> may_add(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const store::Team& team,
    const MemberAddition& wanted
)
{
    if (is_available(context, team.team_id) && joins_himself(by, wanted))
        return {};
    return check_team_admin(transaction, by, team, route);
}

Error already_there(const std::string& who, const std::string& team_id)
{
    return Error{
        ErrorKind::invalid_input,
        fmt::format("{} is already in the team {}", who, team_id),
        "member",
        "team_member_already_in_team",
        400};
}

std::string name_of(const MemberWish& member)
{
    if (member.user_id)
        return fmt::format("User with user_id={}", *member.user_id);
    return fmt::format("User with user_email={}", member.user_email.value_or(""));
}

/// Adds one person; false when he was there before.
Result<bool> add_one(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const MemberAddition& wanted,
    const MemberWish& member,
    MembersAdded& added
)
{
    auto user = resolve_member(transaction, context, member);
    if (!user)
        return user.error();
    auto& team = added.team.team;
    if (member_role(team, user->user_id))
        return false;
    const auto joined =
        join_team(transaction, context, by, *user, team, member.role, wanted.max_budget_in_team);
    if (!joined)
        return joined.error();
    team.members_with_roles.push_back(member_entry(*user, member.role));
    user->teams.push_back(team.team_id);
    added.users.push_back(std::move(*user));
    return true;
}

Result<void> collect_memberships(db::Transaction& transaction, MembersAdded& added)
{
    auto memberships = load_memberships(transaction, added.team.team.team_id);
    if (!memberships)
        return memberships.error();
    for (const auto& membership : *memberships) {
        const bool is_new = std::any_of(added.users.begin(), added.users.end(), [&](const auto& user) {
            return user.user_id == membership.row.user_id;
        });
        if (is_new)
            added.memberships.push_back(membership);
    }
    added.team.memberships = std::move(*memberships);
    return {};
}

Result<MembersAdded>
add_in(db::Transaction& transaction, const Context& context, const Caller& by, const MemberAddition& wanted)
{
    auto team = lock_known_team(transaction, wanted.team_id);
    if (!team)
        return team.error();
    if (const auto allowed = may_add(transaction, context, by, *team, wanted); !allowed)
        return allowed.error();
    MembersAdded added;
    added.team.team = std::move(*team);
    Change made{
        ChangeAction::updated, team_table, wanted.team_id, store::document_of(added.team.team), std::nullopt};
    for (const auto& member : wanted.members) {
        const auto is_new = add_one(transaction, context, by, wanted, member, added);
        if (!is_new)
            return is_new.error();
    }
    if (added.users.empty())
        return already_there(
            wanted.members.size() == 1 ? name_of(wanted.members.front()) : "Every one of them", wanted.team_id
        );
    made.after = store::document_of(added.team.team);
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    if (const auto collected = collect_memberships(transaction, added); !collected)
        return collected.error();
    return added;
}

/// Everybody who is not in the team yet.
Result<std::vector<MemberWish>> everybody_else(db::Transaction& transaction, const std::string& team_id)
{
    const auto team = store::find_team(transaction, team_id);
    if (!team)
        return team.error();
    std::vector<MemberWish> members;
    constexpr std::int64_t batch = 500;
    for (std::int64_t offset = 0;; offset += batch) {
        const auto users = store::list_users(transaction, batch, offset);
        if (!users)
            return users.error();
        for (const auto& user : *users) {
            if (*team && member_role(**team, user.user_id))
                continue;
            MemberWish member;
            member.user_id = user.user_id;
            members.push_back(std::move(member));
        }
        if (users->size() < static_cast<std::size_t>(batch))
            return members;
    }
}

Result<MembersAdded>
add_in_bulk_in(db::Transaction& transaction, const Context& context, const Caller& by, BulkAddition wanted)
{
    if (wanted.all_users && !by.is_admin())
        return forbidden("Only a proxy admin can add all users to a team.", "all_users");
    if (wanted.all_users) {
        auto members = everybody_else(transaction, wanted.team_id);
        if (!members)
            return members.error();
        wanted.members = std::move(*members);
    }
    return add_in(transaction, context, by, wanted);
}

Result<void> check_addition(const MemberAddition& wanted)
{
    if (wanted.members.empty())
        return invalid_input("At least one member is needed.", "member");
    return check_amount(wanted.max_budget_in_team, "max_budget_in_team");
}

} // namespace

Task<MembersAdded> TeamMembers::add(const Caller& by, const MemberAddition& wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (const auto checked = check_addition(wanted); !checked)
        co_return checked.error();
    auto added = co_await context_.database->transact<MembersAdded>([&](db::Transaction& transaction) {
        return add_in(transaction, context_, by, wanted);
    });
    if (added)
        forget_team(context_, added->team.team);
    co_return added;
}

Task<MembersAdded> TeamMembers::add_in_bulk(const Caller& by, const BulkAddition& wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (wanted.members.size() > most_at_once)
        co_return bad_request(
            fmt::format("At most {} members can be added at once.", most_at_once), "members"
        );
    if (!wanted.all_users) {
        if (const auto checked = check_addition(wanted); !checked)
            co_return checked.error();
    }
    auto added = co_await context_.database->transact<MembersAdded>([&](db::Transaction& transaction) {
        return add_in_bulk_in(transaction, context_, by, wanted);
    });
    if (added)
        forget_team(context_, added->team.team);
    co_return added;
}

} // namespace litellm::management
