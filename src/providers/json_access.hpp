#pragma once
// Reading documents that come from outside: whatever is missing or of another type is simply not there.

#include "litellm/core/json.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace litellm::providers {

/// The member, or nullptr when `object` is no object, has no such member or has null there.
[[nodiscard]] const Json* find(const Json& object, std::string_view name);
[[nodiscard]] Json* find(Json& object, std::string_view name);
[[nodiscard]] bool has_member(const Json& object, std::string_view name);
/// The text of a string member, else empty.
[[nodiscard]] std::string string_at(const Json& object, std::string_view name);
/// True only for a member that is the boolean true.
[[nodiscard]] bool flag_at(const Json& object, std::string_view name);
/// A count: integers, and floats without a fraction that some servers send. Negative numbers count as 0.
[[nodiscard]] std::optional<std::int64_t> count_at(const Json& object, std::string_view name);
void erase(Json& object, std::string_view name);
/// Gives the member another name in the same place. When there is a member of that name, one of the two goes:
/// that one if `from_wins`.
void rename(Json& object, std::string_view from, std::string_view to, bool from_wins = false);

} // namespace litellm::providers
