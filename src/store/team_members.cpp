#include "litellm/store/team_members.hpp"

#include "record.hpp"

namespace litellm::store {

namespace {

constexpr std::array membership_columns{
    column<TeamMembership, &TeamMembership::user_id>("user_id"),
    column<TeamMembership, &TeamMembership::team_id>("team_id"),
    column<TeamMembership, &TeamMembership::spend>("spend"),
    column<TeamMembership, &TeamMembership::budget_id>("budget_id"),
};

constexpr std::string_view select_memberships =
    R"(SELECT {} FROM "LiteLLM_TeamMembership" WHERE {} ORDER BY team_id, user_id)";
constexpr std::string_view delete_memberships = R"(DELETE FROM "LiteLLM_TeamMembership" WHERE {} = $1)";
constexpr std::string_view delete_membership =
    R"(DELETE FROM "LiteLLM_TeamMembership" WHERE user_id = $1 AND team_id = $2)";

/// {} is a condition on the user, or nothing.
constexpr std::string_view remove_team_on_postgres = R"(
UPDATE "LiteLLM_UserTable" SET teams = array_remove(teams, CAST($1 AS text)), updated_at = $2
WHERE $1 = ANY(teams){} RETURNING user_id)";
constexpr std::string_view remove_team_on_sqlite = R"(
UPDATE "LiteLLM_UserTable" SET updated_at = $2, teams =
    (SELECT json_group_array(value) FROM json_each("LiteLLM_UserTable".teams) WHERE value <> $1)
WHERE $1 IN (SELECT value FROM json_each(COALESCE(teams, '[]'))){} RETURNING user_id)";

Columns<TeamMembership> columns_of(db::Transaction& transaction)
{
    return Columns<TeamMembership>(membership_columns, *transaction.shape_of("LiteLLM_TeamMembership"));
}

std::string remove_team(db::Transaction& transaction, std::string_view condition)
{
    const bool is_postgres = transaction.dialect() == db::Dialect::postgres;
    return compose(is_postgres ? remove_team_on_postgres : remove_team_on_sqlite, condition);
}

Result<void> nothing_more(const Result<std::int64_t>& changed)
{
    if (!changed)
        return changed.error();
    return {};
}

} // namespace

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

Result<void> save_membership(db::Transaction& transaction, const TeamMembership& membership)
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

Result<std::optional<TeamMembership>>
find_membership(db::Transaction& transaction, const std::string& user_id, const std::string& team_id)
{
    const Columns<TeamMembership> columns = columns_of(transaction);
    const std::string sql = compose(select_memberships, columns.names(), "user_id = $1 AND team_id = $2");
    return read_first(columns, transaction.query(sql, {user_id, team_id}));
}

Result<std::vector<TeamMembership>>
list_memberships_of_team(db::Transaction& transaction, const std::string& team_id)
{
    const Columns<TeamMembership> columns = columns_of(transaction);
    return read_all(
        columns, transaction.query(compose(select_memberships, columns.names(), "team_id = $1"), {team_id})
    );
}

Result<std::vector<TeamMembership>>
list_memberships_of_teams(db::Transaction& transaction, const std::vector<std::string>& team_ids)
{
    const Columns<TeamMembership> columns = columns_of(transaction);
    const std::string sql =
        compose(select_memberships, columns.names(), is_one_of(transaction.dialect(), "team_id", 1));
    return read_all(columns, transaction.query(sql, {team_ids}));
}

Result<void>
remove_membership(db::Transaction& transaction, const std::string& user_id, const std::string& team_id)
{
    return nothing_more(transaction.execute(delete_membership, {user_id, team_id}));
}

Result<void> remove_memberships_of_team(db::Transaction& transaction, const std::string& team_id)
{
    return nothing_more(transaction.execute(compose(delete_memberships, "team_id"), {team_id}));
}

Result<void> remove_memberships_of_user(db::Transaction& transaction, const std::string& user_id)
{
    return nothing_more(transaction.execute(compose(delete_memberships, "user_id"), {user_id}));
}

Result<std::vector<std::string>>
remove_team_from_users(db::Transaction& transaction, const std::string& team_id, Timestamp now)
{
    const Result<db::Rows> rows = transaction.query(remove_team(transaction, ""), {team_id, now});
    if (!rows)
        return rows.error();
    std::vector<std::string> users;
    for (const db::Row& row : *rows)
        users.push_back(row.text(0));
    return users;
}

Result<void> remove_team_from_user(
    db::Transaction& transaction, const std::string& user_id, const std::string& team_id, Timestamp now
)
{
    const std::string sql = remove_team(transaction, " AND user_id = $3");
    return nothing_more(transaction.execute(sql, {team_id, now, user_id}));
}

} // namespace litellm::store
