#pragma once
// Putting people into teams.

#include "litellm/management/context.hpp"
#include "litellm/management/team_service.hpp"
#include "litellm/store/users.hpp"

#include <optional>
#include <string>

namespace litellm::management {

/// The user that a member entry means; made, with role internal_user, when nobody has that id or e-mail.
/// invalid_input when id and e-mail belong to different people.
[[nodiscard]] Result<store::User>
resolve_member(db::Transaction& transaction, const Context& context, const MemberWish& member);

/// An entry of members_with_roles.
[[nodiscard]] Json member_entry(const store::User& user, const std::string& role);

/// Writes the other half of a membership that the team's member list names already: the user's list of teams,
/// and his own budget or the team's usual one.
[[nodiscard]] Result<void> link_member(
    db::Transaction& transaction,
    const Context& context,
    const std::string& user_id,
    const store::Team& team,
    const std::optional<std::string>& budget_id
);

/// What is remembered of a team and its members: their rows name their teams.
void forget_team(const Context& context, const store::Team& team);

/// Adds a user to an existing team; nothing changes when he is in it. `max_budget` becomes a budget of his
/// own.
[[nodiscard]] Result<void> join_team(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const store::User& user,
    store::Team team,
    const std::string& role,
    const std::optional<double>& max_budget
);

} // namespace litellm::management
