#pragma once
// The routes of /key, /user, /team and /spend.

#include "litellm/api/service.hpp"
#include "litellm/management/services.hpp"

#include <vector>

namespace litellm::api {

using management::ManagementServices;

/// `services` must outlive the routes.
[[nodiscard]] std::vector<Route> management_routes(ManagementServices& services);

} // namespace litellm::api
