#pragma once
// Structs as rows: which member is which column, and statements over the columns that a database really has.

#include "litellm/core/json.hpp"
#include "litellm/core/money.hpp"
#include "litellm/db/database.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

namespace litellm::store {

/// A NULL or unreadable document reads as `{}`.
[[nodiscard]] Json read_json(const db::Row& row, std::size_t column);

void read_cell(std::string& out, const db::Row& row, std::size_t column);
void read_cell(std::optional<std::string>& out, const db::Row& row, std::size_t column);
void read_cell(std::int64_t& out, const db::Row& row, std::size_t column);
void read_cell(std::optional<std::int64_t>& out, const db::Row& row, std::size_t column);
void read_cell(double& out, const db::Row& row, std::size_t column);
void read_cell(std::optional<double>& out, const db::Row& row, std::size_t column);
void read_cell(bool& out, const db::Row& row, std::size_t column);
void read_cell(std::optional<bool>& out, const db::Row& row, std::size_t column);
void read_cell(Timestamp& out, const db::Row& row, std::size_t column);
void read_cell(std::optional<Timestamp>& out, const db::Row& row, std::size_t column);
void read_cell(std::vector<std::string>& out, const db::Row& row, std::size_t column);
void read_cell(Json& out, const db::Row& row, std::size_t column);
void read_cell(std::optional<Json>& out, const db::Row& row, std::size_t column);
void read_cell(Money& out, const db::Row& row, std::size_t column);

template <class Member>
db::Value to_value(const Member& member)
{
    return db::Value(member);
}
/// Columns with documents are NOT NULL: no document is an empty one.
inline db::Value to_value(const Json& document)
{
    return document.is_null() ? db::Value(db::JsonText{"{}"}) : db::Value(document);
}
inline db::Value to_value(const Money& amount)
{
    return db::Value(amount.usd());
}

/// One column of a table and the member of Record that it holds.
template <class Record>
struct Column {
    std::string_view name;
    db::Value (*write)(const Record&);
    void (*read)(Record&, const db::Row&, std::size_t);
};

template <class Record, auto member>
constexpr Column<Record> column(std::string_view name)
{
    return Column<Record>{
        name,
        [](const Record& record) { return to_value(record.*member); },
        [](Record& record, const db::Row& row, std::size_t index) { read_cell(record.*member, row, index); },
    };
}

/// As column(), for a document that is an array although the column's default is an object.
template <class Record, auto member>
constexpr Column<Record> array_column(std::string_view name)
{
    return Column<Record>{
        name,
        [](const Record& record) { return to_value(record.*member); },
        [](Record& record, const db::Row& row, std::size_t index) {
            Json document = read_json(row, index);
            record.*member = document.is_array() ? std::move(document) : Json::array();
        },
    };
}

/// As JSON; times in ISO 8601.
[[nodiscard]] Json to_json(const db::Value& value);

/// The whole row as an object, without the columns that are null.
template <class Record>
Json document_from(std::span<const Column<Record>> columns, const Record& record)
{
    Json document = Json::object();
    for (const Column<Record>& column : columns) {
        if (Json value = to_json(column.write(record)); !value.is_null())
            document[std::string(column.name)] = std::move(value);
    }
    return document;
}

/// The columns of Record that a table has.
template <class Record>
class Columns {
public:
    Columns(std::span<const Column<Record>> known, const db::TableShape& shape)
    {
        for (const Column<Record>& column : known) {
            if (shape.has(column.name))
                present_.push_back(&column);
        }
    }

    /// Leaves columns out, for updates.
    [[nodiscard]] Columns without(std::initializer_list<std::string_view> names) const
    {
        Columns rest = *this;
        std::erase_if(rest.present_, [&](const Column<Record>* column) {
            return std::find(names.begin(), names.end(), column->name) != names.end();
        });
        return rest;
    }

    [[nodiscard]] std::size_t size() const { return present_.size(); }

    /// `"a", "b"`, or `v."a", v."b"` with the alias `v.`.
    [[nodiscard]] std::string names(std::string_view alias = {}) const
    {
        return join([&](const Column<Record>& column, std::size_t) {
            return fmt::format("{}\"{}\"", alias, column.name);
        });
    }
    /// `$1, $2`
    [[nodiscard]] std::string placeholders(std::size_t first = 1) const
    {
        return join([&](const Column<Record>&, std::size_t index) {
            return fmt::format("${}", first + index);
        });
    }
    /// `"a" = $1, "b" = $2`
    [[nodiscard]] std::string assignments(std::size_t first = 1) const
    {
        return join([&](const Column<Record>& column, std::size_t index) {
            return fmt::format("\"{}\" = ${}", column.name, first + index);
        });
    }

    void append_values(const Record& record, std::vector<db::Value>& values) const
    {
        for (const Column<Record>* column : present_)
            values.push_back(column->write(record));
    }
    [[nodiscard]] std::vector<db::Value> values(const Record& record) const
    {
        std::vector<db::Value> values;
        values.reserve(size() + 1);
        append_values(record, values);
        return values;
    }
    /// The columns start at `first` in the row.
    [[nodiscard]] Record read(const db::Row& row, std::size_t first = 0) const
    {
        Record record;
        for (std::size_t index = 0; index < present_.size(); ++index)
            present_[index]->read(record, row, first + index);
        return record;
    }

private:
    template <class Piece>
    std::string join(Piece piece) const
    {
        std::string out;
        for (std::size_t index = 0; index < present_.size(); ++index)
            out += (index == 0 ? "" : ", ") + piece(*present_[index], index);
        return out;
    }

    std::vector<const Column<Record>*> present_;
};

/// Puts `pieces` into the `{named}` holes of an SQL constant; never a value, values are bound.
template <class... Pieces>
std::string compose(std::string_view sql, Pieces&&... pieces)
{
    return fmt::format(fmt::runtime(sql), std::forward<Pieces>(pieces)...);
}

/// The condition that `column` is one of the texts in the array `$parameter`.
[[nodiscard]] std::string is_one_of(db::Dialect dialect, std::string_view column, int parameter);

template <class Record>
Result<void> insert_record(
    db::Transaction& transaction, std::string_view table, const Columns<Record>& columns, const Record& record
)
{
    const std::string sql =
        fmt::format("INSERT INTO \"{}\" ({}) VALUES ({})", table, columns.names(), columns.placeholders());
    const Result<std::int64_t> inserted = transaction.execute(sql, columns.values(record));
    if (!inserted)
        return inserted.error();
    return {};
}

template <class Record>
Result<std::vector<Record>> read_all(const Columns<Record>& columns, const Result<db::Rows>& rows)
{
    if (!rows)
        return rows.error();
    std::vector<Record> records;
    records.reserve(rows->size());
    for (const db::Row& row : *rows)
        records.push_back(columns.read(row));
    return records;
}

template <class Record>
Result<std::optional<Record>> read_first(const Columns<Record>& columns, const Result<db::Rows>& rows)
{
    if (!rows)
        return rows.error();
    if (rows->empty())
        return std::optional<Record>();
    return std::optional<Record>(columns.read(rows->front()));
}

/// Inserts many rows with few statements: `INSERT INTO table (…) VALUES (…), (…) <ending>`. Returns the rows
/// of a RETURNING clause in `ending`.
template <class Record>
Result<db::Rows> insert_many(
    db::Transaction& transaction,
    std::string_view table,
    const Columns<Record>& columns,
    std::span<const Record> records,
    std::string_view ending
)
{
    // A few sizes only, so that each connection prepares a few statements.
    static constexpr std::array<std::size_t, 4> chunk_sizes{64, 16, 4, 1};
    db::Rows all;
    std::vector<db::Value> values;
    for (const std::size_t size : chunk_sizes) {
        std::string sql;
        for (; records.size() >= size; records = records.subspan(size)) {
            if (sql.empty()) {
                sql = fmt::format("INSERT INTO \"{}\" ({}) VALUES ", table, columns.names());
                for (std::size_t row = 0; row < size; ++row)
                    sql += fmt::format(
                        "{}({})", row == 0 ? "" : ", ", columns.placeholders(1 + row * columns.size())
                    );
                sql += fmt::format(" {}", ending);
            }
            values.clear();
            for (const Record& record : records.first(size))
                columns.append_values(record, values);
            Result<db::Rows> rows = transaction.query(sql, values);
            if (!rows)
                return rows.error();
            std::move(rows->begin(), rows->end(), std::back_inserter(all));
        }
    }
    return all;
}

} // namespace litellm::store
