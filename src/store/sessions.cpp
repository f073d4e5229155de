#include "litellm/store/sessions.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view insert_row = R"(
INSERT INTO ui_sessions (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4))";
constexpr std::string_view select_live = R"(
SELECT token_hash, user_id, created_at, expires_at FROM ui_sessions WHERE token_hash = $1 AND expires_at > $2)";
constexpr std::string_view delete_one = R"(DELETE FROM ui_sessions WHERE token_hash = $1)";
constexpr std::string_view delete_of_user = R"(DELETE FROM ui_sessions WHERE user_id = $1)";
constexpr std::string_view delete_expired = R"(DELETE FROM ui_sessions WHERE expires_at <= $1)";

} // namespace

Result<void> insert_session(db::Transaction& transaction, const UiSession& session)
{
    const auto inserted = transaction.execute(
        insert_row, {session.token_hash, session.user_id, session.created_at, session.expires_at}
    );
    if (!inserted)
        return inserted.error();
    return {};
}

Result<std::optional<UiSession>>
find_session(db::Transaction& transaction, const std::string& token_hash, Timestamp now)
{
    const auto rows = transaction.query(select_live, {token_hash, now});
    if (!rows)
        return rows.error();
    if (rows->empty())
        return std::optional<UiSession>();
    const db::Row& row = rows->front();
    UiSession session{row.text(0), row.text(1), {}, {}};
    session.created_at = row.timestamp(2).value_or(now);
    session.expires_at = row.timestamp(3).value_or(now);
    return std::optional(std::move(session));
}

Result<bool> remove_session(db::Transaction& transaction, const std::string& token_hash)
{
    const auto removed = transaction.execute(delete_one, {token_hash});
    if (!removed)
        return removed.error();
    return *removed > 0;
}

Result<std::int64_t> remove_sessions_of_user(db::Transaction& transaction, const std::string& user_id)
{
    return transaction.execute(delete_of_user, {user_id});
}

Result<std::int64_t> remove_expired_sessions(db::Transaction& transaction, Timestamp now)
{
    return transaction.execute(delete_expired, {now});
}

} // namespace litellm::store
