#pragma once
// A wish for a budget row: what is absent stays, null clears.

#include "litellm/core/json.hpp"
#include "litellm/core/patch.hpp"
#include "litellm/core/time.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace litellm::management {

struct BudgetChange {
    Patch<double> max_budget; ///< USD
    Patch<double> soft_budget;
    Patch<std::int64_t> max_parallel_requests;
    Patch<std::int64_t> tpm_limit;
    Patch<std::int64_t> rpm_limit;
    Patch<std::string> budget_duration;
    Patch<Json> model_max_budget;
    Patch<Timestamp> budget_reset_at; ///< otherwise it follows from the duration

    [[nodiscard]] bool is_present() const
    {
        return max_budget.is_present() || soft_budget.is_present() || max_parallel_requests.is_present() ||
            tpm_limit.is_present() || rpm_limit.is_present() || budget_duration.is_present() ||
            model_max_budget.is_present() || budget_reset_at.is_present();
    }
};

} // namespace litellm::management
