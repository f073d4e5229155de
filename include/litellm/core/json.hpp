#pragma once
// The JSON document type. Headers include this; only sources include <nlohmann/json.hpp>.

#include "litellm/core/error.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace litellm {

/// Keeps the order in which members were written.
using Json = nlohmann::ordered_json;

/// invalid_input with position when `text` is not JSON; nesting deeper than 200 levels is refused.
[[nodiscard]] Result<Json> parse_json(std::string_view text);
/// Compact text. Invalid UTF-8 becomes U+FFFD instead of an error.
[[nodiscard]] std::string to_text(const Json& document);
/// Appends `text` as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view text);

} // namespace litellm
