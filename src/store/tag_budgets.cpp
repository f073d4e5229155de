#include "litellm/store/tag_budgets.hpp"

#include "record.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view table = "LiteLLM_TagTable";
constexpr std::string_view select_budgets = R"(
SELECT t.tag_name, t.spend, b.max_budget, b.soft_budget, b.tpm_limit, b.rpm_limit FROM "LiteLLM_TagTable" t
JOIN "LiteLLM_BudgetTable" b ON b.budget_id = t.budget_id)";

} // namespace

Result<std::vector<TagBudget>> list_tag_budgets(db::Transaction& transaction)
{
    std::vector<TagBudget> budgets;
    if (!transaction.shape_of(table)->exists())
        return budgets;
    const Result<db::Rows> rows = transaction.query(select_budgets, {});
    if (!rows)
        return rows.error();
    for (const db::Row& row : *rows) {
        TagBudget& budget = budgets.emplace_back();
        read_cell(budget.name, row, 0);
        read_cell(budget.spend, row, 1);
        read_cell(budget.max_budget, row, 2);
        read_cell(budget.soft_budget, row, 3);
        read_cell(budget.tpm_limit, row, 4);
        read_cell(budget.rpm_limit, row, 5);
    }
    return budgets;
}

} // namespace litellm::store
