#pragma once
// What most reports of totals take.

#include "litellm/api/service.hpp"
#include "litellm/management/spend_totals.hpp"

#include <optional>
#include <vector>

namespace litellm::api {

/// Dates, api_key and, where there is a usual one, a limit: then most spend comes first.
[[nodiscard]] Result<management::TotalsQuery> totals_query_from(
    const Call& call,
    store::DailySpend::Entity entity,
    std::vector<store::DailyColumn> by,
    std::optional<std::int64_t> usual_limit = {}
);

} // namespace litellm::api
