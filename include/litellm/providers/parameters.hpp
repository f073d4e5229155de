#pragma once
// Which of OpenAI's parameters a deployment takes.

#include "litellm/providers/provider.hpp"

#include <string>
#include <vector>

namespace litellm::providers {

/// Names of the chat parameters that the endpoint's provider and model know, in OpenAI's words.
[[nodiscard]] std::vector<std::string> supported_parameters(const Endpoint& endpoint);

} // namespace litellm::providers
