#include "litellm/core/text_template.hpp"

namespace litellm {

namespace {

std::string_view value_of(const TemplateValues& values, std::string_view name)
{
    const auto found = values.find(name);
    return found == values.end() ? std::string_view() : std::string_view(found->second);
}

/// Takes `{{#name}}` or `{{^name}}` off the front of `text`, its section and its end; returns the section
/// where it applies.
std::string_view take_section(std::string_view& text, std::string_view tag, const TemplateValues& values)
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
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

std::string fill_template(std::string_view text, const TemplateValues& values, bool is_html)
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
            out += fill_template(take_section(text, tag, values), values, is_html);
        else if (is_raw || !is_html)
            out += value_of(values, tag);
        else
            out += escape_html(value_of(values, tag));
    }
    return out;
}

} // namespace litellm
