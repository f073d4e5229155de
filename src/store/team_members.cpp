#include "litellm/store/team_members.hpp"

namespace litellm::store {

Result<void> set_team_members(
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

Result<void>
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
