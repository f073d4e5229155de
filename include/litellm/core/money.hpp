#pragma once
// Money as integers. Doubles exist only where a database column or a JSON number demands one.

#include "litellm/core/error.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace litellm {

/// Signed nano-dollars (1e-9 USD). Arithmetic that overflows throws Failure.
class Money {
public:
    constexpr Money() = default;
    [[nodiscard]] static constexpr Money from_nano(std::int64_t nano) { return Money(nano); }
    /// Rounds to the nearest nano-dollar; invalid_input when not finite or out of range.
    [[nodiscard]] static Result<Money> from_usd(double usd);
    /// Exact decimal text such as "0.0001065" or "1e-7"; digits past the ninth decimal are rounded half away
    /// from zero.
    [[nodiscard]] static Result<Money> parse(std::string_view text);

    [[nodiscard]] constexpr std::int64_t nano() const { return nano_; }
    [[nodiscard]] double usd() const { return static_cast<double>(nano_) / 1e9; }
    /// Shortest decimal without exponent: "0.0001065", "12", "0".
    [[nodiscard]] std::string to_string() const;

    Money& operator+=(Money other);
    Money& operator-=(Money other);
    friend Money operator+(Money a, Money b) { return a += b; }
    friend Money operator-(Money a, Money b) { return a -= b; }
    friend constexpr auto operator<=>(Money, Money) = default;

private:
    constexpr explicit Money(std::int64_t nano) : nano_(nano) {}
    std::int64_t nano_ = 0;
};

/// The price of one unit (a token, an image, a second) in femto-dollars (1e-15 USD), so that a price such as
/// 0.0375 USD per million tokens is exact.
class UnitPrice {
public:
    constexpr UnitPrice() = default;
    [[nodiscard]] static constexpr UnitPrice from_femto(std::int64_t femto) { return UnitPrice(femto); }
    /// USD per unit as decimal text, "1.5e-07" included; digits past the 15th decimal are rounded.
    /// Negative prices and prices above 9000 USD per unit are invalid_input.
    [[nodiscard]] static Result<UnitPrice> parse(std::string_view text);

    [[nodiscard]] constexpr std::int64_t femto() const { return femto_; }
    friend constexpr auto operator<=>(UnitPrice, UnitPrice) = default;

private:
    constexpr explicit UnitPrice(std::int64_t femto) : femto_(femto) {}
    std::int64_t femto_ = 0;
};

/// Sums `units * price` exactly and rounds once, half up, to nano-dollars.
class CostSum {
public:
    void add(std::int64_t units, UnitPrice price);
    [[nodiscard]] Money total() const;
    /// The sum times two factors in millionths, and `more` added: rounded once, too.
    [[nodiscard]] Money total(std::int64_t first_factor, std::int64_t second_factor, UnitPrice more) const;

private:
    __extension__ __int128 femto_ = 0;
};

} // namespace litellm
