#include "litellm/store/spend_logs.hpp"

#include "daily_tables.hpp"
#include "record.hpp"
#include "storable_text.hpp"

#include <map>

namespace litellm::store {

namespace {

/// A row of a daily table. NULLs are distinct in its unique key: what is unknown is the empty text.
struct Daily : DailySpend {
    std::string id;
    std::string tool;
    Timestamp now;
};

template <auto member>
constexpr Column<Daily> daily(std::string_view name)
{
    return column<Daily, member>(name);
}

constexpr std::array common_columns{
    daily<&Daily::date>("date"),
    daily<&Daily::api_key>("api_key"),
    daily<&Daily::model>("model"),
    daily<&Daily::model_group>("model_group"),
    daily<&Daily::custom_llm_provider>("custom_llm_provider"),
    daily<&Daily::tool>("mcp_namespaced_tool_name"),
    daily<&Daily::endpoint>("endpoint"),
    daily<&Daily::prompt_tokens>("prompt_tokens"),
    daily<&Daily::completion_tokens>("completion_tokens"),
    daily<&Daily::cache_read_input_tokens>("cache_read_input_tokens"),
    daily<&Daily::cache_creation_input_tokens>("cache_creation_input_tokens"),
    daily<&Daily::spend>("spend"),
    daily<&Daily::api_requests>("api_requests"),
    daily<&Daily::successful_requests>("successful_requests"),
    daily<&Daily::failed_requests>("failed_requests"),
    daily<&Daily::id>("id"),
    daily<&Daily::now>("created_at"),
    daily<&Daily::now>("updated_at"),
};

constexpr std::array<std::string_view, 8> counters{
    "prompt_tokens",
    "completion_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "spend",
    "api_requests",
    "successful_requests",
    "failed_requests",
};

constexpr std::string_view add_to_existing =
    "ON CONFLICT ({}) DO UPDATE SET {}updated_at = excluded.updated_at";

std::vector<Column<Daily>> columns_of(const EntityTable& table)
{
    std::vector<Column<Daily>> columns(common_columns.begin(), common_columns.end());
    columns.insert(columns.begin(), daily<&Daily::entity_id>(table.id));
    return columns;
}

/// The unique key that upserts go by; it grew from five columns to seven over LiteLLM's releases.
const std::vector<std::string>* find_unique_key(const db::TableShape& shape)
{
    for (const std::vector<std::string>& key : shape.unique_keys) {
        if (std::find(key.begin(), key.end(), "date") != key.end())
            return &key;
    }
    return nullptr;
}

std::vector<std::string>
key_values(const Daily& row, const std::vector<std::string>& key, const EntityTable& table)
{
    std::vector<std::string> values;
    for (const std::string& column : key) {
        if (column == table.id)
            values.push_back(row.entity_id);
        else if (column == "date")
            values.push_back(row.date);
        else if (column == "api_key")
            values.push_back(row.api_key);
        else if (column == "model")
            values.push_back(row.model);
        else if (column == "custom_llm_provider")
            values.push_back(row.custom_llm_provider);
        else if (column == "endpoint")
            values.push_back(row.endpoint);
    }
    return values;
}

void add(Daily& sum, const Daily& row)
{
    sum.prompt_tokens += row.prompt_tokens;
    sum.completion_tokens += row.completion_tokens;
    sum.cache_read_input_tokens += row.cache_read_input_tokens;
    sum.cache_creation_input_tokens += row.cache_creation_input_tokens;
    sum.spend += row.spend;
    sum.api_requests += row.api_requests;
    sum.successful_requests += row.successful_requests;
    sum.failed_requests += row.failed_requests;
}

Daily storable(DailySpend spend, Timestamp now)
{
    Daily row{std::move(spend), {}, {}, now};
    for (std::string DailySpend::*text :
         {&DailySpend::entity_id,
          &DailySpend::model,
          &DailySpend::model_group,
          &DailySpend::custom_llm_provider,
          &DailySpend::endpoint})
        row.*text = storable_text(row.*text);
    return row;
}

/// One row per unique key, in the key's order: a statement may not touch a row twice, and all writers lock in
/// one order.
std::vector<Daily>
merge(std::vector<Daily> rows, const std::vector<std::string>& key, const EntityTable& table)
{
    std::map<std::vector<std::string>, Daily> merged;
    for (Daily& row : rows) {
        std::vector<std::string> values = key_values(row, key, table);
        const auto [place, is_new] = merged.try_emplace(std::move(values), row);
        if (!is_new)
            add(place->second, row);
    }
    std::vector<Daily> out;
    for (auto& [values, row] : merged)
        out.push_back(std::move(row));
    return out;
}

std::string ending(const EntityTable& table, const db::TableShape& shape, const std::vector<std::string>& key)
{
    std::string columns;
    for (const std::string& column : key)
        columns += fmt::format("{}\"{}\"", columns.empty() ? "" : ", ", column);
    std::string sums;
    for (const std::string_view counter : counters) {
        if (shape.has(counter))
            sums += fmt::format("{0} = \"{1}\".{0} + excluded.{0}, ", counter, table.table);
    }
    return compose(add_to_existing, columns, sums);
}

Result<void> apply_to_table(
    db::Transaction& transaction,
    const EntityTable& table,
    std::vector<Daily> rows,
    const std::function<std::string()>& new_id
)
{
    const std::shared_ptr<const db::TableShape> shape = transaction.shape_of(table.table);
    const std::vector<std::string>* key = find_unique_key(*shape);
    // A database without the table keeps no roll-ups for this kind of entity.
    if (rows.empty() || key == nullptr)
        return {};
    rows = merge(std::move(rows), *key, table);
    for (Daily& row : rows)
        row.id = new_id();
    const std::vector<Column<Daily>> known = columns_of(table);
    const Columns<Daily> columns(known, *shape);
    const Result<db::Rows> done = insert_many<Daily>(
        transaction, table.table, columns, std::span<const Daily>(rows), ending(table, *shape, *key)
    );
    if (!done)
        return done.error();
    return {};
}

} // namespace

Result<void> apply_daily_spend(
    db::Transaction& transaction,
    std::vector<DailySpend> rows,
    Timestamp now,
    const std::function<std::string()>& new_id
)
{
    std::map<DailySpend::Entity, std::vector<Daily>> by_entity;
    for (DailySpend& row : rows)
        by_entity[row.entity].push_back(storable(std::move(row), now));
    for (const EntityTable& table : entity_tables) {
        const Result<void> done =
            apply_to_table(transaction, table, std::move(by_entity[table.entity]), new_id);
        if (!done)
            return done.error();
    }
    return {};
}

} // namespace litellm::store
