#pragma once
// One member of a JSON object, where nobody promises that it is there or of what type it is.

#include "litellm/core/json.hpp"

#include <string>
#include <string_view>

namespace litellm {

/// The text of a string member; empty where `object` is no object, and for members of other types.
[[nodiscard]] std::string member_text(const Json& object, std::string_view name);

} // namespace litellm
