#include "archive.hpp"

#include "litellm/core/encoding.hpp"

namespace litellm::store {

namespace {

/// The row as it is in the database, not as the caller last saw it: spend may have grown since.
constexpr std::string_view copy_row = R"(
INSERT INTO "{2}" ({0}, id, deleted_at, deleted_by, deleted_by_api_key, litellm_changed_by)
SELECT {0}, CAST($2 AS text), CAST($3 AS {1}), CAST($4 AS text), CAST($5 AS text), CAST($6 AS text)
FROM "{3}" WHERE {4} = $1)";

/// Columns that both the table and its archive have.
std::string shared_columns(const db::TableShape& table, const db::TableShape& archive)
{
    std::string names;
    for (const std::string& column : table.columns) {
        if (archive.has(column))
            names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", column);
    }
    return names;
}

/// A UUID's form, the same for the same deletion: the archive's rows are told apart by it alone.
std::string archive_id(const Deletion& deletion, const std::string& row)
{
    const std::string seed =
        fmt::format("{}|{}|{}", deletion.id, row, deletion.at.time_since_epoch().count());
    std::string id = sha256_hex(seed).substr(0, 32);
    for (const std::size_t position : {8, 13, 18, 23})
        id.insert(position, "-");
    return id;
}

db::Value text_or_null(const std::string& text)
{
    if (text.empty())
        return {};
    return text;
}

} // namespace

Result<void> archive_rows(
    db::Transaction& transaction,
    const Archive& archive,
    const std::vector<std::string>& ids,
    const Deletion& deletion
)
{
    const std::shared_ptr<const db::TableShape> kept = transaction.shape_of(archive.archive);
    if (!kept->exists())
        return {};
    const std::string columns = shared_columns(*transaction.shape_of(archive.table), *kept);
    const bool is_postgres = transaction.dialect() == db::Dialect::postgres;
    const std::string_view time = is_postgres ? "timestamp(3)" : "text";
    const std::string sql = compose(copy_row, columns, time, archive.archive, archive.table, archive.id);
    for (const std::string& id : ids) {
        const Result<std::int64_t> copied = transaction.execute(
            sql,
            {id,
             archive_id(deletion, id),
             deletion.at,
             text_or_null(deletion.by_user),
             text_or_null(deletion.by_key),
             text_or_null(deletion.changed_by)}
        );
        if (!copied)
            return copied.error();
    }
    return {};
}

} // namespace litellm::store
