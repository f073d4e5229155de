#pragma once
// Which provider a model name without a prefix belongs to.

#include <string_view>

namespace litellm::providers {

/// The provider LiteLLM's lists give for current names, told by pattern; empty when none fits.
[[nodiscard]] std::string_view provider_of_bare_name(std::string_view model);
[[nodiscard]] bool is_openai_chat_name(std::string_view model);
[[nodiscard]] bool is_cohere_chat_name(std::string_view model);
[[nodiscard]] bool is_legacy_claude_name(std::string_view model);
/// Cohere and Mistral models of Azure AI, which LiteLLM calls as OpenAI-compatible servers.
[[nodiscard]] bool is_azure_serverless_name(std::string_view model);

} // namespace litellm::providers
