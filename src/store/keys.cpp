#include "litellm/store/keys.hpp"

#include "key_columns.hpp"
#include "litellm/store/key_changes.hpp"

#include <algorithm>

namespace litellm::store {

namespace {

constexpr std::string_view key_table = "LiteLLM_VerificationToken";

constexpr std::string_view select_key = R"(SELECT {} FROM "LiteLLM_VerificationToken" WHERE token = $1)";
constexpr std::string_view select_by_tokens =
    R"(SELECT {} FROM "LiteLLM_VerificationToken" WHERE {} ORDER BY token)";
constexpr std::string_view select_of_owner = R"(
SELECT {} FROM "LiteLLM_VerificationToken" WHERE {} = $1 ORDER BY created_at NULLS LAST, token)";
constexpr std::string_view select_alias =
    R"(SELECT 1 FROM "LiteLLM_VerificationToken" WHERE key_alias = $1 LIMIT 1)";

constexpr std::string_view update_columns = R"(UPDATE "LiteLLM_VerificationToken" SET {} WHERE token = ${})";
constexpr std::string_view update_blocked = R"(
UPDATE "LiteLLM_VerificationToken" SET blocked = $2, updated_by = $3, updated_at = $4 WHERE token = $1 RETURNING {})";

constexpr std::string_view delete_keys = R"(DELETE FROM "LiteLLM_VerificationToken" WHERE {})";

Result<std::vector<Key>>
list_of_owner(db::Transaction& transaction, std::string_view owner, const std::string& id)
{
    const Columns<Key> columns = key_columns(transaction);
    return read_all(columns, transaction.query(compose(select_of_owner, columns.names(), owner), {id}));
}

Result<std::vector<Key>>
list_matching(db::Transaction& transaction, std::string_view column, const std::vector<std::string>& texts)
{
    if (texts.empty())
        return std::vector<Key>();
    const Columns<Key> columns = key_columns(transaction);
    const std::string sql =
        compose(select_by_tokens, columns.names(), is_one_of(transaction.dialect(), column, 1));
    return read_all(columns, transaction.query(sql, {texts}));
}

} // namespace

Result<void> insert_key(db::Transaction& transaction, const Key& key)
{
    return insert_record(transaction, key_table, key_columns(transaction), key);
}

Result<std::optional<Key>> find_key(db::Transaction& transaction, const std::string& token)
{
    const Columns<Key> columns = key_columns(transaction);
    return read_first(columns, transaction.query(compose(select_key, columns.names()), {token}));
}

Result<std::vector<Key>>
list_keys_by_token(db::Transaction& transaction, const std::vector<std::string>& tokens)
{
    return list_matching(transaction, "token", tokens);
}

Result<std::vector<Key>>
list_keys_by_alias(db::Transaction& transaction, const std::vector<std::string>& aliases)
{
    return list_matching(transaction, "key_alias", aliases);
}

Result<std::vector<Key>> list_keys_of_user(db::Transaction& transaction, const std::string& user_id)
{
    return list_of_owner(transaction, "user_id", user_id);
}

Result<std::vector<Key>> list_keys_of_team(db::Transaction& transaction, const std::string& team_id)
{
    return list_of_owner(transaction, "team_id", team_id);
}

Result<bool> is_alias_taken(db::Transaction& transaction, const std::string& alias)
{
    const Result<db::Rows> rows = transaction.query(select_alias, {alias});
    if (!rows)
        return rows.error();
    return !rows->empty();
}

Result<void> update_key(db::Transaction& transaction, const Key& key)
{
    const Columns<Key> columns =
        key_columns(transaction).without({"token", "spend", "created_at", "created_by"});
    std::vector<db::Value> values = columns.values(key);
    values.emplace_back(key.token);
    const std::string sql = compose(update_columns, columns.assignments(), values.size());
    const Result<std::int64_t> changed = transaction.execute(sql, values);
    if (!changed)
        return changed.error();
    if (*changed == 0)
        return not_found("the key does not exist", "key");
    return {};
}

Result<std::optional<Key>> set_key_blocked(
    db::Transaction& transaction,
    const std::string& token,
    bool blocked,
    const std::string& updated_by,
    Timestamp now
)
{
    const Columns<Key> columns = key_columns(transaction);
    const std::string sql = compose(update_blocked, columns.names());
    return read_first(columns, transaction.query(sql, {token, blocked, updated_by, now}));
}

Result<std::int64_t>
remove_keys(db::Transaction& transaction, const std::vector<Key>& keys, const Deletion& deletion)
{
    std::vector<std::string> tokens;
    for (const Key& key : keys)
        tokens.push_back(key.token);
    std::sort(tokens.begin(), tokens.end());
    tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
    const Result<void> archived = archive_keys(transaction, tokens, deletion);
    if (!archived)
        return archived.error();
    return transaction.execute(compose(delete_keys, is_one_of(transaction.dialect(), "token", 1)), {tokens});
}

} // namespace litellm::store
