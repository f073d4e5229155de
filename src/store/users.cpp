#include "litellm/store/users.hpp"

#include "user_columns.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view select_by_id = R"(SELECT {} FROM "LiteLLM_UserTable" WHERE user_id = $1)";
/// The oldest when several rows share an address.
constexpr std::string_view select_by_email = R"(
SELECT {} FROM "LiteLLM_UserTable" WHERE lower(user_email) = lower($1)
ORDER BY created_at NULLS LAST, user_id LIMIT 1)";
constexpr std::string_view select_by_ids = R"(SELECT {} FROM "LiteLLM_UserTable" WHERE {} ORDER BY user_id)";
constexpr std::string_view lock_by_id =
    R"(SELECT {} FROM "LiteLLM_UserTable" WHERE user_id = $1 FOR NO KEY UPDATE)";
constexpr std::string_view select_all = R"(
SELECT {} FROM "LiteLLM_UserTable" ORDER BY created_at DESC NULLS LAST, user_id LIMIT $1 OFFSET $2)";
constexpr std::string_view update_columns = R"(UPDATE "LiteLLM_UserTable" SET {} WHERE user_id = ${})";
constexpr std::string_view update_spend = R"(UPDATE "LiteLLM_UserTable" SET spend = $2 WHERE user_id = $1)";
constexpr std::string_view select_password =
    R"(SELECT 1 FROM "LiteLLM_UserTable" WHERE user_id = $1 AND password IS NOT NULL)";
constexpr std::string_view select_same_email =
    R"(SELECT count(*) FROM "LiteLLM_UserTable" WHERE lower(user_email) = lower($1))";
constexpr std::string_view delete_user = R"(DELETE FROM "LiteLLM_UserTable" WHERE user_id = $1)";

constexpr std::string_view append_team_on_postgres = R"(
UPDATE "LiteLLM_UserTable" SET teams = array_append(teams, CAST($2 AS text)), updated_at = $3
WHERE user_id = $1 AND NOT ($2 = ANY(COALESCE(teams, CAST('{}' AS text[])))))";
constexpr std::string_view append_team_on_sqlite = R"(
UPDATE "LiteLLM_UserTable" SET teams = json_insert(COALESCE(teams, '[]'), '$[#]', $2), updated_at = $3
WHERE user_id = $1 AND $2 NOT IN (SELECT value FROM json_each(COALESCE(teams, '[]'))))";

} // namespace

Result<void> insert_user(db::Transaction& transaction, const User& user)
{
    return insert_record(transaction, user_table, user_columns(transaction), user);
}

Result<std::optional<User>> find_user(db::Transaction& transaction, const std::string& user_id)
{
    const Columns<User> columns = user_columns(transaction);
    return read_first(columns, transaction.query(compose(select_by_id, columns.names()), {user_id}));
}

Result<std::optional<User>> find_user_by_email(db::Transaction& transaction, const std::string& email)
{
    const Columns<User> columns = user_columns(transaction);
    return read_first(columns, transaction.query(compose(select_by_email, columns.names()), {email}));
}

Result<std::optional<User>> lock_user(db::Transaction& transaction, const std::string& user_id)
{
    const Columns<User> columns = user_columns(transaction);
    const bool is_postgres = transaction.dialect() == db::Dialect::postgres;
    const std::string sql = compose(is_postgres ? lock_by_id : select_by_id, columns.names());
    return read_first(columns, transaction.query(sql, {user_id}));
}

Result<std::vector<User>>
list_users_by_id(db::Transaction& transaction, const std::vector<std::string>& user_ids)
{
    const Columns<User> columns = user_columns(transaction);
    const std::string sql =
        compose(select_by_ids, columns.names(), is_one_of(transaction.dialect(), "user_id", 1));
    return read_all(columns, transaction.query(sql, {user_ids}));
}

Result<std::int64_t> count_users_with_email(db::Transaction& transaction, const std::string& email)
{
    const Result<db::Rows> rows = transaction.query(select_same_email, {email});
    if (!rows)
        return rows.error();
    return rows->front().integer(0);
}

Result<void> update_user(db::Transaction& transaction, const User& user)
{
    const Columns<User> columns =
        user_columns(transaction).without({"user_id", "spend", "model_spend", "created_at"});
    std::vector<db::Value> values = columns.values(user);
    values.emplace_back(user.user_id);
    const Result<std::int64_t> changed =
        transaction.execute(compose(update_columns, columns.assignments(), values.size()), values);
    if (!changed)
        return changed.error();
    if (*changed == 0)
        return not_found("the user does not exist", "user_id");
    return {};
}

Result<void> set_user_spend(db::Transaction& transaction, const std::string& user_id, double spend)
{
    const Result<std::int64_t> changed = transaction.execute(update_spend, {user_id, spend});
    if (!changed)
        return changed.error();
    return {};
}

Result<bool> has_password(db::Transaction& transaction, const std::string& user_id)
{
    const Result<db::Rows> rows = transaction.query(select_password, {user_id});
    if (!rows)
        return rows.error();
    return !rows->empty();
}

Result<void> remove_user(db::Transaction& transaction, const std::string& user_id)
{
    const Result<std::int64_t> removed = transaction.execute(delete_user, {user_id});
    if (!removed)
        return removed.error();
    return {};
}

Result<std::vector<User>> list_users(db::Transaction& transaction, std::int64_t limit, std::int64_t offset)
{
    const Columns<User> columns = user_columns(transaction);
    return read_all(columns, transaction.query(compose(select_all, columns.names()), {limit, offset}));
}

Result<void> add_user_to_team(
    db::Transaction& transaction, const std::string& user_id, const std::string& team_id, Timestamp now
)
{
    const bool is_postgres = transaction.dialect() == db::Dialect::postgres;
    const std::string_view append_team = is_postgres ? append_team_on_postgres : append_team_on_sqlite;
    const Result<std::int64_t> changed = transaction.execute(append_team, {user_id, team_id, now});
    if (!changed)
        return changed.error();
    return {};
}

} // namespace litellm::store
