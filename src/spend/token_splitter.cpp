#include "token_splitter.hpp"

#include "unicode_classes.hpp"

#include <array>
#include <optional>

namespace litellm::spend {

namespace {

struct Character {
    CharacterClass kind = CharacterClass::other;
    char32_t code = 0;
    std::size_t size = 0; ///< 0: the end of the text
};

Character decode(std::string_view text, std::size_t at)
{
    if (at >= text.size())
        return {};
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(at);
    if (first < 0x80)
        return {class_of(first), first, 1};
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + size > text.size())
        return {CharacterClass::other, 0xfffd, 1};
    char32_t code = first & (0xff >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(at + i) & 0xc0) != 0x80)
            return {CharacterClass::other, 0xfffd, 1};
        code = (code << 6) | (byte(at + i) & 0x3f);
    }
    return {class_of(code), code, size};
}

using enum CharacterClass;

bool is_letter(const Character& c)
{
    return c.kind == upper || c.kind == lower || c.kind == letter;
}
bool is_line_end(const Character& c)
{
    return c.code == '\r' || c.code == '\n';
}
/// [^\s\p{L}\p{N}]
bool is_symbol(const Character& c)
{
    return c.size > 0 && (c.kind == other || c.kind == mark);
}
/// [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]
bool may_be_upper(const Character& c)
{
    return c.size > 0 && (c.kind == upper || c.kind == letter || c.kind == mark);
}
/// [\p{Ll}\p{Lm}\p{Lo}\p{M}]
bool may_be_lower(const Character& c)
{
    return c.size > 0 && (c.kind == lower || c.kind == letter || c.kind == mark);
}

template <class Predicate>
std::size_t skip_while(std::string_view text, std::size_t at, Predicate predicate)
{
    for (;;) {
        const Character c = decode(text, at);
        if (c.size == 0 || !predicate(c))
            return at;
        at += c.size;
    }
}

/// 's 't 're 've 'm 'll 'd in either case; returns where it ends, or `at`.
std::size_t skip_contraction(std::string_view text, std::size_t at)
{
    constexpr std::array<std::string_view, 7> endings = {"s", "t", "re", "ve", "m", "ll", "d"};
    if (at >= text.size() || text[at] != '\'')
        return at;
    for (const std::string_view ending : endings) {
        const std::string_view found = text.substr(at + 1, ending.size());
        bool same = found.size() == ending.size();
        for (std::size_t i = 0; same && i < found.size(); ++i)
            same = (found[i] | 0x20) == ending[i] && static_cast<unsigned char>(found[i]) < 0x80;
        if (same)
            return at + 1 + ending.size();
    }
    return at;
}

/// Where the letters may begin: after one leading character that is neither letter, number nor line end.
std::size_t after_lead(std::string_view text)
{
    const Character first = decode(text, 0);
    const bool leads = !is_line_end(first) && !is_letter(first) && first.kind != number;
    return leads ? first.size : 0;
}

/// `[upper]*[lower]+` from `begin`; 0 when it does not match.
std::size_t match_lower_word(std::string_view text, std::size_t begin)
{
    std::size_t at = begin;
    std::size_t after_last_both = 0;
    for (;;) {
        const Character c = decode(text, at);
        if (c.size == 0 || !may_be_upper(c))
            break;
        at += c.size;
        if (may_be_lower(c))
            after_last_both = at;
    }
    const std::size_t end = skip_while(text, at, may_be_lower);
    // Without a lower-case letter behind it, the run gives characters back until one may pass for lower case.
    return end > at ? end : after_last_both;
}

/// `[upper]+[lower]*`; 0 when it does not match.
std::size_t match_upper_word(std::string_view text, std::size_t begin)
{
    const std::size_t at = skip_while(text, begin, may_be_upper);
    return at == begin ? 0 : skip_while(text, at, may_be_lower);
}

std::size_t match_word_o200k(std::string_view text)
{
    const std::size_t lead = after_lead(text);
    for (const auto match : {match_lower_word, match_upper_word}) {
        std::size_t end = match(text, lead);
        if (end == 0 && lead > 0)
            end = match(text, 0);
        if (end > 0)
            return skip_contraction(text, end);
    }
    return 0;
}

std::size_t match_word_cl100k(std::string_view text)
{
    if (const std::size_t end = skip_contraction(text, 0); end > 0)
        return end;
    const std::size_t lead = after_lead(text);
    const std::size_t end = skip_while(text, lead, is_letter);
    return end > lead ? end : 0;
}

std::size_t match_number(std::string_view text)
{
    std::size_t at = 0;
    for (int count = 0; count < 3; ++count) {
        const Character c = decode(text, at);
        if (c.size == 0 || c.kind != number)
            break;
        at += c.size;
    }
    return at;
}

/// ` ?[^\s\p{L}\p{N}]+[\r\n]*`, with slashes after it for o200k.
std::size_t match_symbols(std::string_view text, SplitRules rules)
{
    const std::size_t begin = text.front() == ' ' ? 1 : 0;
    const std::size_t end = skip_while(text, begin, is_symbol);
    if (end == begin)
        return 0;
    return skip_while(text, end, [&](const Character& c) {
        return is_line_end(c) || (rules == SplitRules::o200k && c.code == '/');
    });
}

std::size_t match_spaces(std::string_view text)
{
    std::size_t at = 0;
    std::size_t before_last = 0;
    std::size_t after_line_end = 0;
    for (;;) {
        const Character c = decode(text, at);
        if (c.size == 0 || c.kind != space)
            break;
        before_last = at;
        at += c.size;
        if (is_line_end(c))
            after_line_end = at;
    }
    if (after_line_end > 0)
        return after_line_end;
    // The last space goes with the word behind it.
    return at == text.size() || before_last == 0 ? at : before_last;
}

} // namespace

std::size_t first_piece(std::string_view text, SplitRules rules)
{
    std::size_t end = rules == SplitRules::o200k ? match_word_o200k(text) : match_word_cl100k(text);
    if (end == 0)
        end = match_number(text);
    if (end == 0)
        end = match_symbols(text, rules);
    if (end == 0)
        end = match_spaces(text);
    return end == 0 ? 1 : end;
}

} // namespace litellm::spend
