#pragma once
// Anthropic's Messages API (reference providers.md 5; https://docs.claude.com/en/api/messages).

#include "litellm/providers/provider.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace litellm::providers {

[[nodiscard]] const Adapter* anthropic_adapter();

/// Name of the tool that stands for a JSON schema on models without structured output. Its arguments are the
/// answer's content.
inline constexpr std::string_view json_tool_name = "json_tool_call";

/// What the name of a Claude model says.
struct ClaudeModel {
    int version = 0; ///< 35 for 3.5, 40 for 4, 0 when the name holds none
    bool is_opus = false;

    [[nodiscard]] bool has_structured_output() const { return version >= 45 || (is_opus && version >= 41); }
    [[nodiscard]] bool thinks_adaptively() const { return version >= 46; }
    [[nodiscard]] bool takes_effort() const { return thinks_adaptively() || (is_opus && version == 45); }
    /// Newer models refuse temperature, top_p and top_k.
    [[nodiscard]] bool takes_sampling() const { return version <= 46; }
};
[[nodiscard]] ClaudeModel claude_model(std::string_view name);

/// `system` and `messages` of a request. invalid_input for content that Anthropic has no block for.
struct AnthropicMessages {
    Json system = Json::array();
    Json messages = Json::array();
    bool has_tool_calls = false;
};
[[nodiscard]] Result<AnthropicMessages> anthropic_messages(const Json& messages);

/// A chat request in OpenAI's shape, defaults merged, as a Messages request.
[[nodiscard]] Result<Json> anthropic_request(const Endpoint& endpoint, const Json& body, bool stream);

/// Anthropic's counts in OpenAI's shape: prompt_tokens include cached reads and writes.
[[nodiscard]] Json anthropic_usage(const Json& usage);
[[nodiscard]] Json anthropic_completion(
    const Endpoint& endpoint, const Json& answer, std::int64_t created, const std::string& id
);
[[nodiscard]] std::unique_ptr<StreamDecoder>
anthropic_stream_decoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id);

} // namespace litellm::providers
