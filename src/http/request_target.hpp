#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace litellm::http {

struct RequestTarget {
    std::string path;
    std::string query;
};

/// The one place where a request target becomes a path. Accepts origin form and absolute form (whose
/// authority is ignored, as is the Host header: neither takes part in a decision). Percent-decoding happens
/// once; runs of slashes collapse; a trailing slash is dropped. Nothing for anything that two readers could
/// understand in two ways: `.` and `..` segments, control characters, backslashes, malformed escapes, invalid
/// UTF-8.
[[nodiscard]] std::optional<RequestTarget> parse_request_target(std::string_view target);

} // namespace litellm::http
