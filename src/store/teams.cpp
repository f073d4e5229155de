#include "litellm/store/teams.hpp"

#include "team_columns.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view select_by_id = R"(SELECT {} FROM "LiteLLM_TeamTable" WHERE team_id = $1)";
/// Whoever changes a team reads it first: on Postgres the row is held until the change is written.
constexpr std::string_view lock_by_id =
    R"(SELECT {} FROM "LiteLLM_TeamTable" WHERE team_id = $1 FOR NO KEY UPDATE)";
constexpr std::string_view update_columns = R"(UPDATE "LiteLLM_TeamTable" SET {} WHERE team_id = ${})";
constexpr std::string_view select_by_ids = R"(SELECT {} FROM "LiteLLM_TeamTable" WHERE {} ORDER BY team_id)";
constexpr std::string_view select_all =
    R"(SELECT {} FROM "LiteLLM_TeamTable" ORDER BY team_alias NULLS LAST, team_id)";
constexpr std::string_view insert_aliases = R"(
INSERT INTO "LiteLLM_ModelTable" (aliases, created_at, created_by, updated_at, updated_by)
VALUES ($1, $2, $3, $2, $3) RETURNING id)";
constexpr std::string_view update_aliases = R"(
UPDATE "LiteLLM_ModelTable" SET aliases = $2, updated_at = $3, updated_by = $4 WHERE id = $1)";
constexpr std::string_view select_aliases = R"(SELECT aliases FROM "LiteLLM_ModelTable" WHERE id = $1)";

/// Both times are NOT NULL here, unlike those of keys and users: the database fills in those that are not
/// given.
Columns<Team> insertable(db::Transaction& transaction, const Team& team)
{
    Columns<Team> columns = team_columns(transaction);
    if (!team.created_at)
        columns = columns.without({"created_at"});
    if (!team.updated_at)
        columns = columns.without({"updated_at"});
    return columns;
}

} // namespace

Result<void> insert_team(db::Transaction& transaction, const Team& team)
{
    return insert_record(transaction, team_table, insertable(transaction, team), team);
}

Result<std::optional<Team>> find_team(db::Transaction& transaction, const std::string& team_id)
{
    const Columns<Team> columns = team_columns(transaction);
    return read_first(columns, transaction.query(compose(select_by_id, columns.names()), {team_id}));
}

Result<std::optional<Team>> lock_team(db::Transaction& transaction, const std::string& team_id)
{
    const Columns<Team> columns = team_columns(transaction);
    const bool is_postgres = transaction.dialect() == db::Dialect::postgres;
    const std::string sql = compose(is_postgres ? lock_by_id : select_by_id, columns.names());
    return read_first(columns, transaction.query(sql, {team_id}));
}

Result<void> update_team(db::Transaction& transaction, const Team& team)
{
    const Columns<Team> columns =
        team_columns(transaction).without({"team_id", "spend", "model_spend", "created_at"});
    std::vector<db::Value> values = columns.values(team);
    values.emplace_back(team.team_id);
    const Result<std::int64_t> changed =
        transaction.execute(compose(update_columns, columns.assignments(), values.size()), values);
    if (!changed)
        return changed.error();
    if (*changed == 0)
        return not_found("the team does not exist", "team_id");
    return {};
}

Result<std::vector<Team>>
list_teams_by_id(db::Transaction& transaction, const std::vector<std::string>& team_ids)
{
    const Columns<Team> columns = team_columns(transaction);
    const std::string sql =
        compose(select_by_ids, columns.names(), is_one_of(transaction.dialect(), "team_id", 1));
    return read_all(columns, transaction.query(sql, {team_ids}));
}

Result<std::vector<Team>> list_teams(db::Transaction& transaction)
{
    const Columns<Team> columns = team_columns(transaction);
    return read_all(columns, transaction.query(compose(select_all, columns.names()), {}));
}

Result<std::int64_t> insert_team_model_aliases(
    db::Transaction& transaction, const Json& aliases, const std::string& created_by, Timestamp now
)
{
    const Result<db::Rows> rows = transaction.query(insert_aliases, {aliases, now, created_by});
    if (!rows)
        return rows.error();
    return rows->front().integer(0);
}

Result<void> set_team_model_aliases(
    db::Transaction& transaction,
    std::int64_t model_id,
    const Json& aliases,
    const std::string& updated_by,
    Timestamp now
)
{
    const Result<std::int64_t> changed =
        transaction.execute(update_aliases, {model_id, aliases, now, updated_by});
    if (!changed)
        return changed.error();
    return {};
}

Result<std::optional<Json>> find_team_model_aliases(db::Transaction& transaction, std::int64_t model_id)
{
    const Result<db::Rows> rows = transaction.query(select_aliases, {model_id});
    if (!rows)
        return rows.error();
    if (rows->empty())
        return std::optional<Json>();
    return std::optional<Json>(read_json(rows->front(), 0));
}

} // namespace litellm::store
