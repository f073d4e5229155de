#pragma once

#include <span>
#include <string_view>

namespace litellm::config {

/// The candidate that `word` was probably meant to be, or an empty view when none is close.
[[nodiscard]] std::string_view
find_similar(std::string_view word, std::span<const std::string_view> candidates);

} // namespace litellm::config
