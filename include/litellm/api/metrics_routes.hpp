#pragma once
// /metrics: figures for Prometheus.

#include "litellm/api/service.hpp"
#include "litellm/core/metrics_text.hpp"

#include <functional>
#include <vector>

namespace litellm::api {

/// Adds its figures. What it cannot find out just now it leaves out.
using MetricsSource = std::function<boost::asio::awaitable<void>(MetricsText&)>;

/// For everybody where LiteLLM's callback `prometheus` is configured, unless
/// `litellm_settings.require_auth_for_metrics_endpoint` is set; for admins and their viewers everywhere.
[[nodiscard]] std::vector<Route>
metrics_routes(const config::Config& config, std::vector<MetricsSource> sources);

} // namespace litellm::api
