#include "litellm/db/value.hpp"

#include "encoding.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace litellm::db {

namespace {

template <class Number>
Number parse_number(std::string_view text)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        throw Failure(internal_error(fmt::format("database column holds '{}' where a number belongs", text)));
    return number;
}

/// `"{\"a\":1}"` becomes `{"a":1}`; any other document stays as it is.
std::string unwrap_json_string(const std::string& text)
{
    if (text.empty() || text.front() != '"')
        return text;
    const Result<Json> outer = parse_json(text);
    if (!outer || !outer->is_string())
        return text;
    std::string inner = outer->get<std::string>();
    if (!parse_json(inner))
        return text;
    return inner;
}

} // namespace

Value::Value(const Value& other) = default;
Value::Value(Value&& other) noexcept = default;
Value& Value::operator=(const Value& other) = default;
Value& Value::operator=(Value&& other) noexcept = default;
Value::~Value() = default;

Value::Value(const Json& value) : storage_(JsonText{to_text(value)}) {}

std::string Row::text(std::size_t column) const
{
    return cells_.at(column).value_or(std::string());
}

std::optional<std::string> Row::optional_text(std::size_t column) const
{
    return cells_.at(column);
}

std::int64_t Row::integer(std::size_t column) const
{
    return optional_integer(column).value_or(0);
}

std::optional<std::int64_t> Row::optional_integer(std::size_t column) const
{
    const Cell& cell = cells_.at(column);
    if (!cell)
        return std::nullopt;
    return parse_number<std::int64_t>(*cell);
}

double Row::real(std::size_t column) const
{
    return optional_real(column).value_or(0);
}

std::optional<double> Row::optional_real(std::size_t column) const
{
    const Cell& cell = cells_.at(column);
    if (!cell)
        return std::nullopt;
    return parse_number<double>(*cell);
}

bool Row::boolean(std::size_t column) const
{
    return optional_boolean(column).value_or(false);
}

std::optional<bool> Row::optional_boolean(std::size_t column) const
{
    const Cell& cell = cells_.at(column);
    if (!cell)
        return std::nullopt;
    return *cell == "t" || *cell == "1";
}

Texts Row::texts(std::size_t column) const
{
    const Cell& cell = cells_.at(column);
    if (!cell)
        return {};
    return dialect_ == Dialect::postgres ? parse_array_literal(*cell) : parse_json_array(*cell);
}

std::optional<Timestamp> Row::timestamp(std::size_t column) const
{
    const Cell& cell = cells_.at(column);
    if (!cell)
        return std::nullopt;
    return parse_timestamp(*cell);
}

std::string Row::json_text(std::size_t column) const
{
    const Cell& cell = cells_.at(column);
    if (!cell)
        return "{}";
    return unwrap_json_string(*cell);
}

} // namespace litellm::db
