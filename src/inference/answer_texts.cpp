#include "answer_texts.hpp"

#include <array>
#include <cstring>

namespace litellm::inference {

namespace {

/// As much of an answer as is kept for counting; about a million tokens.
constexpr std::size_t longest_texts = 4 * 1024 * 1024;

constexpr std::array<std::string_view, 5> names = {
    R"("content")", R"("reasoning_content")", R"("text")", R"("arguments")", R"("refusal")"};

std::size_t skip_blanks(std::string_view text, std::size_t at)
{
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r'))
        ++at;
    return at;
}

/// The string that begins at `at`, without its quotation marks; empty when there is none.
std::string_view string_at(std::string_view text, std::size_t at)
{
    if (at >= text.size() || text[at] != '"')
        return {};
    std::size_t end = at + 1;
    while (end < text.size() && text[end] != '"')
        end += text[end] == '\\' ? 2 : 1;
    return end >= text.size() ? std::string_view() : text.substr(at + 1, end - at - 1);
}

void append_values(std::string_view json, std::string_view name, std::string& out)
{
    while (out.size() < longest_texts) {
        const void* const found = ::memmem(json.data(), json.size(), name.data(), name.size());
        if (found == nullptr)
            return;
        json.remove_prefix(
            static_cast<std::size_t>(static_cast<const char*>(found) - json.data()) + name.size()
        );
        const std::size_t colon = skip_blanks(json, 0);
        if (colon < json.size() && json[colon] == ':')
            out += string_at(json, skip_blanks(json, colon + 1));
    }
}

} // namespace

void append_answer_texts(std::string_view json, std::string& out)
{
    for (const std::string_view name : names)
        append_values(json, name, out);
}

} // namespace litellm::inference
