#pragma once
// A Node as a C++ value, as generously as LiteLLM reads it: "True" is a boolean and "600" a number, because
// that is how they come out of environment variables.

#include "findings.hpp"
#include "node.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::config {

[[nodiscard]] std::optional<bool> as_boolean(const Node& node);
/// Finite numbers only.
[[nodiscard]] std::optional<double> as_number(const Node& node);
[[nodiscard]] std::optional<std::int64_t> as_whole_number(const Node& node);
/// Only text: a number would lose how it was written.
[[nodiscard]] std::optional<std::string> as_text(const Node& node);
[[nodiscard]] std::optional<std::vector<std::string>> as_texts(const Node& node);

/// What a number may be; `above` excludes the minimum itself.
struct Range {
    double minimum = std::numeric_limits<double>::lowest();
    double maximum = std::numeric_limits<double>::max();
    bool above = false;

    [[nodiscard]] bool contains(double value) const
    {
        return (above ? value > minimum : value >= minimum) && value <= maximum;
    }
};

constexpr Range any_number{};
constexpr Range positive{.minimum = 0, .above = true};
constexpr Range not_negative{.minimum = 0};
constexpr Range at_least_one{.minimum = 1};
/// "a whole number from 1 to 65535", "a number greater than 0".
[[nodiscard]] std::string describe(const Range& range, std::string_view noun);

enum class Shape { text, boolean, number, whole_number, duration, list, map };

struct Expected {
    std::string_view key;
    Shape shape;
    Range range = any_number;
};

/// Checks members that stay in a JSON document and gives them their JSON type, so that whoever reads the
/// document later needs no conversions: "True" becomes true and "600" becomes 600. Absent and blank members
/// are fine.
void check_shapes(Node& map, std::span<const Expected> expected, const std::string& path, Findings& findings);

} // namespace litellm::config
