#include "litellm/core/money.hpp"

#include <fmt/format.h>

#include <cmath>

namespace litellm {

namespace {

__extension__ using Wide = __int128;

constexpr int max_exponent = 60;

struct Decimal {
    bool negative = false;
    std::string digits; ///< without the point
    int scale = 0;      ///< digits after the point
};

Result<Decimal> parse_decimal(std::string_view text)
{
    const auto fail = [&] { return invalid_input(fmt::format("'{}' is not a decimal number", text)); };
    Decimal decimal;
    std::size_t at = 0;
    if (at < text.size() && (text[at] == '-' || text[at] == '+'))
        decimal.negative = text[at++] == '-';
    bool point = false;
    bool any = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '.' && !point) {
            point = true;
        } else if (c >= '0' && c <= '9') {
            any = true;
            decimal.digits += c;
            decimal.scale += point;
        } else {
            break;
        }
    }
    if (!any || decimal.digits.size() > 100)
        return fail();
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        int sign = 1;
        if (++at < text.size() && (text[at] == '-' || text[at] == '+'))
            sign = text[at++] == '-' ? -1 : 1;
        int exponent = 0;
        const std::size_t first = at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
            exponent = exponent * 10 + (text[at] - '0');
            if (exponent > max_exponent)
                return fail();
        }
        if (at == first)
            return fail();
        decimal.scale -= sign * exponent;
    }
    if (at != text.size())
        return fail();
    return decimal;
}

/// The decimal as a multiple of 10^-places, rounded half away from zero.
Result<std::int64_t> scaled(const Decimal& decimal, int places)
{
    Wide value = 0;
    const int keep = static_cast<int>(decimal.digits.size()) - decimal.scale + places;
    bool round_up = false;
    for (int i = 0; i < keep; ++i) {
        const int digit = i < static_cast<int>(decimal.digits.size())
            ? decimal.digits[static_cast<std::size_t>(i)] - '0'
            : 0;
        value = value * 10 + digit;
        if (value > INT64_MAX)
            return invalid_input("number out of range");
    }
    if (keep >= 0 && keep < static_cast<int>(decimal.digits.size()))
        round_up = decimal.digits[static_cast<std::size_t>(keep)] >= '5';
    value += round_up;
    if (value > INT64_MAX)
        return invalid_input("number out of range");
    return static_cast<std::int64_t>(decimal.negative ? -value : value);
}

} // namespace

Result<Money> Money::from_usd(double usd)
{
    const double nano = std::round(usd * 1e9);
    if (!std::isfinite(nano) || std::fabs(nano) > 9.2e18)
        return invalid_input("amount of money out of range");
    return Money(static_cast<std::int64_t>(nano));
}

Result<Money> Money::parse(std::string_view text)
{
    const auto decimal = parse_decimal(text);
    if (!decimal)
        return decimal.error();
    const auto nano = scaled(*decimal, 9);
    if (!nano)
        return nano.error();
    return Money(*nano);
}

std::string Money::to_string() const
{
    const bool negative = nano_ < 0;
    const auto magnitude =
        negative ? 0 - static_cast<std::uint64_t>(nano_) : static_cast<std::uint64_t>(nano_);
    std::string text =
        fmt::format("{}{}.{:09}", negative ? "-" : "", magnitude / 1'000'000'000, magnitude % 1'000'000'000);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
        text.pop_back();
    return text;
}

Money& Money::operator+=(Money other)
{
    if (__builtin_add_overflow(nano_, other.nano_, &nano_))
        throw Failure(internal_error("money overflow"));
    return *this;
}

Money& Money::operator-=(Money other)
{
    if (__builtin_sub_overflow(nano_, other.nano_, &nano_))
        throw Failure(internal_error("money overflow"));
    return *this;
}

Result<UnitPrice> UnitPrice::parse(std::string_view text)
{
    const auto decimal = parse_decimal(text);
    if (!decimal)
        return decimal.error();
    const auto femto = scaled(*decimal, 15);
    if (!femto)
        return femto.error();
    if (*femto < 0)
        return invalid_input(fmt::format("price '{}' is negative", text));
    return UnitPrice(*femto);
}

void CostSum::add(std::int64_t units, UnitPrice price)
{
    femto_ += static_cast<Wide>(units) * price.femto();
}

namespace {

Money rounded(Wide sum, Wide per_nano)
{
    const Wide nano = (sum + per_nano / 2) / per_nano;
    if (nano > INT64_MAX || nano < 0)
        throw Failure(internal_error("cost out of range"));
    return Money::from_nano(static_cast<std::int64_t>(nano));
}

constexpr std::int64_t femto_per_nano = 1'000'000;
constexpr std::int64_t million = 1'000'000;

} // namespace

Money CostSum::total() const
{
    return rounded(femto_, femto_per_nano);
}

Money CostSum::total(std::int64_t first_factor, std::int64_t second_factor, UnitPrice more) const
{
    // A cost beyond this has no place in a Money either way, and two factors would not fit.
    if (femto_ > static_cast<Wide>(INT64_MAX) * femto_per_nano)
        throw Failure(internal_error("cost out of range"));
    const Wide unit = static_cast<Wide>(million) * million;
    return rounded(femto_ * first_factor * second_factor + unit * more.femto(), unit * femto_per_nano);
}

} // namespace litellm
