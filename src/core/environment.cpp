#include "litellm/core/environment.hpp"

#include "litellm/core/encoding.hpp"

#include <cstdlib>

namespace litellm {

Environment process_environment()
{
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr)
            return std::nullopt;
        return std::string(value);
    };
}

bool is_truthy(const std::string& text)
{
    const std::string lowered = to_lower(trim(text));
    return lowered == "true" || lowered == "1" || lowered == "yes" || lowered == "on";
}

} // namespace litellm
