#pragma once
// Just enough of URLs to compare bases and to join paths.

#include <optional>
#include <string>
#include <string_view>

namespace litellm::providers {

struct WebAddress {
    std::string_view host; ///< without user and port
    std::string_view path; ///< begins with a slash or is empty; without query and trailing slashes
};

/// Nothing when `url` is not http or https with a host.
[[nodiscard]] std::optional<WebAddress> split_address(std::string_view url);
/// By whole segments: `/v1` is a prefix of `/v1/x`, not of `/v1beta`.
[[nodiscard]] bool is_path_prefix(std::string_view prefix, std::string_view path);
[[nodiscard]] std::string_view without_trailing_slashes(std::string_view text);
/// `base` + `path`; a base that ends in `path` already stays as it is, a query stays behind the path.
[[nodiscard]] std::string join_path(std::string_view base, std::string_view path);

} // namespace litellm::providers
