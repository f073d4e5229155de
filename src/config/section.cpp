#include "section.hpp"

#include "suggestion.hpp"

#include "litellm/core/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace litellm::config {

Section::Section(const Node* node, std::string path, Findings& findings, const KeyTable* table)
    : node_(node), path_(std::move(path)), findings_(findings), table_(table)
{
    if (node_ != nullptr && !node_->is_map() && !node_->is_blank())
        findings_.error(
            node_->place, path_, fmt::format("is {}; write a map of 'name: value' lines.", kind_name(*node_))
        );
}

const Node* Section::find(std::string_view key) const
{
    assert(table_ == nullptr || table_->reads(key));
    const Node* member = node_ == nullptr ? nullptr : node_->find(key);
    return member == nullptr || member->is_blank() ? nullptr : member;
}

std::string Section::path_of(std::string_view key) const
{
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void Section::error(const Node& member, std::string message)
{
    findings_.error(member.place, path_of(member.key), std::move(message));
}

void Section::wrong_kind(const Node& member, std::string_view expected)
{
    error(member, fmt::format("is {}; write {}.", kind_name(member), expected));
}

bool Section::read(std::string_view key, bool& target)
{
    const Node* member = find(key);
    if (member == nullptr)
        return false;
    const auto value = as_boolean(*member);
    if (value)
        target = *value;
    else
        wrong_kind(*member, "true or false");
    return value.has_value();
}

bool Section::read(std::string_view key, std::string& target)
{
    const Node* member = find(key);
    if (member == nullptr)
        return false;
    auto value = as_text(*member);
    if (!value)
        wrong_kind(*member, "text; a word that looks like a number or like true needs quotes");
    else
        target = std::move(*value);
    return value.has_value();
}

bool Section::read(std::string_view key, std::vector<std::string>& target)
{
    const Node* member = find(key);
    if (member == nullptr)
        return false;
    auto value = as_texts(*member);
    if (!value && member->is_list())
        error(*member, "has an entry that is not text; write a list of text, numbers in quotes.");
    else if (!value)
        wrong_kind(*member, fmt::format("a list, e.g. '{}: [\"one\", \"two\"]'", key));
    else
        target = std::move(*value);
    return value.has_value();
}

bool Section::read(std::string_view key, std::map<std::string, std::string>& target)
{
    const Node* member = find(key);
    if (member == nullptr)
        return false;
    const bool is_text_map = member->is_map() &&
        std::all_of(member->children.begin(), member->children.end(), [](const Node& child) {
                                 return child.is_text();
                             });
    if (!is_text_map) {
        error(*member, "write a map from text to text, one 'name: value' a line.");
        return false;
    }
    for (const Node& child : member->children)
        target[child.key] = child.scalar.get<std::string>();
    return true;
}

bool Section::read(std::string_view key, double& target, const Range& range)
{
    const Node* member = find(key);
    if (member == nullptr)
        return false;
    const auto value = as_number(*member);
    const bool fits = value && range.contains(*value);
    if (!value)
        wrong_kind(*member, describe(range, "a number"));
    else if (!fits)
        error(*member, fmt::format("is out of range; write {}.", describe(range, "a number")));
    else
        target = *value;
    return fits;
}

bool Section::read(std::string_view key, std::int64_t& target, const Range& range)
{
    const Node* member = find(key);
    if (member == nullptr)
        return false;
    const auto value = as_whole_number(*member);
    const bool fits = value && range.contains(static_cast<double>(*value));
    if (!value && as_number(*member))
        error(*member, fmt::format("is not a whole number; write {}.", describe(range, "a whole number")));
    else if (!value)
        wrong_kind(*member, describe(range, "a whole number"));
    else if (!fits)
        error(*member, fmt::format("is out of range; write {}.", describe(range, "a whole number")));
    else
        target = *value;
    return fits;
}

bool Section::read(std::string_view key, int& target, const Range& range)
{
    std::int64_t value = 0;
    if (!read(key, value, range))
        return false;
    if (value > std::numeric_limits<int>::max() || value < std::numeric_limits<int>::min()) {
        error(*find(key), "is too large; write a smaller number.");
        return false;
    }
    target = static_cast<int>(value);
    return true;
}

bool Section::read_choice(
    std::string_view key, std::string& target, std::span<const std::string_view> choices
)
{
    std::string value;
    if (!read(key, value))
        return false;
    if (std::find(choices.begin(), choices.end(), value) != choices.end()) {
        target = std::move(value);
        return true;
    }
    const std::string_view similar = find_similar(value, choices);
    const std::string question = similar.empty() ? "" : fmt::format(" Did you mean {}?", similar);
    error(*find(key), fmt::format("is not a known choice; write {}.{}", list_choices(choices), question));
    return false;
}

bool Section::read_duration(std::string_view key, std::string& target)
{
    std::string value;
    if (!read(key, value))
        return false;
    if (!parse_duration(value)) {
        error(
            *find(key),
            "is not a length of time; write a number and a unit, e.g. 30s, 30m, 12h, 7d, 1w or 1mo."
        );
        return false;
    }
    target = std::move(value);
    return true;
}

bool Section::read_map(std::string_view key, Json& target)
{
    const Node* member = find(key);
    if (member == nullptr)
        return false;
    if (!member->is_map()) {
        wrong_kind(*member, "a map of 'name: value' lines");
        return false;
    }
    target = to_json(*member);
    return true;
}

std::string list_choices(std::span<const std::string_view> choices)
{
    std::string text;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0)
            text += i + 1 == choices.size() ? " or " : ", ";
        text += choices[i];
    }
    return text;
}

} // namespace litellm::config
