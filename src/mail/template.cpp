#include "template.hpp"

#include "litellm/core/embedded_file.hpp"
#include "litellm/core/error.hpp"

#include <span>

namespace litellm::mail {

std::span<const EmbeddedFile> embedded_files();

namespace {

std::string_view value_of(const Values& values, std::string_view name)
{
    const auto found = values.find(name);
    return found == values.end() ? std::string_view() : std::string_view(found->second);
}

/// Takes `{{#name}}` or `{{^name}}` off the front of `text`, its section and its end; returns the section where it applies.
std::string_view take_section(std::string_view& text, std::string_view tag, const Values& values)
{
    const std::string_view name = tag.substr(1);
    const std::string end = "{{/" + std::string(name) + "}}";
    const auto at = text.find(end);
    const std::string_view section = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + end.size());
    const bool is_empty = value_of(values, name).empty();
    return is_empty == (tag.front() == '^') ? section : std::string_view();
}

} // namespace

std::string escape_html(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    }
    return out;
}

std::string fill(std::string_view text, const Values& values, bool is_html)
{
    std::string out;
    while (!text.empty()) {
        const auto open = text.find("{{");
        out += text.substr(0, open);
        if (open == std::string_view::npos)
            break;
        text.remove_prefix(open + 2);
        const bool is_raw = text.starts_with('{');
        const auto close = text.find(is_raw ? "}}}" : "}}");
        if (close == std::string_view::npos)
            break;
        const std::string_view tag = text.substr(is_raw ? 1 : 0, close - (is_raw ? 1 : 0));
        text.remove_prefix(close + (is_raw ? 3 : 2));
        if (tag.starts_with('#') || tag.starts_with('^'))
            out += fill(take_section(text, tag, values), values, is_html);
        else if (is_raw || !is_html)
            out += value_of(values, tag);
        else
            out += escape_html(value_of(values, tag));
    }
    return out;
}

std::string_view template_file(std::string_view name)
{
    for (const EmbeddedFile& file : embedded_files())
        if (file.name == name)
            return file.bytes;
    throw Failure(internal_error("the letter template " + std::string(name) + " is missing"));
}

} // namespace litellm::mail
