#pragma once
// What this process tells Prometheus.

#include "litellm/api/metrics_routes.hpp"
#include "litellm/management/letter_service.hpp"
#include "litellm/redis/connection.hpp"
#include "litellm/spend/ledger.hpp"

#include <memory>
#include <vector>

namespace litellm::app {

/// Letters sent, failed and waiting.
[[nodiscard]] api::MetricsSource letter_figures(management::LetterService& letters, const Clock& clock);
/// Calls that the journal holds and the database does not yet.
[[nodiscard]] api::MetricsSource ledger_figures(const spend::Ledger& ledger);
/// Whether Redis answers; nothing where there is none.
[[nodiscard]] api::MetricsSource
redis_figures(const std::vector<std::shared_ptr<redis::Connection>>& connections);

} // namespace litellm::app
