#pragma once
// The routes of /email and the test letter of /health/services.

#include "litellm/api/service.hpp"
#include "litellm/management/letter_service.hpp"

#include <vector>

namespace litellm::api {

/// `letters` must outlive the routes.
[[nodiscard]] std::vector<Route> email_routes(management::LetterService& letters);

} // namespace litellm::api
