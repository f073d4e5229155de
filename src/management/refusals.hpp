#pragma once
// The errors of this room, in LiteLLM's words.

#include "litellm/core/error.hpp"

#include <string>

namespace litellm::management {

[[nodiscard]] Error no_database();
[[nodiscard]] Error forbidden(std::string message, std::string parameter = {});
/// 400 with type `bad_request_error`.
[[nodiscard]] Error bad_request(std::string message, std::string parameter = {});
/// 404 with type `not_found_error`.
[[nodiscard]] Error absent(std::string message, std::string parameter = {});
/// 409.
[[nodiscard]] Error exists_already(std::string message, std::string parameter);

} // namespace litellm::management
