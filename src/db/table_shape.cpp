#include "driver.hpp"

#include <algorithm>

namespace litellm::db {

namespace {

constexpr std::string_view postgres_columns = R"(
SELECT attname FROM pg_attribute
WHERE attrelid = to_regclass(quote_ident($1)) AND attnum > 0 AND NOT attisdropped)";

constexpr std::string_view sqlite_columns = "SELECT name FROM pragma_table_info($1)";

/// Index and column, in the index's order. An index over an expression has a NULL column.
constexpr std::string_view postgres_unique_keys = R"(
SELECT CAST(i.indexrelid AS text), a.attname
FROM pg_index i
CROSS JOIN LATERAL unnest(CAST(i.indkey AS int2[])) WITH ORDINALITY AS k(number, position)
LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
WHERE i.indrelid = to_regclass(quote_ident($1)) AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
  AND k.position <= i.indnkeyatts
ORDER BY i.indexrelid, k.position)";

constexpr std::string_view sqlite_unique_keys = R"(
SELECT l.name, c.name
FROM pragma_index_list($1) AS l, pragma_index_info(l.name) AS c
WHERE l."unique" = 1 AND l.partial = 0
ORDER BY l.seq, c.seqno)";

constexpr std::string_view postgres_litellm_columns = R"(
SELECT c.relname || '.' || a.attname
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND c.relkind IN ('r', 'p')
  AND starts_with(c.relname, 'LiteLLM_') AND a.attnum > 0 AND NOT a.attisdropped)";

constexpr std::string_view sqlite_litellm_columns = R"(
SELECT t.name || '.' || c.name
FROM sqlite_master AS t, pragma_table_info(t.name) AS c
WHERE t.type = 'table' AND t.name LIKE 'LiteLLM%')";

std::vector<std::string> first_column(const Rows& rows)
{
    std::vector<std::string> texts;
    for (const Row& row : rows)
        texts.push_back(row.text(0));
    std::sort(texts.begin(), texts.end());
    return texts;
}

std::vector<std::vector<std::string>> group_by_index(const Rows& rows)
{
    std::map<std::string, std::vector<std::string>> columns;
    for (const Row& row : rows)
        columns[row.text(0)].push_back(row.text(1));
    std::vector<std::vector<std::string>> keys;
    for (auto& [index, names] : columns) {
        const bool has_expression = std::find(names.begin(), names.end(), "") != names.end();
        if (!has_expression)
            keys.push_back(std::move(names));
    }
    return keys;
}

std::shared_ptr<const TableShape> read_shape(Transaction& transaction, std::string_view table)
{
    const bool is_postgres = transaction.dialect() == Dialect::postgres;
    const std::string_view columns = is_postgres ? postgres_columns : sqlite_columns;
    const std::string_view unique_keys = is_postgres ? postgres_unique_keys : sqlite_unique_keys;
    TableShape shape;
    shape.columns = first_column(transaction.query(columns, {table}).value());
    shape.unique_keys = group_by_index(transaction.query(unique_keys, {table}).value());
    return std::make_shared<const TableShape>(std::move(shape));
}

} // namespace

bool TableShape::has(std::string_view column) const
{
    return std::binary_search(columns.begin(), columns.end(), column);
}

std::shared_ptr<const TableShape> ShapeCache::find(std::string_view table) const
{
    const std::lock_guard lock(mutex_);
    const auto found = shapes_.find(table);
    return found == shapes_.end() ? nullptr : found->second;
}

void ShapeCache::put(std::string_view table, std::shared_ptr<const TableShape> shape)
{
    const std::lock_guard lock(mutex_);
    shapes_.insert_or_assign(std::string(table), std::move(shape));
}

void ShapeCache::clear()
{
    const std::lock_guard lock(mutex_);
    shapes_.clear();
}

std::shared_ptr<const TableShape> DriverTransaction::shape_of(std::string_view table)
{
    std::shared_ptr<const TableShape> shape = shapes_.find(table);
    if (!shape) {
        shape = read_shape(*this, table);
        shapes_.put(table, shape);
    }
    return shape;
}

std::vector<std::string> list_litellm_columns(Transaction& transaction)
{
    if (transaction.dialect() == Dialect::sqlite)
        return first_column(transaction.query(sqlite_litellm_columns, {}).value());
    const std::string& schema = dynamic_cast<DriverTransaction&>(transaction).schema();
    return first_column(transaction.query(postgres_litellm_columns, {schema}).value());
}

} // namespace litellm::db
