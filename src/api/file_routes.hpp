#pragma once
// /files and /batches.

#include "other_api_routes.hpp"

namespace litellm::api {

[[nodiscard]] std::vector<Route> file_routes(ModelServices services);

} // namespace litellm::api
