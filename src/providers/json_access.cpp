#include "json_access.hpp"

#include <cmath>

namespace litellm::providers {

const Json* find(const Json& object, std::string_view name)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

Json* find(Json& object, std::string_view name)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

bool has_member(const Json& object, std::string_view name)
{
    return object.is_object() && object.contains(name);
}

std::string string_at(const Json& object, std::string_view name)
{
    const Json* member = find(object, name);
    return member != nullptr && member->is_string() ? member->get<std::string>() : std::string{};
}

bool flag_at(const Json& object, std::string_view name)
{
    const Json* member = find(object, name);
    return member != nullptr && member->is_boolean() && member->get<bool>();
}

std::optional<std::int64_t> count_at(const Json& object, std::string_view name)
{
    const Json* member = find(object, name);
    if (member == nullptr)
        return std::nullopt;
    if (member->is_number_integer())
        return std::max<std::int64_t>(0, member->get<std::int64_t>());
    if (!member->is_number_float())
        return std::nullopt;
    const double number = member->get<double>();
    if (!std::isfinite(number) || number > 9e15)
        return std::nullopt;
    return number < 0 ? 0 : std::llround(number);
}

void erase(Json& object, std::string_view name)
{
    if (object.is_object())
        object.erase(std::string(name));
}

void rename(Json& object, std::string_view from, std::string_view to, bool from_wins)
{
    if (!has_member(object, from) || from == to)
        return;
    if (find(object, to) != nullptr && !from_wins) {
        erase(object, from);
        return;
    }
    erase(object, to);
    Json renamed = Json::object();
    for (auto& [name, value] : object.items())
        renamed[name == from ? std::string(to) : name] = std::move(value);
    object = std::move(renamed);
}

} // namespace litellm::providers
