#pragma once
// The process environment, behind a function so that tests bring their own.

#include <functional>
#include <optional>
#include <string>

namespace litellm {

/// Value of an environment variable, or nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

[[nodiscard]] Environment process_environment();
/// True for `true`, `1`, `yes`, `on` in any case.
[[nodiscard]] bool is_truthy(const std::string& text);

} // namespace litellm
