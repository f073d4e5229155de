#include "litellm/store/key_reveals.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view upsert_row = R"(
INSERT INTO key_reveals (token, user_id, sealed, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (token) DO UPDATE SET user_id = excluded.user_id, sealed = excluded.sealed,
    created_at = excluded.created_at, expires_at = excluded.expires_at)";
constexpr std::string_view select_of_user = R"(
SELECT reveal.token FROM key_reveals AS reveal
JOIN "LiteLLM_VerificationToken" AS held ON held.token = reveal.token AND held.user_id = reveal.user_id
WHERE reveal.user_id = $1 AND reveal.expires_at > $2 ORDER BY reveal.created_at, reveal.token)";
constexpr std::string_view take_one = R"(
DELETE FROM key_reveals WHERE token = $1 AND user_id = $2 AND expires_at > $3 RETURNING sealed)";
constexpr std::string_view delete_one = R"(DELETE FROM key_reveals WHERE token = $1)";
constexpr std::string_view delete_stale = R"(
DELETE FROM key_reveals WHERE expires_at <= $1 OR NOT EXISTS (
    SELECT 1 FROM "LiteLLM_VerificationToken" AS held
    WHERE held.token = key_reveals.token AND held.user_id = key_reveals.user_id))";

} // namespace

Result<void> save_key_reveal(db::Transaction& transaction, const KeyReveal& reveal)
{
    const auto saved = transaction.execute(
        upsert_row, {reveal.token, reveal.user_id, reveal.sealed, reveal.created_at, reveal.expires_at}
    );
    if (!saved)
        return saved.error();
    return {};
}

Result<std::vector<std::string>>
list_key_reveals(db::Transaction& transaction, const std::string& user_id, Timestamp now)
{
    const auto rows = transaction.query(select_of_user, {user_id, now});
    if (!rows)
        return rows.error();
    std::vector<std::string> tokens;
    for (const db::Row& row : *rows)
        tokens.push_back(row.text(0));
    return tokens;
}

Result<std::optional<std::string>> take_key_reveal(
    db::Transaction& transaction, const std::string& token, const std::string& user_id, Timestamp now
)
{
    const auto rows = transaction.query(take_one, {token, user_id, now});
    if (!rows)
        return rows.error();
    if (rows->empty())
        return std::optional<std::string>();
    return std::optional(rows->front().text(0));
}

Result<void> remove_key_reveal(db::Transaction& transaction, const std::string& token)
{
    const auto removed = transaction.execute(delete_one, {token});
    if (!removed)
        return removed.error();
    return {};
}

Result<std::int64_t> remove_stale_key_reveals(db::Transaction& transaction, Timestamp now)
{
    return transaction.execute(delete_stale, {now});
}

} // namespace litellm::store
