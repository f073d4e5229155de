#pragma once
// Teams on the wire.

#include "litellm/core/json.hpp"
#include "litellm/management/team_members.hpp"
#include "litellm/management/team_service.hpp"

namespace litellm::api {

[[nodiscard]] Result<management::NewTeam> new_team_from(const Json& body);

[[nodiscard]] Result<management::TeamChange> team_change_from(const Json& body);
/// `{team_id, member: {…} or […], max_budget_in_team}`
[[nodiscard]] Result<management::MemberAddition> member_addition_from(const Json& body);
/// `{team_id, members: […], all_users, max_budget_in_team}`
[[nodiscard]] Result<management::BulkAddition> bulk_addition_from(const Json& body);
[[nodiscard]] Result<management::MemberChange> member_change_from(const Json& body);
/// `{team_id, user_id or user_email}`
[[nodiscard]] Result<management::MemberName> member_name_from(const Json& body);
[[nodiscard]] Json to_json(const management::Membership& membership);

/// Every column.
[[nodiscard]] Json to_json(const store::Team& team);
/// Answer of /team/new: the row and its links.
[[nodiscard]] Json created_team_json(const management::TeamView& view);
/// An entry of /team/list: the row with its keys and memberships.
[[nodiscard]] Json listed_team_json(const management::TeamView& view);
/// Answer of /team/info.
[[nodiscard]] Json to_json(const management::TeamView& view);

} // namespace litellm::api
