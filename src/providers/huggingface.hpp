#pragma once
// Hugging Face: the chat route of TGI, Inference Endpoints and the router, and the raw form of servers
// without it.

#include "litellm/providers/provider.hpp"

namespace litellm::providers {

/// The OpenAI-compatible route. The first has no fallback; the other one falls back to tgi_adapter() on
/// servers that do not know the route.
[[nodiscard]] const Adapter* huggingface_adapter();
[[nodiscard]] const Adapter* huggingface_adapter_with_fallback();
/// The raw form: a rendered prompt is posted to the base itself.
[[nodiscard]] const Adapter* tgi_adapter();

} // namespace litellm::providers
