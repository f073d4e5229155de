#pragma once

#include "litellm/api/model_routes.hpp"

#include <vector>

namespace litellm::api {

/// LiteLLM's prefixes of providers and general_settings.pass_through_endpoints, for every method.
[[nodiscard]] std::vector<Route> pass_through_routes(ModelServices services);

} // namespace litellm::api
