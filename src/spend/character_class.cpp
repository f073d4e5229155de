#include "unicode_classes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace litellm::spend {

namespace {

CharacterClass class_named(char letter)
{
    switch (letter) {
    case 'S':
        return CharacterClass::space;
    case 'U':
        return CharacterClass::upper;
    case 'L':
        return CharacterClass::lower;
    case 'T':
        return CharacterClass::letter;
    case 'M':
        return CharacterClass::mark;
    case 'N':
        return CharacterClass::number;
    default:
        return CharacterClass::other;
    }
}

struct Classes {
    /// Characters below this are looked up, the others searched for.
    static constexpr std::size_t direct = 0x3000;
    std::array<CharacterClass, direct> table{};
    struct Run {
        char32_t first;
        CharacterClass kind;
    };
    std::vector<Run> runs;

    Classes()
    {
        char32_t first = 0;
        const char* at = unicode_class_runs.data();
        const char* const end = at + unicode_class_runs.size();
        while (at != end) {
            const CharacterClass kind = class_named(*at);
            std::uint32_t length = 0;
            at = std::from_chars(at + 1, end, length, 16).ptr;
            runs.push_back({first, kind});
            for (char32_t each = first; each < first + length && each < direct; ++each)
                table[each] = kind;
            first += length;
        }
    }
};

} // namespace

CharacterClass class_of(char32_t character)
{
    static const Classes classes;
    if (character < Classes::direct)
        return classes.table[character];
    const auto after = std::upper_bound(
        classes.runs.begin(),
        classes.runs.end(),
        character,
        [](char32_t value, const Classes::Run& run) { return value < run.first; }
    );
    return std::prev(after)->kind;
}

} // namespace litellm::spend
