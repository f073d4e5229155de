#pragma once
// What an unquoted YAML word means.

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string_view>

#include "litellm/core/json.hpp"

namespace litellm::config {

/// Reads an unquoted scalar as PyYAML's SafeLoader does (YAML 1.1: `yes`, `0x1F`, `0755`, `1_000`, `~`), with
/// three deliberate differences: `1e-7` is a number, because LiteLLM takes it as a price; dates and
/// sexagesimals such as `2024-10-21` and `12:30` stay text, because they are API versions and times of day.
[[nodiscard]] Json read_plain_scalar(std::string_view text);

[[nodiscard]] std::optional<bool> read_yaml_boolean(std::string_view text);
/// An integer or a float, or nothing when `text` is not a number.
[[nodiscard]] std::optional<Json> read_yaml_number(std::string_view text);

} // namespace litellm::config
