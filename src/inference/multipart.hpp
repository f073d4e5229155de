#pragma once
// multipart/form-data (RFC 7578), read from front to back.

#include "litellm/core/error.hpp"

#include <string_view>
#include <vector>

namespace litellm::inference {

/// Views into the body.
struct Part {
    std::string_view name;
    std::string_view file_name; ///< empty: a field
    std::string_view value;
    std::string_view whole; ///< with the delimiter in front of it and the line break behind
};

/// invalid_input for what is no form with that boundary, or has more than 200 parts.
[[nodiscard]] Result<std::vector<Part>> read_multipart(std::string_view body, std::string_view boundary);

/// `key="value"` or `key=value` in a header line; empty when it is not there.
[[nodiscard]] std::string_view header_parameter(std::string_view line, std::string_view key);

} // namespace litellm::inference
