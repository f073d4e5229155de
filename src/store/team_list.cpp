#include "archive.hpp"
#include "conditions.hpp"
#include "team_columns.hpp"

#include <algorithm>

namespace litellm::store {

namespace {

constexpr std::array<std::string_view, 5> sortable{
    "team_id",
    "team_alias",
    "created_at",
    "spend",
    "max_budget",
};

constexpr std::string_view count_teams = R"(SELECT count(*) FROM "{}" WHERE {})";
constexpr std::string_view select_page = R"(
SELECT {} FROM "{}" WHERE {} ORDER BY "{}" {} NULLS LAST, team_id LIMIT ${} OFFSET ${})";
constexpr std::string_view delete_teams = R"(DELETE FROM "LiteLLM_TeamTable" WHERE {})";

constexpr Archive archive{team_table, "team_id", team_archive};

/// A condition that holds for every row when the filter names nothing.
std::string add_filter(Conditions& conditions, const TeamFilter& filter, db::Dialect dialect)
{
    if (filter.team_ids)
        conditions.add_choice(dialect, "team_id", *filter.team_ids);
    conditions.add_if("team_id = ${}", filter.team_id);
    conditions.add_part("team_alias", filter.alias_part);
    if (filter.organization_id && filter.organization_id->empty())
        conditions.add_text("organization_id IS NULL");
    else
        conditions.add_if("organization_id = ${}", filter.organization_id);
    return conditions.empty() ? "TRUE" : conditions.take(" AND ");
}

} // namespace

Result<TeamPage> list_team_page(db::Transaction& transaction, const TeamFilter& filter)
{
    if (std::find(sortable.begin(), sortable.end(), filter.sort_by) == sortable.end())
        return invalid_input(fmt::format("teams cannot be sorted by '{}'", filter.sort_by), "sort_by");
    if (filter.page < 1 || filter.size < 0)
        return invalid_input("pages are counted from 1 and hold at least no team", "page");
    const std::string_view table = filter.deleted ? team_archive : team_table;
    // A database without the archive has no deleted teams.
    if (!transaction.shape_of(table)->exists())
        return TeamPage();
    Conditions conditions;
    const std::string where = add_filter(conditions, filter, transaction.dialect());
    const Result<db::Rows> count = transaction.query(compose(count_teams, table, where), conditions.values());
    if (!count)
        return count.error();
    const std::size_t limit = conditions.bind(filter.size);
    const std::size_t offset = conditions.bind((filter.page - 1) * filter.size);
    const Columns<Team> columns = team_columns(transaction, table);
    const std::string_view direction = filter.descending ? "DESC" : "ASC";
    const std::string sql =
        compose(select_page, columns.names(), table, where, filter.sort_by, direction, limit, offset);
    Result<std::vector<Team>> teams = read_all(columns, transaction.query(sql, conditions.values()));
    if (!teams)
        return teams.error();
    return TeamPage{std::move(*teams), count->front().integer(0)};
}

Result<std::int64_t>
remove_teams(db::Transaction& transaction, const std::vector<std::string>& team_ids, const Deletion& deletion)
{
    const Result<void> archived = archive_rows(transaction, archive, team_ids, deletion);
    if (!archived)
        return archived.error();
    return transaction.execute(
        compose(delete_teams, is_one_of(transaction.dialect(), "team_id", 1)), {team_ids}
    );
}

} // namespace litellm::store
