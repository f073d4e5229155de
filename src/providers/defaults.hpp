#pragma once

#include "litellm/providers/provider.hpp"

namespace litellm::providers {

/// A request with the deployment's defaults where it has no member of that name.
[[nodiscard]] inline Json with_defaults(const Endpoint& endpoint, const Json& body)
{
    Json merged = body;
    if (endpoint.defaults.is_object())
        for (const auto& [name, value] : endpoint.defaults.items())
            if (!merged.contains(name))
                merged[name] = value;
    return merged;
}

} // namespace litellm::providers
