#include "key_filter.hpp"

#include "key_columns.hpp"
#include "litellm/store/key_changes.hpp"

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
/// Sorting whole rows would move a hundred megabytes for a page of a hundred keys: only hashes are sorted.
constexpr std::string_view select_page = R"(
SELECT {0} FROM "LiteLLM_VerificationToken" WHERE token IN
    (SELECT token FROM "LiteLLM_VerificationToken" WHERE {1} ORDER BY {5} LIMIT ${3} OFFSET ${4})
ORDER BY {2})";

constexpr std::string_view is_no_ui_session = "(team_id IS NULL OR team_id <> 'litellm-dashboard')";

constexpr std::string_view count_aliases = R"(
SELECT count(*) FROM (SELECT DISTINCT key_alias FROM "LiteLLM_VerificationToken" WHERE {}) AS aliases)";
constexpr std::string_view select_aliases = R"(
SELECT DISTINCT key_alias FROM "LiteLLM_VerificationToken" WHERE {} ORDER BY key_alias {})";

/// Keys without a value come last. Written as the indexes of our tables are, so that they serve, also from
/// their end.
std::string order_of(const KeyFilter& filter, db::Dialect dialect, bool backwards = false)
{
    const std::string& column = filter.sort_by;
    if (filter.descending && backwards)
        return fmt::format(R"("{}" ASC NULLS FIRST, token DESC)", column);
    if (filter.descending)
        return fmt::format(R"("{}" DESC NULLS LAST, token)", column);
    if (dialect == db::Dialect::postgres)
        return backwards ? fmt::format(R"("{}" DESC NULLS FIRST, token DESC)", column)
                         : fmt::format(R"("{}" NULLS LAST, token)", column);
    return backwards ? fmt::format(R"(("{0}" IS NULL) DESC, "{0}" DESC, token DESC)", column)
                     : fmt::format(R"(("{0}" IS NULL), "{0}", token)", column);
}

/// `%` and `_` in a text mean themselves.
std::string escaped_for_like(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\')
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

} // namespace

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

Result<void> check_page(const KeyFilter& filter)
{
    if (std::find(sortable.begin(), sortable.end(), filter.sort_by) == sortable.end())
        return invalid_input(fmt::format("keys cannot be sorted by '{}'", filter.sort_by), "sort_by");
    if (filter.page < 1 || filter.size < 0)
        return invalid_input("pages are counted from 1 and hold at least no key", "page");
    return {};
}

Result<KeyPage> list_keys(db::Transaction& transaction, const KeyFilter& filter)
{
    if (const auto checked = check_page(filter); !checked)
        return checked.error();
    Conditions conditions;
    const std::string where = add_filter(conditions, filter, transaction.dialect());
    const Result<db::Rows> count = transaction.query(compose(count_keys, where), conditions.values());
    if (!count)
        return count.error();
    // What lies behind the middle is nearer from the end: a page costs what has to be passed over before it.
    const std::int64_t total = count->front().integer(0);
    const std::int64_t before = (filter.page - 1) * filter.size;
    const std::int64_t size = std::clamp<std::int64_t>(total - before, 0, filter.size);
    const bool backwards = before > total / 2;
    const db::Dialect dialect = transaction.dialect();
    const std::size_t limit = conditions.bind(size);
    const std::size_t offset =
        conditions.bind(backwards ? std::max<std::int64_t>(0, total - before - size) : before);
    const Columns<Key> columns = key_columns(transaction);
    const std::string sql = compose(
        select_page,
        columns.names(),
        where,
        order_of(filter, dialect),
        limit,
        offset,
        order_of(filter, dialect, backwards)
    );
    Result<std::vector<Key>> keys = read_all(columns, transaction.query(sql, conditions.values()));
    if (!keys)
        return keys.error();
    return KeyPage{std::move(*keys), total};
}

Result<AliasPage> list_key_aliases(
    db::Transaction& transaction,
    const KeyFilter& filter,
    const std::string& search,
    std::int64_t limit,
    std::int64_t offset
)
{
    Conditions conditions;
    std::string where = add_filter(conditions, filter, transaction.dialect()) +
        R"( AND ("key_alias" IS NULL) = FALSE AND key_alias <> '')";
    if (!search.empty()) {
        conditions.add(
            R"(lower(key_alias) LIKE lower(${}) ESCAPE '\')", '%' + escaped_for_like(search) + '%'
        );
        where += " AND " + conditions.take("");
    }
    const Result<db::Rows> count = transaction.query(compose(count_aliases, where), conditions.values());
    if (!count)
        return count.error();
    std::string window;
    if (limit > 0) {
        const std::size_t most = conditions.bind(limit);
        window = fmt::format("LIMIT ${} OFFSET ${}", most, conditions.bind(offset));
    }
    const Result<db::Rows> rows =
        transaction.query(compose(select_aliases, where, window), conditions.values());
    if (!rows)
        return rows.error();
    AliasPage page;
    page.total_count = count->front().integer(0);
    for (const db::Row& row : *rows)
        page.aliases.push_back(row.text(0));
    return page;
}

} // namespace litellm::store
