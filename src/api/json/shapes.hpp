#pragma once
// Small conversions that several shapes share.

#include "litellm/core/json.hpp"
#include "litellm/core/time.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace litellm::api {

/// JSON null for nothing.
template <class T>
[[nodiscard]] Json or_null(const std::optional<T>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

[[nodiscard]] inline Json time_or_null(const std::optional<Timestamp>& time)
{
    return time ? Json(to_iso8601(*time)) : Json(nullptr);
}

} // namespace litellm::api
