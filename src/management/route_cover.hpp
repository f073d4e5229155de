#pragma once
// Which routes an `allowed_routes` entry covers: a path, a path with a trailing `*`, or the name of a group
// of routes.

#include <string>
#include <string_view>
#include <vector>

namespace litellm::management {

/// True when everything that `entry` allows is allowed by one of `owned`.
[[nodiscard]] bool is_covered(std::string_view entry, const std::vector<std::string>& owned);
/// True when `entry` names nothing beyond what every internal user may call. Group names are fine: they only
/// ever restrict, while a path also lets its key pass the role check (reference 6.6, rule 12).
[[nodiscard]] bool is_open_to_internal_users(std::string_view entry);

} // namespace litellm::management
