#include "litellm/store/spend_logs.hpp"

namespace litellm::store {

namespace {

/// A row must be there to be locked. SQLite has one writer and needs no lock.
constexpr std::string_view insert_first = R"(
INSERT INTO journal_checkpoint (journal_id, sequence, updated_at) VALUES ($1, 0, CURRENT_TIMESTAMP)
ON CONFLICT (journal_id) DO NOTHING)";
constexpr std::string_view select_locked =
    "SELECT sequence FROM journal_checkpoint WHERE journal_id = $1 FOR UPDATE";
constexpr std::string_view select_plain = "SELECT sequence FROM journal_checkpoint WHERE journal_id = $1";

/// The journal forgets what the database has taken: so a commit must be on the server's disk even where the
/// server is set to be hasty.
constexpr std::string_view commit_for_good = "SET LOCAL synchronous_commit TO on";

constexpr std::string_view upsert = R"(
INSERT INTO journal_checkpoint (journal_id, sequence, updated_at) VALUES ($1, $2, $3)
ON CONFLICT (journal_id) DO UPDATE SET sequence = excluded.sequence, updated_at = excluded.updated_at)";

Result<std::int64_t> read_sequence(const Result<db::Rows>& rows)
{
    if (!rows)
        return rows.error();
    return rows->empty() ? 0 : rows->front().integer(0);
}

} // namespace

Result<std::int64_t> load_checkpoint(db::Transaction& transaction, const std::string& journal_id)
{
    if (transaction.dialect() == db::Dialect::sqlite)
        return read_sequence(transaction.query(select_plain, {journal_id}));
    if (const Result<std::int64_t> set = transaction.execute(commit_for_good, {}); !set)
        return set.error();
    Result<db::Rows> rows = transaction.query(select_locked, {journal_id});
    if (rows && rows->empty()) {
        const Result<std::int64_t> inserted = transaction.execute(insert_first, {journal_id});
        if (!inserted)
            return inserted.error();
        rows = transaction.query(select_locked, {journal_id});
    }
    return read_sequence(rows);
}

Result<void> save_checkpoint(
    db::Transaction& transaction, const std::string& journal_id, std::int64_t sequence, Timestamp now
)
{
    const Result<std::int64_t> saved = transaction.execute(upsert, {journal_id, sequence, now});
    if (!saved)
        return saved.error();
    return {};
}

} // namespace litellm::store
