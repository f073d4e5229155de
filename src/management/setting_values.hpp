#pragma once
// Reads settings that stayed JSON: a number may be written as text (`os.environ/…`), a blank value is null.

#include "litellm/core/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::management {

/// Null when `object` is no object or lacks the member.
[[nodiscard]] const Json* find_setting(const Json& object, std::string_view name);
[[nodiscard]] std::optional<double> number_setting(const Json& object, std::string_view name);
[[nodiscard]] std::optional<std::int64_t> integer_setting(const Json& object, std::string_view name);
[[nodiscard]] std::optional<std::string> text_setting(const Json& object, std::string_view name);
[[nodiscard]] std::vector<std::string> list_setting(const Json& object, std::string_view name);

/// Fill what the request left open.
inline void fill(std::optional<double>& field, const Json& settings, std::string_view name)
{
    if (!field)
        field = number_setting(settings, name);
}
inline void fill(std::optional<std::int64_t>& field, const Json& settings, std::string_view name)
{
    if (!field)
        field = integer_setting(settings, name);
}
inline void fill(std::optional<std::string>& field, const Json& settings, std::string_view name)
{
    if (!field)
        field = text_setting(settings, name);
}
inline void fill(std::vector<std::string>& field, const Json& settings, std::string_view name)
{
    if (field.empty())
        field = list_setting(settings, name);
}

} // namespace litellm::management
