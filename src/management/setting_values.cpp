#include "setting_values.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>

namespace litellm::management {

const Json* find_setting(const Json& object, std::string_view name)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::optional<double> number_setting(const Json& object, std::string_view name)
{
    const Json* value = find_setting(object, name);
    if (value == nullptr)
        return std::nullopt;
    if (value->is_number())
        return value->get<double>();
    if (!value->is_string())
        return std::nullopt;
    const auto& text = value->get_ref<const std::string&>();
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
        return std::nullopt;
    return number;
}

std::optional<std::int64_t> integer_setting(const Json& object, std::string_view name)
{
    const auto number = number_setting(object, name);
    if (!number || std::abs(*number) > 9e15)
        return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

std::optional<std::string> text_setting(const Json& object, std::string_view name)
{
    const Json* value = find_setting(object, name);
    if (value == nullptr || !value->is_string() || value->get_ref<const std::string&>().empty())
        return std::nullopt;
    return value->get<std::string>();
}

std::vector<std::string> list_setting(const Json& object, std::string_view name)
{
    std::vector<std::string> texts;
    const Json* value = find_setting(object, name);
    if (value == nullptr || !value->is_array())
        return texts;
    for (const Json& element : *value) {
        if (element.is_string())
            texts.push_back(element.get<std::string>());
    }
    return texts;
}

} // namespace litellm::management
