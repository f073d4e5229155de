#pragma once
// A stream that broke after some of it had reached the client, and goes on with another model (the
// reference 2.11).

#include "litellm/core/json.hpp"
#include "litellm/providers/surface.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace litellm::inference {

struct Interruption {
    std::string content; ///< what the client has got of the answer
    Json messages;       ///< of the request, as the client wrote them
    std::unique_ptr<providers::SurfaceStream>
        shape; ///< in the middle of the client's API; null for OpenAI's chunks
};

/// `messages` of a chat with the beginning of the answer and what is wanted of whoever goes on with it.
[[nodiscard]] Json continued(Json messages, const Interruption& interruption);

} // namespace litellm::inference
