#pragma once
// The people of a team: who belongs to it, as what, and with which budget of his own.
//
// For proxy admins, admins of the team and admins of its organization. Everybody else is forbidden, except
// that a user may join a team of `default_internal_user_params.available_teams` himself.

#include "litellm/core/patch.hpp"
#include "litellm/core/task.hpp"
#include "litellm/management/context.hpp"
#include "litellm/management/team_service.hpp"
#include "litellm/store/users.hpp"

#include <optional>
#include <string>
#include <vector>

namespace litellm::management {

struct MemberAddition {
    std::string team_id;
    std::vector<MemberWish> members;
    /// Of each of them alone; without it they share the team's usual one.
    std::optional<double> max_budget_in_team;
};

struct BulkAddition : MemberAddition {
    bool all_users = false;
};

struct MembersAdded {
    TeamView team;
    std::vector<store::User> users;
    std::vector<Membership> memberships; ///< of the users that were added, as far as they have one
};

/// Whom a request means: one of the two is set.
struct MemberName {
    std::string team_id;
    std::optional<std::string> user_id;
    std::optional<std::string> user_email;
};

struct MemberChange : MemberName {
    std::optional<std::string> role; ///< admin or user
    Patch<double> max_budget_in_team;
    Patch<std::int64_t> tpm_limit;
    Patch<std::int64_t> rpm_limit;
};

struct ChangedMember {
    std::string team_id;
    std::string user_id;
    std::optional<std::string> user_email;
    std::optional<store::Budget> budget;
};

class TeamMembers {
public:
    explicit TeamMembers(const Context& context) : context_(context) {}

    /// Unknown people become users. invalid_input (`team_member_already_in_team`) when all of them are in the
    /// team; those who are, beside others who are not, are passed over.
    [[nodiscard]] Task<MembersAdded> add(const Caller& by, const MemberAddition& wanted);
    /// At most 500 at a time, or every user there is; all or nothing.
    [[nodiscard]] Task<MembersAdded> add_in_bulk(const Caller& by, const BulkAddition& wanted);
    /// Changes what was sent: a budget that is absent stays.
    [[nodiscard]] Task<ChangedMember> update(const Caller& by, const MemberChange& wanted);
    /// Deletes the member's keys of this team as well.
    [[nodiscard]] Task<TeamView> remove(const Caller& by, const MemberName& wanted);

private:
    const Context context_;
};

} // namespace litellm::management
