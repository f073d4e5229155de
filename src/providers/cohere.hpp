#pragma once
// Cohere's API, version 2 (reference providers.md 11; https://docs.cohere.com/v2/reference/chat).

#include "litellm/providers/provider.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace litellm::providers {

[[nodiscard]] const Adapter* cohere_adapter();

/// A chat request in OpenAI's shape, defaults merged, as Cohere's. invalid_input for parameters that have no
/// counterpart.
[[nodiscard]] Result<Json> cohere_request(const Endpoint& endpoint, const Json& body, bool stream);
[[nodiscard]] Result<Json> cohere_embed_request(const Endpoint& endpoint, const Json& body);
[[nodiscard]] Json cohere_usage(const Json& usage);
[[nodiscard]] Json
cohere_completion(const Endpoint& endpoint, const Json& answer, std::int64_t created, const std::string& id);
[[nodiscard]] Json cohere_embeddings(const Endpoint& endpoint, const Json& answer);
[[nodiscard]] std::unique_ptr<StreamDecoder>
cohere_stream_decoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id);

} // namespace litellm::providers
