#include "values.hpp"

#include "yaml_scalar.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace litellm::config {

namespace {

/// The number that this scalar is or spells.
std::optional<Json> find_number(const Node& node)
{
    if (node.kind != Node::Kind::scalar)
        return std::nullopt;
    if (node.scalar.is_string())
        return read_yaml_number(trim(node.scalar.get_ref<const std::string&>()));
    if (node.scalar.is_number())
        return node.scalar;
    return std::nullopt;
}

std::string wanted(const Expected& expected)
{
    switch (expected.shape) {
    case Shape::text:
        return "text in quotes";
    case Shape::boolean:
        return "true or false";
    case Shape::number:
        return describe(expected.range, "a number");
    case Shape::whole_number:
        return describe(expected.range, "a whole number");
    case Shape::duration:
        return "a number and a unit, e.g. 30s, 30m, 12h, 7d, 1w or 1mo";
    case Shape::list:
        return "a list, e.g. [a, b]";
    case Shape::map:
        return "a map of 'name: value' lines";
    }
    return "";
}

/// The member as it is expected, or nothing when it is something else.
std::optional<Json> convert(const Node& node, const Expected& expected)
{
    const auto to_json_value = [](const auto& value) {
        return value ? std::optional<Json>(*value) : std::nullopt;
    };
    switch (expected.shape) {
    case Shape::text:
        return to_json_value(as_text(node));
    case Shape::boolean:
        return to_json_value(as_boolean(node));
    case Shape::number:
        return as_number(node) && expected.range.contains(*as_number(node)) ? find_number(node)
                                                                            : std::nullopt;
    case Shape::whole_number: {
        const auto number = as_whole_number(node);
        return number && expected.range.contains(static_cast<double>(*number)) ? to_json_value(number)
                                                                               : std::nullopt;
    }
    case Shape::duration: {
        const auto text = as_text(node);
        return text && parse_duration(*text) ? to_json_value(text) : std::nullopt;
    }
    case Shape::list:
        return node.is_list() ? std::optional<Json>(to_json(node)) : std::nullopt;
    case Shape::map:
        return node.is_map() ? std::optional<Json>(to_json(node)) : std::nullopt;
    }
    return std::nullopt;
}

bool out_of_range(const Node& node, const Expected& expected)
{
    const auto number = as_number(node);
    return number && !expected.range.contains(*number);
}

} // namespace

std::optional<bool> as_boolean(const Node& node)
{
    if (node.kind != Node::Kind::scalar)
        return std::nullopt;
    if (node.scalar.is_boolean())
        return node.scalar.get<bool>();
    if (node.is_text()) {
        const std::string word = to_lower(trim(node.scalar.get_ref<const std::string&>()));
        if (const auto boolean = read_yaml_boolean(word))
            return boolean;
    }
    const auto number = as_whole_number(node);
    if (number == 0 || number == 1)
        return *number == 1;
    return std::nullopt;
}

std::optional<double> as_number(const Node& node)
{
    const auto number = find_number(node);
    if (!number || !std::isfinite(number->get<double>()))
        return std::nullopt;
    return number->get<double>();
}

std::optional<std::int64_t> as_whole_number(const Node& node)
{
    const auto number = find_number(node);
    if (!number)
        return std::nullopt;
    if (number->is_number_unsigned() &&
        number->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    if (number->is_number_integer())
        return number->get<std::int64_t>();
    constexpr double exact_limit = 9007199254740992.0; // 2^53
    const double value = number->get<double>();
    if (!std::isfinite(value) || std::trunc(value) != value || std::abs(value) > exact_limit)
        return std::nullopt;
    return static_cast<std::int64_t>(value);
}

std::optional<std::string> as_text(const Node& node)
{
    if (!node.is_text())
        return std::nullopt;
    return node.scalar.get<std::string>();
}

std::optional<std::vector<std::string>> as_texts(const Node& node)
{
    if (!node.is_list() || !std::all_of(node.children.begin(), node.children.end(), [](const Node& child) {
            return child.is_text();
        }))
        return std::nullopt;
    std::vector<std::string> texts;
    for (const Node& child : node.children)
        texts.push_back(child.scalar.get<std::string>());
    return texts;
}

std::string describe(const Range& range, std::string_view noun)
{
    constexpr double worth_telling = 1e9; // larger limits only keep numbers inside their types
    const bool has_minimum = range.minimum > -worth_telling;
    const bool has_maximum = range.maximum < worth_telling;
    if (has_minimum && has_maximum)
        return fmt::format("{} from {} to {}", noun, range.minimum, range.maximum);
    if (range.above)
        return fmt::format("{} greater than {}", noun, range.minimum);
    if (has_minimum)
        return fmt::format("{}, {} or more", noun, range.minimum);
    return std::string(noun);
}

void check_shapes(Node& map, std::span<const Expected> expected, const std::string& path, Findings& findings)
{
    for (const Expected& one : expected) {
        Node* member = map.find(one.key);
        if (member == nullptr || member->is_blank())
            continue;
        std::optional<Json> value = convert(*member, one);
        if (!value)
            findings.error(
                member->place,
                fmt::format("{}{}{}", path, path.empty() ? "" : ".", one.key),
                fmt::format(
                    "is {}{}; write {}.",
                    kind_name(*member),
                    out_of_range(*member, one) ? " out of range" : "",
                    wanted(one)
                )
            );
        else if (member->kind == Node::Kind::scalar)
            member->become(std::move(*value));
    }
}

} // namespace litellm::config
