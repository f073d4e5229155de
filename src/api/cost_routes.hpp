#pragma once

#include "litellm/api/model_routes.hpp"

namespace litellm::api {

/// Token counts and costs of calls that nobody makes.
[[nodiscard]] std::vector<Route> cost_routes(ModelServices services);

} // namespace litellm::api
