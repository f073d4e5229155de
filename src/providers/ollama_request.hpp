#pragma once
// OpenAI's requests as Ollama's.

#include "litellm/providers/provider.hpp"

namespace litellm::providers {

/// Whether a chat must go to `/api/chat` although the deployment says `ollama/`: only there are tools and
/// images understood.
[[nodiscard]] bool needs_ollama_chat(const Json& body);
/// Body of `/api/chat`.
[[nodiscard]] Result<Json> ollama_chat_request(const Endpoint& endpoint, const Json& body, bool stream);
/// Body of `/api/generate`, from messages (as one prompt with role headings) or from a prompt.
[[nodiscard]] Result<Json> ollama_generate_request(const Endpoint& endpoint, const Json& body, bool stream);
/// Body of `/api/embed`, or of the `/api/embeddings` of old servers, which takes one text.
[[nodiscard]] Result<Json> ollama_embed_request(const Endpoint& endpoint, const Json& body, bool legacy);

/// Messages in Ollama's form: text joined, images apart and in base64, tool arguments as objects.
[[nodiscard]] Result<Json> ollama_messages(const Json& messages);
/// The same conversation as one prompt with role headings.
[[nodiscard]] std::string ollama_prompt(const Json& messages);

} // namespace litellm::providers
