#pragma once
// What the proxy says of itself: /openapi.json, /routes and the page at /.

#include "litellm/api/service.hpp"

#include <vector>

namespace litellm::api {

/// Describes `service`'s own routes, those added later included. `unserved` are the same routes on services
/// without a database: their handlers are run on empty requests, to see which fields they look for.
[[nodiscard]] std::vector<Route>
document_routes(const Service& service, const config::Config& config, std::vector<Route> unserved);

} // namespace litellm::api
