#pragma once
// Rendering a conversation as one prompt, for servers that only complete text.

#include "litellm/providers/provider.hpp"

#include <string>

namespace litellm::providers {

/// By the deployment's own `roles` (with `initial_prompt_value`, `final_prompt_value`, `bos_token`,
/// `eos_token`) when it has them, else by the template of the model's family, else as lines `role: content`.
[[nodiscard]] std::string render_prompt(const Endpoint& endpoint, const Json& messages);

} // namespace litellm::providers
