#include "litellm/store/key_changes.hpp"

#include "litellm/store/budget_periods.hpp"

#include "key_columns.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view retired_table = "LiteLLM_DeprecatedVerificationToken";

/// SQLite's transactions lock the whole file from their start.
constexpr std::string_view select_for_change = R"(
SELECT {} FROM "LiteLLM_VerificationToken" WHERE token = $1 {})";
constexpr std::string_view update_spend = R"(
UPDATE "LiteLLM_VerificationToken" SET spend = $2 WHERE token = $1)";
constexpr std::string_view update_with_token = R"(
UPDATE "LiteLLM_VerificationToken" SET {} WHERE token = ${})";

constexpr std::string_view follow_token = R"(
UPDATE "LiteLLM_DeprecatedVerificationToken" SET active_token_id = $2 WHERE active_token_id = $1)";
constexpr std::string_view revive_token = R"(
DELETE FROM "LiteLLM_DeprecatedVerificationToken" WHERE token = $1)";
constexpr std::string_view insert_retired = R"(
INSERT INTO "LiteLLM_DeprecatedVerificationToken" (id, token, active_token_id, revoke_at, created_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (token) DO UPDATE SET active_token_id = excluded.active_token_id, revoke_at = excluded.revoke_at)";
constexpr std::string_view delete_retired = R"(
DELETE FROM "LiteLLM_DeprecatedVerificationToken" WHERE revoke_at < $1)";

/// Without an interval there is no next time, and a key that nobody may use needs no new text.
constexpr std::string_view is_due = R"(auto_rotate = TRUE AND rotation_interval IS NOT NULL
    AND (key_rotation_at IS NULL OR key_rotation_at <= ${0}) AND (expires IS NULL OR expires > ${0})
    AND (blocked IS NULL OR blocked = FALSE))";
constexpr std::string_view select_due = R"(
SELECT token FROM "LiteLLM_VerificationToken" WHERE {} AND token > $2 ORDER BY token LIMIT $3)";
constexpr std::string_view claim_due = R"(
SELECT {} FROM "LiteLLM_VerificationToken" WHERE token = $1 AND {} {})";

std::string_view lock_clause(db::Transaction& transaction)
{
    return transaction.dialect() == db::Dialect::postgres ? "FOR UPDATE" : "";
}

bool has_retired(db::Transaction& transaction)
{
    return transaction.shape_of(retired_table)->exists();
}

} // namespace

Result<std::optional<Key>> lock_key(db::Transaction& transaction, const std::string& token)
{
    const Columns<Key> columns = key_columns(transaction);
    const std::string sql = compose(select_for_change, columns.names(), lock_clause(transaction));
    return read_first(columns, transaction.query(sql, {token}));
}

Result<void> set_key_spend(db::Transaction& transaction, const std::string& token, double spend)
{
    const Result<std::int64_t> changed = transaction.execute(update_spend, {token, spend});
    if (!changed)
        return changed.error();
    if (*changed == 0)
        return not_found("the key does not exist", "key");
    return {};
}

Result<void> replace_key(db::Transaction& transaction, const std::string& old_token, const Key& key)
{
    const Columns<Key> columns = key_columns(transaction).without({"spend", "created_at", "created_by"});
    std::vector<db::Value> values = columns.values(key);
    values.emplace_back(old_token);
    const Result<std::int64_t> changed =
        transaction.execute(compose(update_with_token, columns.assignments(), values.size()), values);
    if (!changed)
        return changed.error();
    if (*changed == 0)
        return not_found("the key does not exist", "key");
    if (old_token == key.token)
        return {};
    return rename_key_periods(transaction, old_token, key.token);
}

Result<void> retire_token(
    db::Transaction& transaction,
    const std::string& id,
    const std::string& old_token,
    const std::string& new_token,
    Timestamp revoke_at,
    Timestamp now
)
{
    if (!has_retired(transaction))
        return {};
    // A key that was retired once and is chosen again is no old key any more.
    for (const auto& done :
         {transaction.execute(revive_token, {new_token}),
          transaction.execute(follow_token, {old_token, new_token}),
          transaction.execute(insert_retired, {id, old_token, new_token, revoke_at, now})}) {
        if (!done)
            return done.error();
    }
    return {};
}

Result<std::int64_t> forget_retired_tokens(db::Transaction& transaction, Timestamp ended_before)
{
    if (!has_retired(transaction))
        return std::int64_t{0};
    return transaction.execute(delete_retired, {ended_before});
}

bool can_schedule_rotation(db::Transaction& transaction)
{
    return transaction.shape_of("LiteLLM_VerificationToken")->has("key_rotation_at");
}

Result<std::vector<std::string>> list_keys_due_for_rotation(
    db::Transaction& transaction, Timestamp now, const std::string& after, std::int64_t limit
)
{
    std::vector<std::string> tokens;
    if (!can_schedule_rotation(transaction))
        return tokens;
    const Result<db::Rows> rows =
        transaction.query(compose(select_due, compose(is_due, 1)), {now, after, limit});
    if (!rows)
        return rows.error();
    for (const db::Row& row : *rows)
        tokens.push_back(row.text(0));
    return tokens;
}

Result<std::optional<Key>>
claim_key_due_for_rotation(db::Transaction& transaction, const std::string& token, Timestamp now)
{
    const bool is_postgres = transaction.dialect() == db::Dialect::postgres;
    const Columns<Key> columns = key_columns(transaction);
    const std::string sql =
        compose(claim_due, columns.names(), compose(is_due, 2), is_postgres ? "FOR UPDATE SKIP LOCKED" : "");
    return read_first(columns, transaction.query(sql, {token, now}));
}

} // namespace litellm::store
