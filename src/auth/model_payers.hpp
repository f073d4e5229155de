#pragma once
// Limits and budgets that hold for one model of a key, a team or an organization.

#include "litellm/auth/principal.hpp"
#include "litellm/db/database.hpp"
#include "litellm/store/budget_periods.hpp"

#include <map>
#include <string>
#include <vector>

namespace litellm::auth {

/// Reads what the key has spent in the periods of its `model_max_budget`; asks nothing where it has none.
[[nodiscard]] Result<std::vector<store::PeriodSpend>>
list_periods(db::Transaction& transaction, const store::Key& key, Timestamp now);

/// By model, as callers name it. A key's own limits are those of its metadata (`model_rpm_limit`,
/// `model_tpm_limit`), else those of its `model_max_budget`, else those of its team's metadata; the latter
/// also count for all keys of the team together.
[[nodiscard]] std::map<std::string, std::vector<spend::Payer>, std::less<>> model_payers(
    const store::KeyContext& context,
    const std::vector<store::PeriodSpend>& periods,
    spend::Accounts& accounts,
    std::uint64_t read_at
);

} // namespace litellm::auth
