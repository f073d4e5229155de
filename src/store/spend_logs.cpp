#include "litellm/store/spend_logs.hpp"

#include "conditions.hpp"
#include "storable_text.hpp"

#include <algorithm>
#include <limits>
#include <unordered_set>

namespace litellm::store {

namespace {

constexpr std::string_view log_table = "LiteLLM_SpendLogs";

/// Borrowed where it can be stored as it is: a row of the ledger is mostly text.
db::Value text_value(const std::string& text)
{
    if (is_storable_text(text))
        return db::Value(db::BorrowedText{text});
    return db::Value(storable_text(text));
}

/// Text that somebody else wrote.
template <auto member>
constexpr Column<SpendLog> foreign_text(std::string_view name)
{
    Column<SpendLog> made = column<SpendLog, member>(name);
    made.write = [](const SpendLog& log) { return text_value(log.*member); };
    return made;
}

template <auto member>
constexpr Column<SpendLog> optional_foreign_text(std::string_view name)
{
    Column<SpendLog> made = column<SpendLog, member>(name);
    made.write = [](const SpendLog& log) {
        const std::optional<std::string>& text = log.*member;
        return text ? text_value(*text) : db::Value();
    };
    return made;
}

template <auto member>
constexpr Column<SpendLog> document(std::string_view name)
{
    return Column<SpendLog>{
        name,
        [](const SpendLog& log) {
            const std::string& json = log.*member;
            if (!json.empty() && is_storable_json(json))
                return db::Value(db::BorrowedText{json});
            return db::Value(db::JsonText{storable_json(json)});
        },
        [](SpendLog& log, const db::Row& row, std::size_t index) {
            if (!row.is_null(index))
                log.*member = row.json_text(index);
        },
    };
}

/// The columns are 32 bits wide.
template <auto member>
constexpr Column<SpendLog> count(std::string_view name)
{
    Column<SpendLog> made = column<SpendLog, member>(name);
    made.write = [](const SpendLog& log) {
        using Limits = std::numeric_limits<std::int32_t>;
        return db::Value(std::clamp<std::int64_t>(log.*member, Limits::min(), Limits::max()));
    };
    return made;
}

constexpr Column<SpendLog> status_column()
{
    Column<SpendLog> made = column<SpendLog, &SpendLog::status>("status");
    // Rows older than the column are those of calls that succeeded.
    made.read = [](SpendLog& log, const db::Row& row, std::size_t index) {
        log.status = row.optional_text(index).value_or("success");
    };
    return made;
}

constexpr std::array log_columns{
    foreign_text<&SpendLog::request_id>("request_id"),
    column<SpendLog, &SpendLog::call_type>("call_type"),
    column<SpendLog, &SpendLog::api_key>("api_key"),
    column<SpendLog, &SpendLog::spend>("spend"),
    count<&SpendLog::total_tokens>("total_tokens"),
    count<&SpendLog::prompt_tokens>("prompt_tokens"),
    count<&SpendLog::completion_tokens>("completion_tokens"),
    column<SpendLog, &SpendLog::start_time>("startTime"),
    column<SpendLog, &SpendLog::end_time>("endTime"),
    column<SpendLog, &SpendLog::completion_start_time>("completionStartTime"),
    foreign_text<&SpendLog::model>("model"),
    foreign_text<&SpendLog::model_id>("model_id"),
    foreign_text<&SpendLog::model_group>("model_group"),
    foreign_text<&SpendLog::custom_llm_provider>("custom_llm_provider"),
    foreign_text<&SpendLog::api_base>("api_base"),
    foreign_text<&SpendLog::user>("user"),
    document<&SpendLog::metadata_json>("metadata"),
    column<SpendLog, &SpendLog::cache_hit>("cache_hit"),
    foreign_text<&SpendLog::cache_key>("cache_key"),
    document<&SpendLog::request_tags_json>("request_tags"),
    optional_foreign_text<&SpendLog::team_id>("team_id"),
    optional_foreign_text<&SpendLog::organization_id>("organization_id"),
    optional_foreign_text<&SpendLog::end_user>("end_user"),
    optional_foreign_text<&SpendLog::requester_ip_address>("requester_ip_address"),
    document<&SpendLog::messages_json>("messages"),
    document<&SpendLog::response_json>("response"),
    document<&SpendLog::proxy_server_request_json>("proxy_server_request"),
    optional_foreign_text<&SpendLog::session_id>("session_id"),
    status_column(),
};

constexpr std::string_view unless_there = "ON CONFLICT (request_id) DO NOTHING RETURNING request_id";
constexpr std::string_view insert_log = R"(
INSERT INTO "LiteLLM_SpendLogs" ({}) VALUES ({}) ON CONFLICT (request_id) DO NOTHING)";

constexpr std::string_view count_logs = R"(SELECT count(*) FROM "LiteLLM_SpendLogs" WHERE {})";
constexpr std::string_view select_logs = R"(
SELECT {} FROM "LiteLLM_SpendLogs" WHERE {} ORDER BY "{}" {}, request_id LIMIT ${} OFFSET ${})";

/// Both dialects write a timestamp with its day in the first ten characters.
constexpr std::string_view select_summary = R"(
SELECT substr(CAST("startTime" AS text), 1, 10) AS day, api_key, COALESCE("user", ''), model, sum(spend)
FROM "LiteLLM_SpendLogs" WHERE {}
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4)";

Columns<SpendLog> columns_of(db::Transaction& transaction)
{
    return Columns<SpendLog>(log_columns, *transaction.shape_of(log_table));
}

/// In order of their ids, so that two writers of the same rows wait for one another instead of locking up.
std::vector<SpendLog> sorted(std::span<const SpendLog> logs)
{
    std::vector<SpendLog> ordered(logs.begin(), logs.end());
    std::sort(ordered.begin(), ordered.end(), [](const SpendLog& a, const SpendLog& b) {
        return a.request_id < b.request_id;
    });
    return ordered;
}

Result<std::vector<std::string>> insert_in_chunks(
    db::Transaction& transaction, const Columns<SpendLog>& columns, std::span<const SpendLog> logs
)
{
    const std::vector<SpendLog> ordered = sorted(logs);
    const Result<db::Rows> rows =
        insert_many<SpendLog>(transaction, log_table, columns, std::span(ordered), unless_there);
    if (!rows)
        return rows.error();
    std::unordered_set<std::string> stored;
    for (const db::Row& row : *rows)
        stored.insert(row.text(0));
    // The caller knows its rows by the ids it gave, not by what was stored of them.
    std::vector<std::string> inserted;
    for (const SpendLog& log : ordered) {
        if (stored.erase(storable_text(log.request_id)) > 0)
            inserted.push_back(log.request_id);
    }
    return inserted;
}

/// SQLite is fastest with one prepared statement and one row at a time.
Result<std::vector<std::string>> insert_one_by_one(
    db::Transaction& transaction, const Columns<SpendLog>& columns, std::span<const SpendLog> logs
)
{
    const std::string sql = compose(insert_log, columns.names(), columns.placeholders());
    std::vector<std::string> inserted;
    std::vector<db::Value> values;
    for (const SpendLog& log : logs) {
        values.clear();
        columns.append_values(log, values);
        const Result<std::int64_t> count = transaction.execute(sql, values);
        if (!count)
            return count.error();
        if (*count > 0)
            inserted.push_back(log.request_id);
    }
    return inserted;
}

constexpr std::array<std::string_view, 4> sortable{"startTime", "endTime", "spend", "total_tokens"};

/// Rows of a database that does not know the column are those of calls that succeeded, outside of sessions.
void add_newer(Conditions& conditions, const SpendLogFilter& filter, const db::TableShape& shape)
{
    const auto add =
        [&](std::string_view column, const std::optional<std::string>& value, std::string_view usual) {
            if (shape.has(column))
                conditions.add_if(fmt::format("COALESCE({}, '{}') = ${{}}", column, usual), value);
            else if (value && *value != usual)
                conditions.add_text("FALSE");
        };
    add("status", filter.status, "success");
    add("session_id", filter.session_id, "");
}

/// A condition that holds for every row when the filter names nothing.
std::string add_filter(Conditions& conditions, const SpendLogFilter& filter, db::Transaction& transaction)
{
    conditions.add_if("request_id = ${}", filter.request_id);
    conditions.add_if("api_key = ${}", filter.api_key);
    conditions.add_if("\"user\" = ${}", filter.user_id);
    if (filter.from)
        conditions.add("\"startTime\" >= ${}", *filter.from);
    if (filter.until)
        conditions.add("\"startTime\" < ${}", *filter.until);
    conditions.add_if("team_id = ${}", filter.team_id);
    conditions.add_if("model = ${}", filter.model);
    conditions.add_if("model_id = ${}", filter.model_id);
    conditions.add_if("end_user = ${}", filter.end_user);
    if (filter.min_spend)
        conditions.add("spend >= ${}", *filter.min_spend);
    if (filter.max_spend)
        conditions.add("spend <= ${}", *filter.max_spend);
    if (filter.api_keys)
        conditions.add_choice(transaction.dialect(), "api_key", *filter.api_keys);
    add_newer(conditions, filter, *transaction.shape_of(log_table));
    return conditions.empty() ? "TRUE" : conditions.take(" AND ");
}

} // namespace

Result<std::vector<std::string>>
insert_spend_logs(db::Transaction& transaction, std::span<const SpendLog> logs)
{
    const Columns<SpendLog> columns = columns_of(transaction);
    if (transaction.dialect() == db::Dialect::postgres)
        return insert_in_chunks(transaction, columns, logs);
    return insert_one_by_one(transaction, columns, logs);
}

Result<std::int64_t> count_spend_logs(db::Transaction& transaction, const SpendLogFilter& filter)
{
    Conditions conditions;
    const std::string where = add_filter(conditions, filter, transaction);
    const Result<db::Rows> rows = transaction.query(compose(count_logs, where), conditions.values());
    if (!rows)
        return rows.error();
    return rows->front().integer(0);
}

Result<std::vector<SpendLog>> list_spend_logs(db::Transaction& transaction, const SpendLogFilter& filter)
{
    if (std::find(sortable.begin(), sortable.end(), filter.sort_by) == sortable.end())
        return invalid_input(fmt::format("calls cannot be sorted by '{}'", filter.sort_by), "sort_by");
    const Columns<SpendLog> columns = columns_of(transaction);
    Conditions conditions;
    const std::string where = add_filter(conditions, filter, transaction);
    const std::size_t limit = conditions.bind(filter.limit);
    const std::size_t offset = conditions.bind(filter.offset);
    const std::string_view direction = filter.descending ? "DESC" : "ASC";
    const std::string sql =
        compose(select_logs, columns.names(), where, filter.sort_by, direction, limit, offset);
    return read_all(columns, transaction.query(sql, conditions.values()));
}

Result<std::vector<SpendSummaryRow>>
summarize_spend(db::Transaction& transaction, const SpendLogFilter& filter)
{
    Conditions conditions;
    const std::string where = add_filter(conditions, filter, transaction);
    const Result<db::Rows> rows = transaction.query(compose(select_summary, where), conditions.values());
    if (!rows)
        return rows.error();
    std::vector<SpendSummaryRow> summary;
    for (const db::Row& row : *rows)
        summary.push_back(SpendSummaryRow{row.text(0), row.text(1), row.text(2), row.text(3), row.real(4)});
    return summary;
}

} // namespace litellm::store
