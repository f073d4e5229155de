#pragma once
// Google's generateContent, as AI Studio serves it (reference providers.md 7;
// https://ai.google.dev/api/generate-content).

#include "litellm/providers/provider.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace litellm::providers {

[[nodiscard]] const Adapter* gemini_adapter();

/// `contents` and `systemInstruction` of a request. invalid_input for content that Google has no part for.
/// `signs_calls`: the model refuses calls in a history that carry no signature.
struct GeminiContents {
    Json contents = Json::array();
    Json system = Json::array(); ///< parts
};
[[nodiscard]] Result<GeminiContents> gemini_contents(const Json& messages, bool signs_calls);

/// A JSON schema in the subset of OpenAPI that function parameters are written in: references are put in
/// their place, what is unknown there is left out.
[[nodiscard]] Json gemini_schema(const Json& schema);

/// A chat request in OpenAI's shape, defaults merged, as a generateContent request.
[[nodiscard]] Result<Json> gemini_request(const Endpoint& endpoint, const Json& body);
/// An embeddings request as batchEmbedContents.
[[nodiscard]] Result<Json> gemini_embed_request(const Endpoint& endpoint, const Json& body);

/// usageMetadata in OpenAI's shape: completion_tokens include thoughts.
[[nodiscard]] Json gemini_usage(const Json& metadata);
/// One candidate's parts as a chat message, and whether it calls tools. `calls_before` are the calls of
/// earlier pieces of a stream.
struct GeminiMessage {
    Json message = Json::object();
    std::size_t calls = 0;
};
[[nodiscard]] GeminiMessage
gemini_message(const Json& candidate, std::size_t calls_before, const std::string& id);
/// OpenAI's finish reason of a candidate.
[[nodiscard]] std::string gemini_finish_reason(const std::string& native, bool has_calls);

[[nodiscard]] Json
gemini_completion(const Endpoint& endpoint, const Json& answer, std::int64_t created, const std::string& id);
[[nodiscard]] Json gemini_embeddings(const Endpoint& endpoint, const Json& answer);
[[nodiscard]] std::unique_ptr<StreamDecoder>
gemini_stream_decoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id);

} // namespace litellm::providers
