#include "litellm/core/json_member.hpp"

#include <nlohmann/json.hpp>

namespace litellm {

std::string member_text(const Json& object, std::string_view name)
{
    if (!object.is_object())
        return {};
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace litellm
