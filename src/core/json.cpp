#include "litellm/core/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace litellm {

namespace {

constexpr int max_depth = 200;

/// The parser itself has no limit on nesting, and a deep document would exhaust the stack when it is
/// destroyed.
bool is_too_deep(std::string_view text)
{
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > max_depth)
                return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

} // namespace

Result<Json> parse_json(std::string_view text)
{
    if (is_too_deep(text))
        return invalid_input(fmt::format("JSON is nested deeper than {} levels", max_depth));
    try {
        return Json::parse(text);
    } catch (const nlohmann::json::exception& error) {
        // The library's text starts with its own tag in brackets, which says nothing to a client.
        const std::string_view what(error.what());
        const auto tag = what.find("] ");
        return invalid_input(std::string(tag == std::string_view::npos ? what : what.substr(tag + 2)));
    }
}

std::string to_text(const Json& document)
{
    return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

namespace {

void append_escape(std::string& out, char c)
{
    switch (c) {
    case '"':
        out += "\\\"";
        break;
    case '\\':
        out += "\\\\";
        break;
    case '\n':
        out += "\\n";
        break;
    case '\r':
        out += "\\r";
        break;
    case '\t':
        out += "\\t";
        break;
    default:
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    }
}

} // namespace

void append_json_string(std::string& out, std::string_view text)
{
    out += '"';
    std::size_t copied = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\')
            continue;
        out.append(text, copied, i - copied);
        append_escape(out, c);
        copied = i + 1;
    }
    out.append(text, copied);
    out += '"';
}

} // namespace litellm
