#include "storable_text.hpp"

#include "litellm/core/encoding.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace litellm::store {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view escaped_replacement = "\\ufffd";
constexpr std::string_view unstorable_document = R"({"litellm_cpp":"document could not be stored"})";

/// Doubles end at 1e308; jsonb takes more, but nothing sensible is written so.
constexpr int largest_exponent = 400;
constexpr std::size_t most_digits = 400;

/// Length of the UTF-8 sequence at the front of `text`; 0 when it is none or a zero byte.
std::size_t sequence_length(std::string_view text)
{
    const unsigned char first = static_cast<unsigned char>(text.front());
    if (first == 0)
        return 0;
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    return is_valid_utf8(text.substr(0, length)) ? length : 0;
}

/// The value of `\uXXXX` at the front of `text`.
std::optional<std::uint32_t> escaped_unit(std::string_view text)
{
    if (text.size() < 6 || text[0] != '\\' || text[1] != 'u')
        return std::nullopt;
    std::uint32_t unit = 0;
    const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
    if (error != std::errc() || end != text.data() + 6)
        return std::nullopt;
    return unit;
}

/// Copies one escape sequence of a JSON string and returns its length.
std::size_t copy_escape(std::string_view text, std::string& out)
{
    const std::optional<std::uint32_t> unit = escaped_unit(text);
    if (!unit) {
        const std::string_view escape = text.substr(0, 2);
        out += escape;
        return escape.size();
    }
    const std::optional<std::uint32_t> next = escaped_unit(text.substr(6));
    const bool is_pair = *unit >= 0xD800 && *unit < 0xDC00 && next && *next >= 0xDC00 && *next < 0xE000;
    if (is_pair) {
        out += text.substr(0, 12);
        return 12;
    }
    const bool is_refused = *unit == 0 || (*unit >= 0xD800 && *unit < 0xE000);
    out += is_refused ? escaped_replacement : text.substr(0, 6);
    return 6;
}

bool is_number_character(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

bool is_storable_number(std::string_view number)
{
    if (number.size() > most_digits)
        return false;
    const std::size_t mark = number.find_first_of("eE");
    if (mark == std::string_view::npos)
        return true;
    std::string_view digits = number.substr(mark + 1);
    if (digits.starts_with('+') || digits.starts_with('-'))
        digits.remove_prefix(1);
    int exponent = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    return error == std::errc() && end == digits.data() + digits.size() && exponent <= largest_exponent;
}

/// Walks over one document; `is_storable` becomes false at a number beyond all range.
std::string copy_document(std::string_view json, bool& is_storable)
{
    std::string out;
    out.reserve(json.size());
    bool in_string = false;
    for (std::size_t i = 0; i < json.size();) {
        const char c = json[i];
        if (in_string && c == '\\') {
            i += copy_escape(json.substr(i), out);
            continue;
        }
        if (c == '"')
            in_string = !in_string;
        const bool is_number = !in_string && ((c >= '0' && c <= '9') || c == '-');
        if (is_number) {
            const auto end = std::find_if_not(
                json.begin() + static_cast<std::ptrdiff_t>(i), json.end(), is_number_character
            );
            const std::string_view number = json.substr(i, static_cast<std::size_t>(end - json.begin()) - i);
            is_storable = is_storable && is_storable_number(number);
            out += number;
            i += number.size();
            continue;
        }
        out += c;
        ++i;
    }
    return out;
}

/// True for nearly all documents: no escape in them may need replacing, and no number is written with an
/// exponent or very many digits.
bool is_harmless(std::string_view json)
{
    bool in_string = false;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (c == '"') {
            in_string = !in_string;
        } else if (c == '\\') {
            if (i + 1 < json.size() && json[++i] == 'u')
                return false;
        } else if (!in_string) {
            const bool is_digit = static_cast<unsigned char>(c - '0') < 10;
            if (!is_digit && digits > 0 && (c == 'e' || c == 'E'))
                return false;
            digits = is_digit ? digits + 1 : 0;
            if (digits > most_digits)
                return false;
        }
    }
    return true;
}

} // namespace

bool is_storable_text(std::string_view text)
{
    return text.find('\0') == std::string_view::npos && is_valid_utf8(text);
}

bool is_storable_json(std::string_view json)
{
    return json.size() <= 2 || (is_storable_text(json) && is_harmless(json));
}

std::string storable_text(std::string_view text)
{
    if (is_storable_text(text))
        return std::string(text);
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        out += length == 0 ? replacement : text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(1, length));
    }
    return out;
}

std::string storable_json(std::string_view json)
{
    if (json.size() <= 2)
        return json.empty() ? "{}" : std::string(json);
    std::string text = storable_text(json);
    if (is_harmless(text))
        return text;
    bool is_storable = true;
    std::string document = copy_document(text, is_storable);
    return is_storable ? document : std::string(unstorable_document);
}

} // namespace litellm::store
