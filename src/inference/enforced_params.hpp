#pragma once
// Parameters that the operator wants in every request.

#include "call.hpp"

namespace litellm::inference {

/// invalid_input (400, `bad_request_error`) naming the first parameter that the call lacks: of
/// general_settings, of service accounts, of the key.
[[nodiscard]] Result<void>
check_enforced_params(const ModelCall& call, const config::GeneralSettings& settings);

} // namespace litellm::inference
