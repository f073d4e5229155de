#include "litellm/store/key_changes.hpp"

#include "key_columns.hpp"
#include "key_filter.hpp"

#include "litellm/core/encoding.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view key_table = "LiteLLM_VerificationToken";
constexpr std::string_view archive_table = "LiteLLM_DeletedVerificationToken";

/// The row as it is in the database, not as the caller last saw it: spend may have grown since.
constexpr std::string_view archive_key = R"(
INSERT INTO "LiteLLM_DeletedVerificationToken" ({0}, id, deleted_at, deleted_by, deleted_by_api_key, litellm_changed_by)
SELECT {0}, CAST($2 AS text), CAST($3 AS {1}), CAST($4 AS text), CAST($5 AS text), CAST($6 AS text)
FROM "LiteLLM_VerificationToken" WHERE token = $1)";

constexpr std::array deletion_columns{
    column<DeletedKey, &DeletedKey::deleted_at>("deleted_at"),
    column<DeletedKey, &DeletedKey::deleted_by>("deleted_by"),
    column<DeletedKey, &DeletedKey::deleted_by_api_key>("deleted_by_api_key"),
    column<DeletedKey, &DeletedKey::litellm_changed_by>("litellm_changed_by"),
};

constexpr std::string_view count_deleted =
    R"(SELECT count(*) FROM "LiteLLM_DeletedVerificationToken" WHERE {})";
/// A key that was rotated and then deleted has several rows.
constexpr std::string_view select_deleted = R"(
SELECT {}, {} FROM "LiteLLM_DeletedVerificationToken" WHERE {} ORDER BY "{}" {} NULLS LAST, deleted_at DESC, id
LIMIT ${} OFFSET ${})";

/// Columns that both the table and its archive have.
std::string archived_columns(const db::TableShape& keys, const db::TableShape& archive)
{
    std::string names;
    for (const std::string& column : keys.columns) {
        if (archive.has(column))
            names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", column);
    }
    return names;
}

/// A UUID's form, the same for the same deletion: the archive's rows are told apart by it alone.
std::string archive_id(const Deletion& deletion, const std::string& token)
{
    const std::string seed =
        fmt::format("{}|{}|{}", deletion.id, token, deletion.at.time_since_epoch().count());
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

Result<void>
archive_keys(db::Transaction& transaction, const std::vector<std::string>& tokens, const Deletion& deletion)
{
    const std::shared_ptr<const db::TableShape> archive = transaction.shape_of(archive_table);
    if (!archive->exists())
        return {};
    const std::string columns = archived_columns(*transaction.shape_of(key_table), *archive);
    const bool is_postgres = transaction.dialect() == db::Dialect::postgres;
    const std::string sql = compose(archive_key, columns, is_postgres ? "timestamp(3)" : "text");
    for (const std::string& token : tokens) {
        const Result<std::int64_t> archived = transaction.execute(
            sql,
            {token,
             archive_id(deletion, token),
             deletion.at,
             text_or_null(deletion.by_user),
             text_or_null(deletion.by_key),
             text_or_null(deletion.changed_by)}
        );
        if (!archived)
            return archived.error();
    }
    return {};
}

Result<DeletedKeyPage> list_deleted_keys(db::Transaction& transaction, const KeyFilter& filter)
{
    if (const auto checked = check_page(filter); !checked)
        return checked.error();
    const std::shared_ptr<const db::TableShape> shape = transaction.shape_of(archive_table);
    if (!shape->exists())
        return DeletedKeyPage();
    Conditions conditions;
    const std::string where = add_filter(conditions, filter, transaction.dialect());
    const Result<db::Rows> count = transaction.query(compose(count_deleted, where), conditions.values());
    if (!count)
        return count.error();
    const std::size_t limit = conditions.bind(filter.size);
    const std::size_t offset = conditions.bind((filter.page - 1) * filter.size);
    const Columns<Key> columns = key_columns(*shape);
    const Columns<DeletedKey> marks(deletion_columns, *shape);
    const std::string_view direction = filter.descending ? "DESC" : "ASC";
    const std::string sql = compose(
        select_deleted, marks.names(), columns.names(), where, filter.sort_by, direction, limit, offset
    );
    const Result<db::Rows> rows = transaction.query(sql, conditions.values());
    if (!rows)
        return rows.error();
    DeletedKeyPage page;
    page.total_count = count->front().integer(0);
    for (const db::Row& row : *rows) {
        DeletedKey deleted = marks.read(row);
        deleted.key = columns.read(row, marks.size());
        page.keys.push_back(std::move(deleted));
    }
    return page;
}

} // namespace litellm::store
