#include "team_joining.hpp"

#include "budget_rows.hpp"
#include "setting_values.hpp"
#include "team_roles.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/store/team_members.hpp"

#include <fmt/format.h>

namespace litellm::management {

namespace {

Result<store::User>
make_member(db::Transaction& transaction, const Context& context, const MemberWish& member)
{
    store::User user;
    user.user_id = member.user_id ? *member.user_id : new_uuid(context.random);
    user.user_email = member.user_email;
    user.user_role = user.user_id == default_user_id ? "proxy_admin" : "internal_user";
    user.created_at = user.updated_at = context.now();
    if (user.user_role == "internal_user") {
        user.max_budget = number_setting(context.settings.litellm.raw, "max_internal_user_budget");
        user.budget_duration = text_setting(context.settings.litellm.raw, "internal_user_budget_duration");
    }
    if (user.budget_duration) {
        if (const auto reset =
                next_budget_reset(*user.budget_duration, context.now(), context.settings.litellm.zone))
            user.budget_reset_at = *reset;
    }
    if (const auto stored = store::insert_user(transaction, user); !stored)
        return stored.error();
    return user;
}

} // namespace

Result<store::User>
resolve_member(db::Transaction& transaction, const Context& context, const MemberWish& member)
{
    std::optional<store::User> found;
    if (member.user_id) {
        auto by_id = store::find_user(transaction, *member.user_id);
        if (!by_id)
            return by_id.error();
        found = std::move(*by_id);
    }
    if (member.user_email) {
        auto by_email = store::find_user_by_email(transaction, *member.user_email);
        if (!by_email)
            return by_email.error();
        if (*by_email && member.user_id && (*by_email)->user_id != *member.user_id)
            return invalid_input(
                fmt::format(
                    "user_id={} and user_email={} belong to different users",
                    *member.user_id,
                    *member.user_email
                ),
                "member"
            );
        const auto sharing = store::count_users_with_email(transaction, *member.user_email);
        if (!sharing)
            return sharing.error();
        if (!found && *sharing > 1)
            return invalid_input(
                fmt::format("Several users have the e-mail {}: name one by user_id", *member.user_email),
                "member"
            );
        if (*by_email)
            found = std::move(*by_email);
    }
    if (found)
        return std::move(*found);
    return make_member(transaction, context, member);
}

Json member_entry(const store::User& user, const std::string& role)
{
    Json entry = Json::object();
    entry["user_id"] = user.user_id;
    entry["user_email"] = user.user_email ? Json(*user.user_email) : Json(nullptr);
    entry["role"] = role;
    return entry;
}

Result<void> link_member(
    db::Transaction& transaction,
    const Context& context,
    const std::string& user_id,
    const store::Team& team,
    const std::optional<std::string>& budget_id
)
{
    const auto linked = store::add_user_to_team(transaction, user_id, team.team_id, context.now());
    if (!linked)
        return linked.error();
    store::TeamMembership membership;
    membership.user_id = user_id;
    membership.team_id = team.team_id;
    membership.budget_id = budget_id ? budget_id : text_setting(team.metadata, "team_member_budget_id");
    if (!membership.budget_id)
        return {};
    return store::save_membership(transaction, membership);
}

void forget_team(const Context& context, const store::Team& team)
{
    context.authenticator.forget_team(team.team_id);
    for (const Json& member : team.members_with_roles) {
        if (const auto user_id = text_setting(member, "user_id"))
            context.authenticator.forget_user(*user_id);
    }
}

Result<void> join_team(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const store::User& user,
    store::Team team,
    const std::string& role,
    const std::optional<double>& max_budget
)
{
    if (member_role(team, user.user_id))
        return {};
    if (!team.members_with_roles.is_array())
        team.members_with_roles = Json::array();
    team.members_with_roles.push_back(member_entry(user, role));
    if (const auto stored =
            store::set_team_members(transaction, team.team_id, team.members_with_roles, context.now());
        !stored)
        return stored.error();
    std::optional<std::string> budget_id;
    if (max_budget) {
        store::Budget budget = new_budget(context, by, new_uuid(context.random));
        budget.max_budget = max_budget;
        if (const auto stored = store::insert_budget(transaction, budget); !stored)
            return stored.error();
        budget_id = budget.budget_id;
    }
    return link_member(transaction, context, user.user_id, team, budget_id);
}

} // namespace litellm::management
