#include "litellm/store/end_users.hpp"

#include "record.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view end_user_table = "LiteLLM_EndUserTable";

constexpr std::array end_user_columns{
    column<EndUser, &EndUser::user_id>("user_id"),
    column<EndUser, &EndUser::alias>("alias"),
    column<EndUser, &EndUser::spend>("spend"),
    column<EndUser, &EndUser::allowed_model_region>("allowed_model_region"),
    column<EndUser, &EndUser::default_model>("default_model"),
    column<EndUser, &EndUser::budget_id>("budget_id"),
    column<EndUser, &EndUser::blocked>("blocked"),
};

constexpr std::string_view select_end_user = R"(SELECT {} FROM "LiteLLM_EndUserTable" WHERE user_id = $1)";
constexpr std::string_view lock_row =
    R"(SELECT {} FROM "LiteLLM_EndUserTable" WHERE user_id = $1 FOR NO KEY UPDATE)";
constexpr std::string_view select_some = R"(SELECT {} FROM "LiteLLM_EndUserTable" WHERE {} ORDER BY user_id)";
constexpr std::string_view update_columns = R"(UPDATE "LiteLLM_EndUserTable" SET {} WHERE user_id = ${})";
constexpr std::string_view delete_some = R"(DELETE FROM "LiteLLM_EndUserTable" WHERE {})";

Columns<EndUser> columns_of(db::Transaction& transaction)
{
    return Columns<EndUser>(end_user_columns, *transaction.shape_of(end_user_table));
}

} // namespace

Json document_of(const EndUser& end_user)
{
    return document_from<EndUser>(end_user_columns, end_user);
}

Result<void> insert_end_user(db::Transaction& transaction, const EndUser& end_user)
{
    return insert_record(transaction, end_user_table, columns_of(transaction), end_user);
}

Result<std::optional<EndUser>> find_end_user(db::Transaction& transaction, const std::string& user_id)
{
    const Columns<EndUser> columns = columns_of(transaction);
    return read_first(columns, transaction.query(compose(select_end_user, columns.names()), {user_id}));
}

Result<std::optional<EndUser>> lock_end_user(db::Transaction& transaction, const std::string& user_id)
{
    const Columns<EndUser> columns = columns_of(transaction);
    const bool is_postgres = transaction.dialect() == db::Dialect::postgres;
    const std::string sql = compose(is_postgres ? lock_row : select_end_user, columns.names());
    return read_first(columns, transaction.query(sql, {user_id}));
}

Result<std::vector<EndUser>>
list_end_users_by_id(db::Transaction& transaction, const std::vector<std::string>& user_ids)
{
    const Columns<EndUser> columns = columns_of(transaction);
    const std::string sql =
        compose(select_some, columns.names(), is_one_of(transaction.dialect(), "user_id", 1));
    return read_all(columns, transaction.query(sql, {user_ids}));
}

Result<std::vector<EndUser>> list_end_users(db::Transaction& transaction)
{
    const Columns<EndUser> columns = columns_of(transaction);
    return read_all(columns, transaction.query(compose(select_some, columns.names(), "TRUE"), {}));
}

Result<void> update_end_user(db::Transaction& transaction, const EndUser& end_user)
{
    const Columns<EndUser> columns = columns_of(transaction).without({"user_id", "spend"});
    std::vector<db::Value> values = columns.values(end_user);
    values.emplace_back(end_user.user_id);
    const Result<std::int64_t> changed =
        transaction.execute(compose(update_columns, columns.assignments(), values.size()), values);
    if (!changed)
        return changed.error();
    if (*changed == 0)
        return not_found("the end user does not exist", "user_id");
    return {};
}

Result<std::int64_t> remove_end_users(db::Transaction& transaction, const std::vector<std::string>& user_ids)
{
    return transaction.execute(
        compose(delete_some, is_one_of(transaction.dialect(), "user_id", 1)), {user_ids}
    );
}

} // namespace litellm::store
