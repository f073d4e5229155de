#pragma once
// Who belongs to a team: `members_with_roles` of "LiteLLM_TeamTable" and rows of "LiteLLM_TeamMembership".

#include "litellm/core/json.hpp"
#include "litellm/db/database.hpp"
#include "litellm/store/teams.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace litellm::store {

/// Replaces the team's member list, an array of {user_id, user_email, role}; not_found when the team is gone.
[[nodiscard]] inline Result<void> set_team_members(
    db::Transaction& transaction, const std::string& team_id, const Json& members_with_roles, Timestamp now
)
{
    constexpr std::string_view sql = R"sql(
UPDATE "LiteLLM_TeamTable" SET "members_with_roles" = $2, "updated_at" = $3 WHERE "team_id" = $1
)sql";
    const auto touched = transaction.execute(sql, {team_id, members_with_roles, now});
    if (!touched)
        return touched.error();
    if (*touched == 0)
        return not_found("Team not found.", "team_id");
    return {};
}

/// Makes the row of a member with a budget; one that exists keeps its spend and gets the new budget.
[[nodiscard]] inline Result<void>
save_membership(db::Transaction& transaction, const TeamMembership& membership)
{
    constexpr std::string_view sql = R"sql(
INSERT INTO "LiteLLM_TeamMembership" ("user_id", "team_id", "spend", "budget_id") VALUES ($1, $2, $3, $4)
ON CONFLICT ("user_id", "team_id") DO UPDATE SET "budget_id" = excluded."budget_id"
)sql";
    const auto touched = transaction.execute(
        sql, {membership.user_id, membership.team_id, membership.spend, membership.budget_id}
    );
    if (!touched)
        return touched.error();
    return {};
}

} // namespace litellm::store
