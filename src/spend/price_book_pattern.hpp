#pragma once
// Which names, beside its own, mean a model of a price list.

#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::spend {

/// An ECMAScript regular expression that is searched for. Most of those in price lists are a fixed text with
/// digits in it; std::regex takes a tenth of a millisecond to compile one, which start-up would feel, so
/// these are matched by hand.
class NameRegex {
public:
    /// Nothing when `text` is no regular expression.
    [[nodiscard]] static std::optional<NameRegex> parse(std::string_view text);
    [[nodiscard]] bool matches(std::string_view name) const;

private:
    [[nodiscard]] bool matches_at(std::string_view name, std::size_t at) const;
    /// False when `text` is more than literal characters, `\d`, `\d{n}`, `^` at the start and `$` at the end.
    bool read_simple(std::string_view text);

    std::string shape_; ///< a NUL stands for any digit
    bool from_start_ = false;
    bool to_end_ = false;
    std::optional<std::regex> expression_; ///< what is not simple
};

/// One clause of a list's `match`. Names are compared in lower case.
struct NamePattern {
    enum class Kind { equals, starts_with, ends_with, contains, regex, any_of, all_of };
    Kind kind = Kind::equals;
    std::string text = {}; ///< lower case
    std::optional<NameRegex> regex = {};
    std::vector<NamePattern> parts = {};

    [[nodiscard]] bool matches(std::string_view lower_name) const;
};

} // namespace litellm::spend
