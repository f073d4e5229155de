#pragma once

#include "litellm/api/model_routes.hpp"

namespace litellm::api {

/// /health and its open siblings for load balancers.
[[nodiscard]] std::vector<Route> health_routes(ModelServices services);

} // namespace litellm::api
