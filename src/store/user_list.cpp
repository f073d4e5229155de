#include "conditions.hpp"
#include "user_columns.hpp"

#include <algorithm>

namespace litellm::store {

namespace {

constexpr std::array<std::string_view, 6> sortable{
    "user_id",
    "user_email",
    "user_alias",
    "user_role",
    "created_at",
    "spend",
};

constexpr std::string_view count_matching = R"(SELECT count(*) FROM "LiteLLM_UserTable" WHERE {})";
constexpr std::string_view select_page = R"(
SELECT {} FROM "LiteLLM_UserTable" WHERE {} ORDER BY "{}" {} NULLS LAST, user_id LIMIT ${} OFFSET ${})";
constexpr std::string_view count_keys = R"(
SELECT user_id, count(*) FROM "LiteLLM_VerificationToken"
WHERE {} AND (team_id IS NULL OR team_id <> 'litellm-dashboard') GROUP BY user_id)";

constexpr std::string_view in_team_on_postgres = "${} = ANY(teams)";
constexpr std::string_view in_team_on_sqlite = "${} IN (SELECT value FROM json_each(COALESCE(teams, '[]')))";
constexpr std::string_view in_organizations = R"(user_id IN (
    SELECT o.user_id FROM "LiteLLM_OrganizationMembership" o WHERE {}))";

/// A condition that holds for every row when the filter names nothing.
std::string add_filter(Conditions& conditions, const UserFilter& filter, db::Dialect dialect)
{
    conditions.add_if("user_role = ${}", filter.role);
    conditions.add_part("user_id", filter.id_part);
    conditions.add_part("user_email", filter.email_part);
    conditions.add_if(
        dialect == db::Dialect::postgres ? in_team_on_postgres : in_team_on_sqlite, filter.team_id
    );
    if (filter.user_ids)
        conditions.add_choice(dialect, "user_id", *filter.user_ids);
    if (filter.sso_user_ids)
        conditions.add_choice(dialect, "sso_user_id", *filter.sso_user_ids);
    if (filter.organization_ids) {
        const std::size_t number = conditions.bind(*filter.organization_ids);
        const std::string one = is_one_of(dialect, "o.organization_id", static_cast<int>(number));
        conditions.add_text(compose(in_organizations, one));
    }
    return conditions.empty() ? "TRUE" : conditions.take(" AND ");
}

} // namespace

Result<std::int64_t> count_users(db::Transaction& transaction)
{
    const Result<db::Rows> rows = transaction.query(compose(count_matching, "TRUE"), {});
    if (!rows)
        return rows.error();
    return rows->front().integer(0);
}

Result<UserPage> list_user_page(db::Transaction& transaction, const UserFilter& filter)
{
    if (std::find(sortable.begin(), sortable.end(), filter.sort_by) == sortable.end())
        return invalid_input(fmt::format("users cannot be sorted by '{}'", filter.sort_by), "sort_by");
    if (filter.page < 1 || filter.size < 0)
        return invalid_input("pages are counted from 1 and hold at least no user", "page");
    Conditions conditions;
    const std::string where = add_filter(conditions, filter, transaction.dialect());
    const Result<db::Rows> count = transaction.query(compose(count_matching, where), conditions.values());
    if (!count)
        return count.error();
    const std::size_t limit = conditions.bind(filter.size);
    const std::size_t offset = conditions.bind((filter.page - 1) * filter.size);
    const Columns<User> columns = user_columns(transaction);
    const std::string_view direction = filter.descending ? "DESC" : "ASC";
    const std::string sql =
        compose(select_page, columns.names(), where, filter.sort_by, direction, limit, offset);
    Result<std::vector<User>> users = read_all(columns, transaction.query(sql, conditions.values()));
    if (!users)
        return users.error();
    return UserPage{std::move(*users), count->front().integer(0)};
}

Result<std::map<std::string, std::int64_t>>
count_keys_of_users(db::Transaction& transaction, const std::vector<std::string>& user_ids)
{
    const std::string sql = compose(count_keys, is_one_of(transaction.dialect(), "user_id", 1));
    const Result<db::Rows> rows = transaction.query(sql, {user_ids});
    if (!rows)
        return rows.error();
    std::map<std::string, std::int64_t> counts;
    for (const db::Row& row : *rows)
        counts[row.text(0)] = row.integer(1);
    return counts;
}

} // namespace litellm::store
