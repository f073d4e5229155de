#include "litellm/store/proxy_models.hpp"

#include "record.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view model_table = "LiteLLM_ProxyModelTable";

constexpr std::array model_columns{
    column<ProxyModel, &ProxyModel::model_id>("model_id"),
    column<ProxyModel, &ProxyModel::model_name>("model_name"),
    column<ProxyModel, &ProxyModel::litellm_params>("litellm_params"),
    column<ProxyModel, &ProxyModel::model_info>("model_info"),
    column<ProxyModel, &ProxyModel::created_at>("created_at"),
    column<ProxyModel, &ProxyModel::created_by>("created_by"),
    column<ProxyModel, &ProxyModel::updated_at>("updated_at"),
    column<ProxyModel, &ProxyModel::updated_by>("updated_by"),
};

constexpr std::string_view select_model = R"(SELECT {} FROM "LiteLLM_ProxyModelTable" WHERE model_id = $1)";
constexpr std::string_view lock_model =
    R"(SELECT {} FROM "LiteLLM_ProxyModelTable" WHERE model_id = $1 FOR NO KEY UPDATE)";
constexpr std::string_view select_all =
    R"(SELECT {} FROM "LiteLLM_ProxyModelTable" ORDER BY created_at, model_id)";
constexpr std::string_view update_columns = R"(UPDATE "LiteLLM_ProxyModelTable" SET {} WHERE model_id = ${})";
constexpr std::string_view delete_model = R"(DELETE FROM "LiteLLM_ProxyModelTable" WHERE model_id = $1)";

Columns<ProxyModel> columns_of(db::Transaction& transaction)
{
    return Columns<ProxyModel>(model_columns, *transaction.shape_of(model_table));
}

} // namespace

Result<void> insert_proxy_model(db::Transaction& transaction, const ProxyModel& model)
{
    return insert_record(transaction, model_table, columns_of(transaction), model);
}

Result<std::optional<ProxyModel>> lock_proxy_model(db::Transaction& transaction, const std::string& model_id)
{
    const Columns<ProxyModel> columns = columns_of(transaction);
    const bool is_postgres = transaction.dialect() == db::Dialect::postgres;
    const std::string sql = compose(is_postgres ? lock_model : select_model, columns.names());
    return read_first(columns, transaction.query(sql, {model_id}));
}

Result<std::vector<ProxyModel>> list_proxy_models(db::Transaction& transaction)
{
    const Columns<ProxyModel> columns = columns_of(transaction);
    return read_all(columns, transaction.query(compose(select_all, columns.names()), {}));
}

Result<void> update_proxy_model(db::Transaction& transaction, const ProxyModel& model)
{
    const Columns<ProxyModel> columns =
        columns_of(transaction).without({"model_id", "created_at", "created_by"});
    std::vector<db::Value> values = columns.values(model);
    values.emplace_back(model.model_id);
    const Result<std::int64_t> changed =
        transaction.execute(compose(update_columns, columns.assignments(), values.size()), values);
    if (!changed)
        return changed.error();
    if (*changed == 0)
        return not_found("the model does not exist", "id");
    return {};
}

Result<void> remove_proxy_model(db::Transaction& transaction, const std::string& model_id)
{
    const Result<std::int64_t> removed = transaction.execute(delete_model, {model_id});
    if (!removed)
        return removed.error();
    return {};
}

} // namespace litellm::store
