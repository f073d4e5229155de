#pragma once
// Amazon Bedrock: chats through Converse, embeddings through InvokeModel (reference providers.md 10).

#include "litellm/core/environment.hpp"
#include "litellm/providers/provider.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace litellm::providers {

[[nodiscard]] const Adapter* bedrock_adapter();

/// Region, address, credentials and the model's bare id. invalid_input for ways to sign in that are not known
/// here.
[[nodiscard]] Result<void> complete_bedrock(Endpoint& endpoint, const Environment& environment);

/// A chat request in OpenAI's shape, defaults merged, as a Converse request.
[[nodiscard]] Result<Json> bedrock_request(const Endpoint& endpoint, const Json& body);
/// Bedrock's counts in OpenAI's shape: prompt_tokens include cached reads and writes.
[[nodiscard]] Json bedrock_usage(const Json& usage);
[[nodiscard]] Json
bedrock_completion(const Endpoint& endpoint, const Json& answer, std::int64_t created, const std::string& id);
[[nodiscard]] std::unique_ptr<StreamDecoder>
bedrock_stream_decoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id);

[[nodiscard]] Result<Json> bedrock_embed_request(const Endpoint& endpoint, const Json& body);
[[nodiscard]] Json bedrock_embeddings(const Endpoint& endpoint, const Json& answer);

} // namespace litellm::providers
