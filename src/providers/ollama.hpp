#pragma once

#include "litellm/providers/provider.hpp"

namespace litellm::providers {

/// Ollama's own API: `/api/generate` for `ollama/`, `/api/chat` for `ollama_chat/` and whenever tools or
/// images need it.
[[nodiscard]] const Adapter* ollama_adapter();

} // namespace litellm::providers
