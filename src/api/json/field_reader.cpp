#include "field_reader.hpp"

#include "field_watch.hpp"
#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace litellm::api {

namespace {

/// Integers beyond this are not exact as JSON numbers.
constexpr double largest_integer = 9007199254740992.0;

std::optional<double> number_from(const Json& value)
{
    if (value.is_number())
        return value.get<double>();
    if (!value.is_string())
        return std::nullopt;
    const std::string_view text = trim(value.get_ref<const std::string&>());
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
        return std::nullopt;
    return number;
}

bool is_empty_text(const Json& value)
{
    return value.is_string() && value.get_ref<const std::string&>().empty();
}

void note(std::string_view name, const char* schema)
{
    FieldWatch::note(Field::Place::body, name, schema);
}

} // namespace

Error unfit_field(std::string_view name, std::string_view what)
{
    Error error = invalid_input(fmt::format("{}: {}", name, what), std::string(name));
    error.status = 422;
    return error;
}

const Json* FieldReader::find(std::string_view name) const
{
    note(name, "{}");
    const auto found = body_.find(name);
    return found == body_.end() || found->is_null() ? nullptr : &*found;
}

void FieldReader::refuse(std::string_view name, std::string_view what)
{
    refuse(unfit_field(name, what));
}

void FieldReader::refuse(Error error)
{
    if (outcome_)
        outcome_ = std::move(error);
}

void FieldReader::read(std::string_view name, std::string& target)
{
    std::optional<std::string> value;
    read(name, value);
    if (value)
        target = std::move(*value);
}

void FieldReader::read_required(std::string_view name, std::string& target)
{
    read(name, target);
    if (outcome_ && target.empty())
        refuse(name, "Field required");
}

void FieldReader::read(std::string_view name, std::optional<std::string>& target)
{
    note(name, R"({"type":["string","null"]})");
    const Json* value = find(name);
    if (value == nullptr)
        return;
    if (!value->is_string())
        return refuse(name, "must be a string");
    target = value->get<std::string>();
}

void FieldReader::read(std::string_view name, bool& target)
{
    std::optional<bool> value;
    read(name, value);
    target = value.value_or(target);
}

void FieldReader::read(std::string_view name, std::optional<bool>& target)
{
    note(name, R"({"type":["boolean","null"]})");
    const Json* value = find(name);
    if (value == nullptr)
        return;
    if (!value->is_boolean())
        return refuse(name, "must be true or false");
    target = value->get<bool>();
}

void FieldReader::read(std::string_view name, double& target)
{
    std::optional<double> value;
    read(name, value);
    target = value.value_or(target);
}

void FieldReader::read(std::string_view name, std::optional<double>& target)
{
    note(name, R"({"type":["number","null"]})");
    const Json* value = find(name);
    if (value == nullptr || is_empty_text(*value))
        return;
    const auto number = number_from(*value);
    if (!number)
        return refuse(name, "must be a number");
    target = *number;
}

void FieldReader::read(std::string_view name, std::optional<std::int64_t>& target)
{
    note(name, R"({"type":["integer","null"]})");
    std::optional<double> value;
    read(name, value);
    if (!value)
        return;
    if (*value != std::trunc(*value) || std::abs(*value) > largest_integer)
        return refuse(name, "must be a whole number");
    target = static_cast<std::int64_t>(*value);
}

void FieldReader::read(std::string_view name, std::vector<std::string>& target)
{
    std::optional<std::vector<std::string>> value;
    read(name, value);
    if (value)
        target = std::move(*value);
}

void FieldReader::read(std::string_view name, std::optional<std::vector<std::string>>& target)
{
    note(name, R"({"type":["array","null"],"items":{"type":"string"}})");
    const Json* value = find(name);
    if (value == nullptr)
        return;
    if (!value->is_array())
        return refuse(name, "must be a list of strings");
    std::vector<std::string> texts;
    for (const Json& element : *value) {
        if (!element.is_string())
            return refuse(name, "must be a list of strings");
        texts.push_back(element.get<std::string>());
    }
    target = std::move(texts);
}

void FieldReader::read(std::string_view name, Json& target)
{
    std::optional<Json> value;
    read(name, value);
    if (value)
        target = std::move(*value);
}

void FieldReader::read(std::string_view name, std::optional<Json>& target)
{
    note(name, R"({"type":["object","null"]})");
    const Json* value = find(name);
    if (value == nullptr)
        return;
    if (!value->is_object())
        return refuse(name, "must be an object");
    target = *value;
}

std::vector<std::string> member_names(const Json& body)
{
    std::vector<std::string> names;
    for (const auto& [name, value] : body.items()) {
        static_cast<void>(value);
        names.push_back(name);
    }
    return names;
}

} // namespace litellm::api
