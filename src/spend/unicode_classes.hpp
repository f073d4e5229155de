#pragma once
// What tokenizers ask of a character.

#include <cstdint>
#include <string_view>

namespace litellm::spend {

enum class CharacterClass : std::uint8_t {
    other, ///< punctuation, symbols, controls, unassigned
    space,
    upper,  ///< Lu, Lt
    lower,  ///< Ll
    letter, ///< Lm, Lo: neither upper nor lower case
    mark,   ///< M
    number, ///< N
};

[[nodiscard]] CharacterClass class_of(char32_t character);

/// Runs of characters of one class: a letter, then the length in hexadecimal digits.
extern const std::string_view unicode_class_runs;

} // namespace litellm::spend
