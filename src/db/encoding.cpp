#include "encoding.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>

namespace litellm::db {

namespace {

void append_quoted_element(std::string& out, std::string_view text)
{
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    out += '"';
}

/// Reads one element that starts at `position`; leaves `position` behind it.
std::optional<std::string> take_element(std::string_view literal, std::size_t& position)
{
    std::string element;
    const bool quoted = literal[position] == '"';
    if (quoted)
        ++position;
    for (; position < literal.size(); ++position) {
        const char c = literal[position];
        if (c == '\\' && position + 1 < literal.size())
            element += literal[++position];
        else if (quoted ? c == '"' : c == ',' || c == '}')
            break;
        else
            element += c;
    }
    if (quoted)
        ++position;
    else if (element == "NULL")
        return std::nullopt;
    return element;
}

struct PostgresText {
    std::optional<std::string> operator()(std::monostate) const { return std::nullopt; }
    std::optional<std::string> operator()(bool value) const { return value ? "t" : "f"; }
    std::optional<std::string> operator()(std::int64_t value) const { return fmt::format_int(value).str(); }
    std::optional<std::string> operator()(double value) const { return to_real_text(value); }
    std::optional<std::string> operator()(const std::string& value) const { return value; }
    std::optional<std::string> operator()(const Texts& value) const { return to_array_literal(value); }
    std::optional<std::string> operator()(const JsonText& value) const { return value.text; }
    std::optional<std::string> operator()(BorrowedText value) const { return std::string(value.text); }
    std::optional<std::string> operator()(Timestamp value) const { return to_database_text(value); }
};

bool is_storable(std::string_view text)
{
    return text.find('\0') == std::string_view::npos && is_valid_utf8(text);
}

struct IsStorable {
    bool operator()(const std::string& value) const { return is_storable(value); }
    bool operator()(const JsonText& value) const { return is_storable(value.text); }
    bool operator()(BorrowedText value) const { return is_storable(value.text); }
    bool operator()(const Texts& value) const
    {
        return std::all_of(value.begin(), value.end(), [](const std::string& text) {
            return is_storable(text);
        });
    }
    template <class Other>
    bool operator()(const Other&) const
    {
        return true;
    }
};

} // namespace

std::string to_array_literal(const Texts& texts)
{
    std::string out = "{";
    for (const std::string& text : texts) {
        if (out.size() > 1)
            out += ',';
        append_quoted_element(out, text);
    }
    out += '}';
    return out;
}

Texts parse_array_literal(std::string_view literal)
{
    Texts texts;
    std::size_t position = literal.find('{');
    if (position == std::string_view::npos)
        return texts;
    ++position;
    while (position < literal.size() && literal[position] != '}') {
        if (std::optional<std::string> element = take_element(literal, position))
            texts.push_back(std::move(*element));
        if (position < literal.size() && literal[position] == ',')
            ++position;
    }
    return texts;
}

std::string to_json_array(const Texts& texts)
{
    std::string out = "[";
    for (const std::string& text : texts) {
        if (out.size() > 1)
            out += ',';
        append_json_string(out, text);
    }
    out += ']';
    return out;
}

Texts parse_json_array(std::string_view text)
{
    Texts texts;
    if (text == "[]")
        return texts;
    const Result<Json> document = parse_json(text);
    if (!document || !document->is_array())
        return texts;
    for (const Json& element : *document) {
        if (element.is_string())
            texts.push_back(element.get<std::string>());
    }
    return texts;
}

std::string to_real_text(double value)
{
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "Infinity" : "-Infinity";
    char buffer[32];
    const std::to_chars_result end = std::to_chars(buffer, buffer + sizeof buffer, value);
    return std::string(buffer, end.ptr);
}

std::optional<std::string> to_postgres_text(const Value& value)
{
    return std::visit(PostgresText(), value.storage());
}

Result<void> check_storable(std::span<const Value> values)
{
    for (const Value& value : values) {
        if (!std::visit(IsStorable(), value.storage()))
            return invalid_input("text must be UTF-8 without zero bytes");
    }
    return {};
}

} // namespace litellm::db
