#include "conditions.hpp"
#include "key_columns.hpp"

#include <algorithm>

namespace litellm::store {

namespace {

constexpr std::array<std::string_view, 6> sortable{
    "spend",
    "max_budget",
    "created_at",
    "updated_at",
    "token",
    "key_alias",
};

constexpr std::string_view count_keys = R"(SELECT count(*) FROM "LiteLLM_VerificationToken" WHERE {})";
constexpr std::string_view select_page = R"(
SELECT {} FROM "LiteLLM_VerificationToken" WHERE {} ORDER BY "{}" {} NULLS LAST, token LIMIT ${} OFFSET ${})";

constexpr std::string_view is_no_ui_session = "(team_id IS NULL OR team_id <> 'litellm-dashboard')";

/// The filter's own conditions belong together; the two includes are alternatives to them.
std::string add_filter(Conditions& conditions, const KeyFilter& filter, db::Dialect dialect)
{
    conditions.add_if("user_id = ${}", filter.user_id);
    conditions.add_if("team_id = ${}", filter.team_id);
    conditions.add_if("organization_id = ${}", filter.organization_id);
    conditions.add_if("key_alias = ${}", filter.key_alias);
    conditions.add_if("token = ${}", filter.key_hash);
    std::vector<std::string> alternatives;
    if (!conditions.empty())
        alternatives.push_back(conditions.take(" AND "));
    if (!filter.include_team_ids.empty()) {
        const std::size_t number = conditions.bind(filter.include_team_ids);
        alternatives.push_back(is_one_of(dialect, "team_id", static_cast<int>(number)));
    }
    if (filter.include_created_by) {
        conditions.add("created_by = ${}", *filter.include_created_by);
        alternatives.push_back(conditions.take(""));
    }
    if (alternatives.empty())
        return std::string(is_no_ui_session);
    return fmt::format("{} AND (({}))", is_no_ui_session, fmt::join(alternatives, ") OR ("));
}

} // namespace

Result<KeyPage> list_keys(db::Transaction& transaction, const KeyFilter& filter)
{
    if (std::find(sortable.begin(), sortable.end(), filter.sort_by) == sortable.end())
        return invalid_input(fmt::format("keys cannot be sorted by '{}'", filter.sort_by), "sort_by");
    if (filter.page < 1 || filter.size < 0)
        return invalid_input("pages are counted from 1 and hold at least no key", "page");
    Conditions conditions;
    const std::string where = add_filter(conditions, filter, transaction.dialect());
    const Result<db::Rows> count = transaction.query(compose(count_keys, where), conditions.values());
    if (!count)
        return count.error();
    const std::size_t limit = conditions.bind(filter.size);
    const std::size_t offset = conditions.bind((filter.page - 1) * filter.size);
    const Columns<Key> columns = key_columns(transaction);
    const std::string_view direction = filter.descending ? "DESC" : "ASC";
    const std::string sql =
        compose(select_page, columns.names(), where, filter.sort_by, direction, limit, offset);
    Result<std::vector<Key>> keys = read_all(columns, transaction.query(sql, conditions.values()));
    if (!keys)
        return keys.error();
    return KeyPage{std::move(*keys), count->front().integer(0)};
}

} // namespace litellm::store
