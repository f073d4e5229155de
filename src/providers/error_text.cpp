#include "error_text.hpp"

#include "json_access.hpp"

#include "litellm/core/encoding.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace litellm::providers {

namespace {

constexpr std::size_t message_limit = 2048;

void cut(std::string& text)
{
    if (text.size() > message_limit) {
        auto end = message_limit;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
            --end;
        text.resize(end);
    }
    if (!is_valid_utf8(text))
        for (char& c : text)
            if (static_cast<unsigned char>(c) >= 0x80U)
                c = '?';
}

std::string as_text(const Json& value)
{
    return value.is_string() ? value.get<std::string>() : to_text(value);
}

/// `message`, or what stands in its place: a text, FastAPI's `detail`, the first of `errors`.
std::string message_of(const Json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_array())
        return value.empty() ? std::string{} : message_of(value.front());
    if (!value.is_object())
        return {};
    for (const auto* name : {"error", "message", "detail", "msg", "errors"})
        if (const Json* member = find(value, name); member != nullptr)
            if (auto text = message_of(*member); !text.empty())
                return text;
    return {};
}

int status_code_of(const Json& value)
{
    int code = 0;
    if (value.is_number_integer()) {
        const auto number = value.get<std::int64_t>();
        code = number >= 400 && number <= 599 ? static_cast<int>(number) : 0;
    } else if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), code);
        if (failed != std::errc{} || end != text.data() + text.size())
            code = 0;
    }
    return code >= 400 && code <= 599 ? code : 0;
}

bool looks_like_html(std::string_view text)
{
    const auto start = to_lower(trim(text).substr(0, 200));
    return start.starts_with("<!doctype") || start.starts_with("<html") || start.starts_with("<head") ||
        start.starts_with("<body");
}

std::string
between(std::string_view text, std::string_view lower, std::string_view open, std::string_view close)
{
    const auto start = lower.find(open);
    if (start == std::string_view::npos)
        return {};
    const auto inner = lower.find('>', start);
    if (inner == std::string_view::npos)
        return {};
    const auto end = lower.find(close, inner);
    return std::string(trim(text.substr(inner + 1, end == std::string_view::npos ? end : end - inner - 1)));
}

std::string without_tags(std::string_view text)
{
    std::string plain;
    bool in_tag = false;
    for (const char c : text) {
        if (c == '<')
            in_tag = true;
        const bool blank = in_tag || c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (!blank)
            plain += c;
        else if (!plain.empty() && plain.back() != ' ')
            plain += ' ';
        if (c == '>')
            in_tag = false;
    }
    return std::string(trim(plain));
}

std::string text_of_html(std::string_view html)
{
    const auto lower = to_lower(html);
    if (auto title = between(html, lower, "<title", "</title>"); !title.empty())
        return title;
    const auto body = between(html, lower, "<body", "</body>");
    return without_tags(body.empty() ? html : std::string_view(body));
}

} // namespace

ErrorText read_error_document(const Json& document)
{
    // OpenAI's object is nested in `error`; others put its members at the top.
    const Json* inner = document.is_object() ? find(document, "error") : nullptr;
    const Json& source = inner != nullptr && inner->is_object() ? *inner : document;
    ErrorText text;
    text.message = message_of(document);
    if (source.is_object()) {
        text.type = string_at(source, "type");
        if (text.type.empty())
            text.type = string_at(document, "error_type");
        text.parameter = string_at(source, "param");
        for (const auto* name : {"code", "status_code", "status"})
            if (const Json* code = find(source, name); code != nullptr && text.code == 0)
                text.code = status_code_of(*code);
    }
    if (text.message.empty())
        text.message = as_text(document);
    cut(text.message);
    cut(text.type);
    cut(text.parameter);
    return text;
}

ErrorText read_error_body(std::string_view body)
{
    if (const auto document = parse_json(body); document && document->is_structured())
        return read_error_document(*document);
    ErrorText text;
    text.message = looks_like_html(body) ? text_of_html(body) : std::string(trim(body));
    cut(text.message);
    return text;
}

bool is_error_document(const Json& document)
{
    if (!document.is_object())
        return false;
    if (const Json* error = find(document, "error"); error != nullptr)
        return (error->is_object() && !error->empty()) ||
            (error->is_string() && !error->get_ref<const std::string&>().empty());
    return string_at(document, "object") == "error";
}

} // namespace litellm::providers
