#pragma once

#include "litellm/core/environment.hpp"
#include "litellm/core/error.hpp"
#include "litellm/core/json.hpp"

#include <nlohmann/json.hpp>

namespace litellm::inference {

/// litellm_params whose `vertex_credentials` (or GOOGLE_APPLICATION_CREDENTIALS) name a file, with what that
/// file holds. invalid_input when it cannot be read.
[[nodiscard]] Result<Json> with_credential_file(const Json& params, const Environment& environment);

} // namespace litellm::inference
