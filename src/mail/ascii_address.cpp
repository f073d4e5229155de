// International domains in ASCII: punycode, RFC 3492. libcurl would do it by the process's locale, which is
// "C".
#include "curl_call.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace litellm::mail {

namespace {

constexpr std::size_t longest_label = 63;

/// Lower case for the alphabets that have one in whole blocks: what people type in capitals means the same
/// domain.
std::uint32_t lowered(std::uint32_t point)
{
    const bool is_latin = (point >= 'A' && point <= 'Z') || (point >= 0xc0 && point <= 0xde && point != 0xd7);
    const bool is_greek_or_cyrillic =
        (point >= 0x391 && point <= 0x3a9) || (point >= 0x410 && point <= 0x42f);
    if (is_latin || is_greek_or_cyrillic)
        return point + 0x20;
    return point >= 0x400 && point <= 0x40f ? point + 0x50 : point;
}

/// Of valid UTF-8.
std::vector<std::uint32_t> code_points(std::string_view text)
{
    std::vector<std::uint32_t> points;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xc0) == 0x80 && !points.empty())
            points.back() = (points.back() << 6) | (byte & 0x3f);
        else
            points.push_back(
                byte < 0x80       ? byte
                    : byte < 0xe0 ? byte & 0x1f
                    : byte < 0xf0 ? byte & 0x0f
                                  : byte & 0x07
            );
    }
    std::ranges::transform(points, points.begin(), lowered);
    return points;
}

std::uint32_t adapted(std::uint32_t delta, std::uint32_t count, bool is_first)
{
    delta = is_first ? delta / 700 : delta / 2;
    delta += delta / count;
    std::uint32_t k = 0;
    for (; delta > 455; k += 36)
        delta /= 35;
    return k + 36 * delta / (delta + 38);
}

char digit(std::uint32_t value)
{
    return static_cast<char>(value < 26 ? 'a' + value : '0' + value - 26);
}

void append_number(std::string& out, std::uint32_t delta, std::uint32_t bias)
{
    for (std::uint32_t k = 36;; k += 36) {
        const std::uint32_t threshold = k <= bias ? 1 : std::min<std::uint32_t>(k - bias, 26);
        if (delta < threshold)
            break;
        out += digit(threshold + (delta - threshold) % (36 - threshold));
        delta = (delta - threshold) / (36 - threshold);
    }
    out += digit(delta);
}

std::string punycode(const std::vector<std::uint32_t>& points)
{
    std::string out = "xn--";
    const std::size_t mark = out.size();
    for (const std::uint32_t point : points)
        if (point < 0x80)
            out += static_cast<char>(point);
    const auto basic = static_cast<std::uint32_t>(out.size() - mark);
    if (basic > 0)
        out += '-';
    std::uint32_t handled = basic;
    std::uint32_t next = 0x80;
    std::uint32_t delta = 0;
    std::uint32_t bias = 72;
    while (handled < points.size()) {
        std::uint32_t smallest = UINT32_MAX;
        for (const std::uint32_t point : points)
            if (point >= next)
                smallest = std::min(smallest, point);
        delta += (smallest - next) * (handled + 1);
        next = smallest;
        for (const std::uint32_t point : points) {
            if (point < next)
                ++delta;
            if (point != next)
                continue;
            append_number(out, delta, bias);
            bias = adapted(delta, handled + 1, handled == basic);
            delta = 0;
            ++handled;
        }
        ++delta;
        ++next;
    }
    return out;
}

bool is_letter_digit_hyphen(std::uint32_t point)
{
    return (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9') || point == '-';
}

/// Empty for what can be no part of a domain.
std::string ascii_label(std::string_view label)
{
    const auto points = code_points(label);
    const bool is_fit = !points.empty() && points.size() <= longest_label &&
        std::ranges::all_of(points, [](std::uint32_t point) {
            return point >= 0xa1 || is_letter_digit_hyphen(point);
        });
    if (!is_fit)
        return {};
    if (std::ranges::all_of(points, is_letter_digit_hyphen))
        return {points.begin(), points.end()};
    std::string coded = punycode(points);
    return coded.size() <= longest_label ? coded : std::string();
}

} // namespace

std::optional<std::string> ascii_address(const std::string& address)
{
    const auto at = address.rfind('@');
    if (std::ranges::all_of(address, [](char c) { return c > 0x20 && c < 0x7f; }))
        return address;
    if (at == std::string::npos ||
        !std::ranges::all_of(address.substr(0, at), [](char c) { return c > 0x20 && c < 0x7f; }))
        return std::nullopt;
    std::string_view rest = std::string_view(address).substr(at + 1);
    std::string written = address.substr(0, at + 1);
    for (;;) {
        const auto dot = rest.find('.');
        const std::string label = ascii_label(rest.substr(0, dot));
        if (label.empty())
            return std::nullopt;
        written += label;
        if (dot == std::string_view::npos)
            return written;
        written += '.';
        rest.remove_prefix(dot + 1);
    }
}

} // namespace litellm::mail
