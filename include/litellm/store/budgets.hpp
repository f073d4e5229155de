#pragma once
// "LiteLLM_BudgetTable": budgets that keys, members, end users and organizations share.

#include "litellm/core/json.hpp"
#include "litellm/db/database.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace litellm::store {

struct Budget {
    std::string budget_id;
    std::optional<double> max_budget;
    std::optional<double> soft_budget;
    std::optional<std::int64_t> max_parallel_requests;
    std::optional<std::int64_t> tpm_limit;
    std::optional<std::int64_t> rpm_limit;
    std::optional<Json> model_max_budget;
    std::optional<std::string> budget_duration;
    std::optional<Timestamp> budget_reset_at;
    Timestamp created_at;
    std::string created_by;
    Timestamp updated_at;
    std::string updated_by;
};

/// The whole row, for the audit log.
[[nodiscard]] Json document_of(const Budget& budget);
/// conflict when the id exists.
[[nodiscard]] Result<void> insert_budget(db::Transaction& transaction, const Budget& budget);
[[nodiscard]] Result<std::optional<Budget>>
find_budget(db::Transaction& transaction, const std::string& budget_id);

[[nodiscard]] Result<std::vector<Budget>>
list_budgets_by_id(db::Transaction& transaction, const std::vector<std::string>& budget_ids);
/// All of them, newest first.
[[nodiscard]] Result<std::vector<Budget>> list_budgets(db::Transaction& transaction);
/// conflict while an organization uses it.
[[nodiscard]] Result<void> remove_budget(db::Transaction& transaction, const std::string& budget_id);
/// Writes every column except created_*; not_found when the row is gone.
[[nodiscard]] Result<void> update_budget(db::Transaction& transaction, const Budget& budget);

/// Stores the members of an `object_permission` object (mcp_servers, vector_stores, agents, …) under `id`.
[[nodiscard]] Result<void>
insert_object_permission(db::Transaction& transaction, const std::string& id, const Json& permission);

} // namespace litellm::store
