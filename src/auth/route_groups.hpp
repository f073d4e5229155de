#pragma once
// The groups of routes that lists of routes may name, as LiteLLM calls them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::auth {

/// Whether the group has the route; nothing when there is no such group.
[[nodiscard]] std::optional<bool> group_has(std::string_view group, std::string_view path);

/// As names_route(); an entry of a key also names what lies below it (`/key` names `/key/info`).
[[nodiscard]] bool are_allowed(const std::vector<std::string>& entries, std::string_view path);

} // namespace litellm::auth
