#pragma once
// The paths of additional_drop_params: `name`, `tools[*].function.strict`, `messages[0].name`.

#include "litellm/core/json.hpp"

#include <string_view>

namespace litellm::providers {

/// Removes what `path` points at, in every element where it says `[*]`. Paths that lead nowhere do nothing.
void erase_path(Json& document, std::string_view path);
/// The top-level member a path begins with.
[[nodiscard]] std::string_view first_name(std::string_view path);

} // namespace litellm::providers
