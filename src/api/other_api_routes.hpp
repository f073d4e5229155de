#pragma once

#include "litellm/api/model_routes.hpp"

#include <vector>

namespace litellm::api {

/// Messages, Responses, generateContent, moderations, pictures, speech, transcriptions, rerank.
[[nodiscard]] std::vector<Route> other_api_routes(ModelServices services);

} // namespace litellm::api
