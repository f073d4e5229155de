#include "litellm/store/budgets.hpp"

#include "record.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view budget_table = "LiteLLM_BudgetTable";
constexpr std::string_view permission_table = "LiteLLM_ObjectPermissionTable";

constexpr std::array budget_columns{
    column<Budget, &Budget::budget_id>("budget_id"),
    column<Budget, &Budget::max_budget>("max_budget"),
    column<Budget, &Budget::soft_budget>("soft_budget"),
    column<Budget, &Budget::max_parallel_requests>("max_parallel_requests"),
    column<Budget, &Budget::tpm_limit>("tpm_limit"),
    column<Budget, &Budget::rpm_limit>("rpm_limit"),
    column<Budget, &Budget::model_max_budget>("model_max_budget"),
    column<Budget, &Budget::budget_duration>("budget_duration"),
    column<Budget, &Budget::budget_reset_at>("budget_reset_at"),
    column<Budget, &Budget::created_at>("created_at"),
    column<Budget, &Budget::created_by>("created_by"),
    column<Budget, &Budget::updated_at>("updated_at"),
    column<Budget, &Budget::updated_by>("updated_by"),
};

constexpr std::string_view select_budget = R"(SELECT {} FROM "LiteLLM_BudgetTable" WHERE budget_id = $1)";
constexpr std::string_view select_some =
    R"(SELECT {} FROM "LiteLLM_BudgetTable" WHERE {} ORDER BY created_at DESC, budget_id)";
constexpr std::string_view delete_budget = R"(DELETE FROM "LiteLLM_BudgetTable" WHERE budget_id = $1)";
constexpr std::string_view update_columns = R"(UPDATE "LiteLLM_BudgetTable" SET {} WHERE budget_id = ${})";
constexpr std::string_view insert_permission =
    R"(INSERT INTO "LiteLLM_ObjectPermissionTable" ({}) VALUES ({}))";

Columns<Budget> columns_of(db::Transaction& transaction)
{
    return Columns<Budget>(budget_columns, *transaction.shape_of(budget_table));
}

/// The one member that is a document; all others are lists of names.
bool is_document(std::string_view member)
{
    return member == "mcp_tool_permissions";
}

Result<db::Value> permission_value(const std::string& member, const Json& value)
{
    if (is_document(member))
        return db::Value(value);
    std::vector<std::string> names;
    for (const Json& name : value) {
        if (!name.is_string())
            return invalid_input(fmt::format("{} must be a list of strings", member), "object_permission");
        names.push_back(name.get<std::string>());
    }
    return db::Value(std::move(names));
}

} // namespace

Json document_of(const Budget& budget)
{
    return document_from<Budget>(budget_columns, budget);
}

Result<void> insert_budget(db::Transaction& transaction, const Budget& budget)
{
    return insert_record(transaction, budget_table, columns_of(transaction), budget);
}

Result<std::optional<Budget>> find_budget(db::Transaction& transaction, const std::string& budget_id)
{
    const Columns<Budget> columns = columns_of(transaction);
    return read_first(columns, transaction.query(compose(select_budget, columns.names()), {budget_id}));
}

Result<std::vector<Budget>>
list_budgets_by_id(db::Transaction& transaction, const std::vector<std::string>& budget_ids)
{
    const Columns<Budget> columns = columns_of(transaction);
    const std::string sql =
        compose(select_some, columns.names(), is_one_of(transaction.dialect(), "budget_id", 1));
    return read_all(columns, transaction.query(sql, {budget_ids}));
}

Result<std::vector<Budget>> list_budgets(db::Transaction& transaction)
{
    const Columns<Budget> columns = columns_of(transaction);
    return read_all(columns, transaction.query(compose(select_some, columns.names(), "TRUE"), {}));
}

Result<void> remove_budget(db::Transaction& transaction, const std::string& budget_id)
{
    const Result<std::int64_t> removed = transaction.execute(delete_budget, {budget_id});
    if (!removed)
        return removed.error();
    return {};
}

Result<void> update_budget(db::Transaction& transaction, const Budget& budget)
{
    const Columns<Budget> columns =
        columns_of(transaction).without({"budget_id", "created_at", "created_by"});
    std::vector<db::Value> values = columns.values(budget);
    values.emplace_back(budget.budget_id);
    const Result<std::int64_t> changed =
        transaction.execute(compose(update_columns, columns.assignments(), values.size()), values);
    if (!changed)
        return changed.error();
    if (*changed == 0)
        return not_found("the budget does not exist", "budget_id");
    return {};
}

Result<void>
insert_object_permission(db::Transaction& transaction, const std::string& id, const Json& permission)
{
    const std::shared_ptr<const db::TableShape> shape = transaction.shape_of(permission_table);
    if (!shape->exists())
        return invalid_input("this database is too old to keep object permissions", "object_permission");
    std::string names = "\"object_permission_id\"";
    std::string placeholders = "$1";
    std::vector<db::Value> values{id};
    for (const auto& [member, value] : permission.items()) {
        // What this version of the table does not know cannot be kept.
        if (member == "object_permission_id" || value.is_null() || !shape->has(member))
            continue;
        Result<db::Value> bound = permission_value(member, value);
        if (!bound)
            return bound.error();
        values.push_back(std::move(*bound));
        names += fmt::format(", \"{}\"", member);
        placeholders += fmt::format(", ${}", values.size());
    }
    const Result<std::int64_t> inserted =
        transaction.execute(compose(insert_permission, names, placeholders), values);
    if (!inserted)
        return inserted.error();
    return {};
}

} // namespace litellm::store
