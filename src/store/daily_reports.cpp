#include "litellm/store/daily_reports.hpp"

#include "conditions.hpp"
#include "daily_tables.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view count_rows = R"(SELECT count(*) FROM "{}" WHERE {})";
constexpr std::string_view select_rows = R"(
SELECT {} FROM "{}" WHERE {} ORDER BY date DESC, spend DESC, id LIMIT ${} OFFSET ${})";
constexpr std::string_view select_sums = R"(
SELECT {}, sum(spend), sum(prompt_tokens), sum(completion_tokens), sum(api_requests), sum(successful_requests),
    sum(failed_requests)
FROM "{}" WHERE {} GROUP BY {} ORDER BY {})";

template <auto member>
constexpr Column<DailySpend> cell(std::string_view name)
{
    return column<DailySpend, member>(name);
}

std::vector<Column<DailySpend>> columns_of(const EntityTable& table)
{
    return {
        cell<&DailySpend::entity_id>(table.id),
        cell<&DailySpend::date>("date"),
        cell<&DailySpend::api_key>("api_key"),
        cell<&DailySpend::model>("model"),
        cell<&DailySpend::model_group>("model_group"),
        cell<&DailySpend::custom_llm_provider>("custom_llm_provider"),
        cell<&DailySpend::endpoint>("endpoint"),
        cell<&DailySpend::prompt_tokens>("prompt_tokens"),
        cell<&DailySpend::completion_tokens>("completion_tokens"),
        cell<&DailySpend::cache_read_input_tokens>("cache_read_input_tokens"),
        cell<&DailySpend::cache_creation_input_tokens>("cache_creation_input_tokens"),
        cell<&DailySpend::spend>("spend"),
        cell<&DailySpend::api_requests>("api_requests"),
        cell<&DailySpend::successful_requests>("successful_requests"),
        cell<&DailySpend::failed_requests>("failed_requests"),
    };
}

std::string
add_filter(Conditions& conditions, const DailyFilter& filter, const EntityTable& table, db::Dialect dialect)
{
    if (filter.ids)
        conditions.add_choice(dialect, table.id, *filter.ids);
    if (!filter.excluded_ids.empty()) {
        const std::size_t number = conditions.bind(filter.excluded_ids);
        conditions.add_text(fmt::format("NOT ({})", is_one_of(dialect, table.id, static_cast<int>(number))));
    }
    if (filter.api_keys)
        conditions.add_choice(dialect, "api_key", *filter.api_keys);
    conditions.add_if("date >= ${}", filter.from);
    conditions.add_if("date <= ${}", filter.to);
    conditions.add_if("model = ${}", filter.model);
    return conditions.empty() ? "TRUE" : conditions.take(" AND ");
}

std::string expression_of(DailyColumn column, const EntityTable& table)
{
    switch (column) {
    case DailyColumn::date:
        return "date";
    case DailyColumn::entity:
        return fmt::format("COALESCE({}, '')", table.id);
    case DailyColumn::api_key:
        return "api_key";
    case DailyColumn::model:
        return "COALESCE(model, '')";
    case DailyColumn::model_group:
        return "COALESCE(model_group, '')";
    case DailyColumn::provider:
        return "COALESCE(custom_llm_provider, '')";
    }
    return "''";
}

DailySum read_sum(const db::Row& row, std::size_t width)
{
    DailySum sum;
    for (std::size_t index = 0; index < width; ++index)
        sum.by.push_back(row.text(index));
    read_cell(sum.spend, row, width);
    sum.prompt_tokens = row.integer(width + 1);
    sum.completion_tokens = row.integer(width + 2);
    sum.api_requests = row.integer(width + 3);
    sum.successful_requests = row.integer(width + 4);
    sum.failed_requests = row.integer(width + 5);
    return sum;
}

} // namespace

Result<DailyPage> list_daily_spend(
    db::Transaction& transaction, const DailyFilter& filter, std::int64_t limit, std::int64_t offset
)
{
    const EntityTable& table = table_of(filter.entity);
    const std::shared_ptr<const db::TableShape> shape = transaction.shape_of(table.table);
    if (!shape->exists())
        return DailyPage();
    Conditions conditions;
    const std::string where = add_filter(conditions, filter, table, transaction.dialect());
    const Result<db::Rows> count =
        transaction.query(compose(count_rows, table.table, where), conditions.values());
    if (!count)
        return count.error();
    const std::size_t most = conditions.bind(limit);
    const std::size_t first = conditions.bind(offset);
    const std::vector<Column<DailySpend>> known = columns_of(table);
    const Columns<DailySpend> columns(known, *shape);
    const std::string sql = compose(select_rows, columns.names(), table.table, where, most, first);
    Result<std::vector<DailySpend>> rows = read_all(columns, transaction.query(sql, conditions.values()));
    if (!rows)
        return rows.error();
    for (DailySpend& row : *rows)
        row.entity = filter.entity;
    return DailyPage{std::move(*rows), count->front().integer(0)};
}

Result<std::vector<DailySum>>
sum_daily_spend(db::Transaction& transaction, const DailyFilter& filter, const std::vector<DailyColumn>& by)
{
    const EntityTable& table = table_of(filter.entity);
    if (!transaction.shape_of(table.table)->exists())
        return std::vector<DailySum>();
    Conditions conditions;
    const std::string where = add_filter(conditions, filter, table, transaction.dialect());
    std::string expressions;
    std::string positions;
    for (std::size_t index = 0; index < by.size(); ++index) {
        expressions += fmt::format("{}{}", index == 0 ? "" : ", ", expression_of(by[index], table));
        positions += fmt::format("{}{}", index == 0 ? "" : ", ", index + 1);
    }
    const std::string sql = compose(select_sums, expressions, table.table, where, positions, positions);
    const Result<db::Rows> rows = transaction.query(sql, conditions.values());
    if (!rows)
        return rows.error();
    std::vector<DailySum> sums;
    for (const db::Row& row : *rows)
        sums.push_back(read_sum(row, by.size()));
    return sums;
}

} // namespace litellm::store
