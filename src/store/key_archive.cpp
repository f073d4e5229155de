#include "litellm/store/key_changes.hpp"

#include "archive.hpp"
#include "key_columns.hpp"
#include "key_filter.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view key_table = "LiteLLM_VerificationToken";
constexpr std::string_view archive_table = "LiteLLM_DeletedVerificationToken";
constexpr Archive key_archive{key_table, "token", archive_table};

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

} // namespace

Result<void>
archive_keys(db::Transaction& transaction, const std::vector<std::string>& tokens, const Deletion& deletion)
{
    return archive_rows(transaction, key_archive, tokens, deletion);
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
