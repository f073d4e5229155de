#include "yaml_scalar.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>

namespace litellm::config {

namespace {

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words)
{
    return std::find(words.begin(), words.end(), text) != words.end();
}

constexpr std::array<std::string_view, 5> null_words{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 9> true_words{
    "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
constexpr std::array<std::string_view, 9> false_words{
    "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};

bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

/// Splits off a leading sign; true when the number is negative.
bool take_sign(std::string_view& text)
{
    if (text.empty() || (text.front() != '+' && text.front() != '-'))
        return false;
    const bool negative = text.front() == '-';
    text.remove_prefix(1);
    return negative;
}

std::string without_underscores(std::string_view text)
{
    std::string result(text);
    std::erase(result, '_');
    return result;
}

/// `digits` in `base`, as the narrowest JSON number that holds it; nothing when a digit does not belong to
/// the base.
std::optional<Json> read_digits(std::string_view digits, int base, bool negative)
{
    const std::string text = without_underscores(digits);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (end != text.data() + text.size() || text.empty() || digits.front() == '_')
        return std::nullopt;
    constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (error == std::errc{} && value <= largest)
        return Json(negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value));
    if (error == std::errc{} && !negative)
        return Json(value);
    if (base != 10)
        return std::nullopt;
    double wide = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), wide).ec != std::errc{})
        return std::nullopt;
    return Json(negative ? -wide : wide);
}

std::optional<Json> read_integer(std::string_view text, bool negative)
{
    if (text.starts_with("0x"))
        return read_digits(text.substr(2), 16, negative);
    if (text.starts_with("0b"))
        return read_digits(text.substr(2), 2, negative);
    if (text.size() > 1 && text.front() == '0')
        return read_digits(text.substr(1), 8, negative);
    return read_digits(text, 10, negative);
}

/// True for digits with a point, an exponent or both; from_chars alone would also take `inf` and
/// hexadecimals.
bool looks_like_float(std::string_view text)
{
    const auto skip_digits = [&text] {
        const std::size_t count = static_cast<std::size_t>(
            std::find_if_not(text.begin(), text.end(), [](char letter) { return is_digit(letter); }) -
            text.begin()
        );
        text.remove_prefix(count);
        return count;
    };
    std::size_t digits = skip_digits();
    const bool has_point = text.starts_with('.');
    if (has_point) {
        text.remove_prefix(1);
        digits += skip_digits();
    }
    if (digits == 0)
        return false;
    if (text.empty())
        return has_point;
    if (text.front() != 'e' && text.front() != 'E')
        return false;
    text.remove_prefix(1);
    take_sign(text);
    return skip_digits() > 0 && text.empty();
}

std::optional<Json> read_float(std::string_view text, bool negative)
{
    constexpr std::array<std::string_view, 3> infinity_words{".inf", ".Inf", ".INF"};
    if (is_one_of(text, infinity_words)) {
        const double infinity = std::numeric_limits<double>::infinity();
        return Json(negative ? -infinity : infinity);
    }
    if (!text.empty() && text.front() == '_')
        return std::nullopt;
    const std::string digits = without_underscores(text);
    if (!looks_like_float(digits))
        return std::nullopt;
    double value = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc{})
        return std::nullopt;
    return Json(negative ? -value : value);
}

} // namespace

std::optional<bool> read_yaml_boolean(std::string_view text)
{
    if (is_one_of(text, true_words))
        return true;
    if (is_one_of(text, false_words))
        return false;
    return std::nullopt;
}

std::optional<Json> read_yaml_number(std::string_view text)
{
    constexpr std::array<std::string_view, 3> nan_words{".nan", ".NaN", ".NAN"};
    if (is_one_of(text, nan_words))
        return Json(std::numeric_limits<double>::quiet_NaN());
    const bool negative = take_sign(text);
    if (const auto integer = read_integer(text, negative))
        return integer;
    return read_float(text, negative);
}

Json read_plain_scalar(std::string_view text)
{
    if (is_one_of(text, null_words))
        return nullptr;
    if (const auto boolean = read_yaml_boolean(text))
        return *boolean;
    if (const auto number = read_yaml_number(text))
        return *number;
    return std::string(text);
}

} // namespace litellm::config
