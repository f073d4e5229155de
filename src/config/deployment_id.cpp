#include "deployment_reader.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

namespace litellm::config {

namespace {

enum class Style { python, json };

std::string quoted(const std::string& text, Style style)
{
    if (style == Style::json)
        return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
    const bool use_double = text.find('\'') != std::string::npos && text.find('"') == std::string::npos;
    const char quote = use_double ? '"' : '\'';
    std::string result(1, quote);
    for (const char letter : text) {
        if (letter == quote || letter == '\\')
            result += '\\';
        if (letter == '\n')
            result += "\\n";
        else if (letter == '\t')
            result += "\\t";
        else if (letter == '\r')
            result += "\\r";
        else
            result += letter;
    }
    return result + quote;
}

std::string scalar_text(const Json& value, Style style)
{
    const bool python = style == Style::python;
    if (value.is_null())
        return python ? "None" : "null";
    if (value.is_boolean())
        return value.get<bool>() ? (python ? "True" : "true") : (python ? "False" : "false");
    if (value.is_string())
        return quoted(value.get<std::string>(), style);
    return to_text(value);
}

/// `value` as Python's repr() or json.dumps() writes it.
std::string nested_text(const Json& value, Style style)
{
    if (!value.is_structured())
        return scalar_text(value, style);
    std::string text;
    for (const auto& [key, member] : value.items()) {
        if (!text.empty())
            text += ", ";
        if (value.is_object())
            text += quoted(key, style) + ": ";
        text += nested_text(member, style);
    }
    return value.is_object() ? fmt::format("{{{}}}", text) : fmt::format("[{}]", text);
}

} // namespace

std::string derive_deployment_id(const std::string& model_name, const Json& params)
{
    std::string text = model_name;
    for (const auto& [key, value] : params.items()) {
        text += key;
        if (value.is_string())
            text += value.get<std::string>();
        else
            text += nested_text(value, value.is_object() ? Style::json : Style::python);
    }
    return sha256_hex(text);
}

} // namespace litellm::config
