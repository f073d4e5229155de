#pragma once
// Azure OpenAI: OpenAI's shapes under a URL that names the deployment (reference providers.md 4).

#include "openai_adapter.hpp"

namespace litellm::providers {

inline constexpr std::string_view default_azure_api_version = "2025-02-01-preview";

/// `row` is that of `azure` or of `azure_ai`.
[[nodiscard]] const Adapter* azure_adapter(const Row& row);

} // namespace litellm::providers
