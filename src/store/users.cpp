#include "litellm/store/users.hpp"

#include "record.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view user_table = "LiteLLM_UserTable";

constexpr std::array user_columns{
    column<User, &User::user_id>("user_id"),
    column<User, &User::user_alias>("user_alias"),
    column<User, &User::team_id>("team_id"),
    column<User, &User::sso_user_id>("sso_user_id"),
    column<User, &User::organization_id>("organization_id"),
    column<User, &User::teams>("teams"),
    column<User, &User::user_role>("user_role"),
    column<User, &User::max_budget>("max_budget"),
    column<User, &User::spend>("spend"),
    column<User, &User::user_email>("user_email"),
    column<User, &User::models>("models"),
    column<User, &User::metadata>("metadata"),
    column<User, &User::max_parallel_requests>("max_parallel_requests"),
    column<User, &User::tpm_limit>("tpm_limit"),
    column<User, &User::rpm_limit>("rpm_limit"),
    column<User, &User::budget_duration>("budget_duration"),
    column<User, &User::budget_reset_at>("budget_reset_at"),
    column<User, &User::allowed_cache_controls>("allowed_cache_controls"),
    column<User, &User::model_spend>("model_spend"),
    column<User, &User::model_max_budget>("model_max_budget"),
    column<User, &User::created_at>("created_at"),
    column<User, &User::updated_at>("updated_at"),
    column<User, &User::object_permission_id>("object_permission_id"),
    column<User, &User::policies>("policies"),
};

constexpr std::string_view select_by_id = R"(SELECT {} FROM "LiteLLM_UserTable" WHERE user_id = $1)";
/// The oldest when several rows share an address.
constexpr std::string_view select_by_email = R"(
SELECT {} FROM "LiteLLM_UserTable" WHERE lower(user_email) = lower($1)
ORDER BY created_at NULLS LAST, user_id LIMIT 1)";
constexpr std::string_view select_page = R"(
SELECT {} FROM "LiteLLM_UserTable" ORDER BY created_at DESC NULLS LAST, user_id LIMIT $1 OFFSET $2)";

constexpr std::string_view append_team_on_postgres = R"(
UPDATE "LiteLLM_UserTable" SET teams = array_append(teams, CAST($2 AS text)), updated_at = $3
WHERE user_id = $1 AND NOT ($2 = ANY(COALESCE(teams, CAST('{}' AS text[])))))";
constexpr std::string_view append_team_on_sqlite = R"(
UPDATE "LiteLLM_UserTable" SET teams = json_insert(COALESCE(teams, '[]'), '$[#]', $2), updated_at = $3
WHERE user_id = $1 AND $2 NOT IN (SELECT value FROM json_each(COALESCE(teams, '[]'))))";

Columns<User> columns_of(db::Transaction& transaction)
{
    return Columns<User>(user_columns, *transaction.shape_of(user_table));
}

} // namespace

Json document_of(const User& user)
{
    return document_from<User>(user_columns, user);
}

Result<void> insert_user(db::Transaction& transaction, const User& user)
{
    return insert_record(transaction, user_table, columns_of(transaction), user);
}

Result<std::optional<User>> find_user(db::Transaction& transaction, const std::string& user_id)
{
    const Columns<User> columns = columns_of(transaction);
    return read_first(columns, transaction.query(compose(select_by_id, columns.names()), {user_id}));
}

Result<std::optional<User>> find_user_by_email(db::Transaction& transaction, const std::string& email)
{
    const Columns<User> columns = columns_of(transaction);
    return read_first(columns, transaction.query(compose(select_by_email, columns.names()), {email}));
}

Result<std::vector<User>> list_users(db::Transaction& transaction, std::int64_t limit, std::int64_t offset)
{
    const Columns<User> columns = columns_of(transaction);
    return read_all(columns, transaction.query(compose(select_page, columns.names()), {limit, offset}));
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
