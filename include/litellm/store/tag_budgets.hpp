#pragma once
// Tags with a budget: "LiteLLM_TagTable" and the budget rows it points to.

#include "litellm/db/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace litellm::store {

struct TagBudget {
    std::string name;
    double spend = 0;
    std::optional<double> max_budget;
    std::optional<double> soft_budget;
    std::optional<std::int64_t> tpm_limit;
    std::optional<std::int64_t> rpm_limit;
};

/// Nothing where the database is too old to know tags.
[[nodiscard]] Result<std::vector<TagBudget>> list_tag_budgets(db::Transaction& transaction);

} // namespace litellm::store
