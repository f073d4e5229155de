#include "litellm/store/teams.hpp"

#include "record.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view team_table = "LiteLLM_TeamTable";

constexpr std::array team_columns{
    column<Team, &Team::team_id>("team_id"),
    column<Team, &Team::team_alias>("team_alias"),
    column<Team, &Team::organization_id>("organization_id"),
    column<Team, &Team::admins>("admins"),
    column<Team, &Team::members>("members"),
    array_column<Team, &Team::members_with_roles>("members_with_roles"),
    column<Team, &Team::metadata>("metadata"),
    column<Team, &Team::max_budget>("max_budget"),
    column<Team, &Team::soft_budget>("soft_budget"),
    column<Team, &Team::spend>("spend"),
    column<Team, &Team::models>("models"),
    column<Team, &Team::max_parallel_requests>("max_parallel_requests"),
    column<Team, &Team::tpm_limit>("tpm_limit"),
    column<Team, &Team::rpm_limit>("rpm_limit"),
    column<Team, &Team::budget_duration>("budget_duration"),
    column<Team, &Team::budget_reset_at>("budget_reset_at"),
    column<Team, &Team::blocked>("blocked"),
    column<Team, &Team::created_at>("created_at"),
    column<Team, &Team::updated_at>("updated_at"),
    column<Team, &Team::model_spend>("model_spend"),
    column<Team, &Team::model_max_budget>("model_max_budget"),
    column<Team, &Team::model_id>("model_id"),
    column<Team, &Team::team_member_permissions>("team_member_permissions"),
    column<Team, &Team::object_permission_id>("object_permission_id"),
    column<Team, &Team::router_settings>("router_settings"),
    column<Team, &Team::policies>("policies"),
    column<Team, &Team::allow_team_guardrail_config>("allow_team_guardrail_config"),
    column<Team, &Team::access_group_ids>("access_group_ids"),
};

constexpr std::array membership_columns{
    column<TeamMembership, &TeamMembership::user_id>("user_id"),
    column<TeamMembership, &TeamMembership::team_id>("team_id"),
    column<TeamMembership, &TeamMembership::spend>("spend"),
    column<TeamMembership, &TeamMembership::budget_id>("budget_id"),
};

constexpr std::string_view select_by_id = R"(SELECT {} FROM "LiteLLM_TeamTable" WHERE team_id = $1)";
constexpr std::string_view select_by_ids = R"(SELECT {} FROM "LiteLLM_TeamTable" WHERE {} ORDER BY team_id)";
constexpr std::string_view select_all =
    R"(SELECT {} FROM "LiteLLM_TeamTable" ORDER BY team_alias NULLS LAST, team_id)";
constexpr std::string_view select_memberships =
    R"(SELECT {} FROM "LiteLLM_TeamMembership" WHERE team_id = $1 ORDER BY user_id)";

constexpr std::string_view insert_aliases = R"(
INSERT INTO "LiteLLM_ModelTable" (aliases, created_at, created_by, updated_at, updated_by)
VALUES ($1, $2, $3, $2, $3) RETURNING id)";
constexpr std::string_view select_aliases = R"(SELECT aliases FROM "LiteLLM_ModelTable" WHERE id = $1)";

Columns<Team> columns_of(db::Transaction& transaction)
{
    return Columns<Team>(team_columns, *transaction.shape_of(team_table));
}

/// Both times are NOT NULL here, unlike those of keys and users: the database fills in those that are not
/// given.
Columns<Team> insertable(db::Transaction& transaction, const Team& team)
{
    Columns<Team> columns = columns_of(transaction);
    if (!team.created_at)
        columns = columns.without({"created_at"});
    if (!team.updated_at)
        columns = columns.without({"updated_at"});
    return columns;
}

} // namespace

Json document_of(const Team& team)
{
    return document_from<Team>(team_columns, team);
}

Result<void> insert_team(db::Transaction& transaction, const Team& team)
{
    return insert_record(transaction, team_table, insertable(transaction, team), team);
}

Result<std::optional<Team>> find_team(db::Transaction& transaction, const std::string& team_id)
{
    const Columns<Team> columns = columns_of(transaction);
    return read_first(columns, transaction.query(compose(select_by_id, columns.names()), {team_id}));
}

Result<std::vector<Team>>
list_teams_by_id(db::Transaction& transaction, const std::vector<std::string>& team_ids)
{
    const Columns<Team> columns = columns_of(transaction);
    const std::string sql =
        compose(select_by_ids, columns.names(), is_one_of(transaction.dialect(), "team_id", 1));
    return read_all(columns, transaction.query(sql, {team_ids}));
}

Result<std::vector<Team>> list_teams(db::Transaction& transaction)
{
    const Columns<Team> columns = columns_of(transaction);
    return read_all(columns, transaction.query(compose(select_all, columns.names()), {}));
}

Result<std::vector<TeamMembership>>
list_memberships_of_team(db::Transaction& transaction, const std::string& team_id)
{
    const Columns<TeamMembership> columns(
        membership_columns, *transaction.shape_of("LiteLLM_TeamMembership")
    );
    return read_all(columns, transaction.query(compose(select_memberships, columns.names()), {team_id}));
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
