#include "price_book_pattern.hpp"

#include <algorithm>
#include <charconv>

namespace litellm::spend {

namespace {

/// std::regex recurses once per character of its subject.
constexpr std::size_t longest_subject = 500;
constexpr char any_digit = '\0';

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Takes `{n}` off the front of `text`; 1 when there is none, 0 when it is no plain count.
std::size_t take_repetition(std::string_view& text)
{
    if (!text.starts_with('{'))
        return 1;
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), count);
    const auto used = static_cast<std::size_t>(end - text.data());
    if (error != std::errc() || used == text.size() || *end != '}' || count > longest_subject)
        return 0;
    text.remove_prefix(used + 1);
    return count;
}

} // namespace

bool NameRegex::read_simple(std::string_view text)
{
    constexpr std::string_view special = ".*+?()[]{}|^$\\";
    if (text.starts_with('^')) {
        from_start_ = true;
        text.remove_prefix(1);
    }
    while (!text.empty()) {
        if (text == "$") {
            to_end_ = true;
            return true;
        }
        char c = text.front();
        text.remove_prefix(1);
        if (c == '\\') {
            if (text.empty() || (text.front() != 'd' && (is_letter(text.front()) || is_digit(text.front()))))
                return false;
            c = text.front() == 'd' ? any_digit : text.front();
            text.remove_prefix(1);
        } else if (special.find(c) != std::string_view::npos || c == any_digit) {
            return false;
        }
        const std::size_t times = take_repetition(text);
        if (times == 0 ||
            (!text.empty() && std::string_view("*+?").find(text.front()) != std::string_view::npos))
            return false;
        shape_.append(times, c);
    }
    return true;
}

std::optional<NameRegex> NameRegex::parse(std::string_view text)
{
    NameRegex regex;
    if (regex.read_simple(text))
        return regex;
    try {
        regex.expression_.emplace(text.begin(), text.end(), std::regex::ECMAScript);
    } catch (const std::regex_error&) {
        return std::nullopt;
    }
    return regex;
}

bool NameRegex::matches_at(std::string_view name, std::size_t at) const
{
    if (name.size() - at < shape_.size() || (to_end_ && name.size() - at != shape_.size()))
        return false;
    return std::ranges::equal(shape_, name.substr(at, shape_.size()), [](char s, char c) {
        return s == any_digit ? is_digit(c) : s == c;
    });
}

bool NameRegex::matches(std::string_view name) const
{
    if (name.size() > longest_subject)
        return false;
    if (expression_)
        return std::regex_search(name.begin(), name.end(), *expression_);
    for (std::size_t at = 0; at <= (from_start_ ? 0 : name.size()); ++at) {
        if (matches_at(name, at))
            return true;
    }
    return false;
}

bool NamePattern::matches(std::string_view lower_name) const
{
    const auto part_matches = [&](const NamePattern& part) { return part.matches(lower_name); };
    switch (kind) {
    case Kind::equals:
        return lower_name == text;
    case Kind::starts_with:
        return lower_name.starts_with(text);
    case Kind::ends_with:
        return lower_name.ends_with(text);
    case Kind::contains:
        return lower_name.find(text) != std::string_view::npos;
    case Kind::regex:
        return regex && regex->matches(lower_name);
    case Kind::any_of:
        return std::ranges::any_of(parts, part_matches);
    case Kind::all_of:
        return !parts.empty() && std::ranges::all_of(parts, part_matches);
    }
    return false;
}

} // namespace litellm::spend
