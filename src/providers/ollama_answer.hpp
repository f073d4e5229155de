#pragma once
// Ollama's answers as OpenAI's.

#include "litellm/providers/provider.hpp"

#include <utility>

namespace litellm::providers {

/// Parts a text into thoughts and content: older servers write `<think>…</think>` at the start of the
/// content.
class ThinkSplitter {
public:
    /// Returns {thoughts, content} of what is certain so far.
    [[nodiscard]] std::pair<std::string, std::string> feed(std::string_view text);
    /// What was held back as the possible beginning of a tag.
    [[nodiscard]] std::pair<std::string, std::string> finish();

private:
    enum class State { start, thinking, after, content };
    State state_ = State::start;
    std::string held_;
};

/// `prompt_eval_count` and `eval_count` of an answer or of the last line of a stream.
[[nodiscard]] Json ollama_usage(const Json& answer);
/// The calls of a message, arguments as text. `first` is the number of calls before these; `id` makes their
/// ids unique.
[[nodiscard]] Json ollama_tool_calls(const Json& calls, std::size_t first, const std::string& id);
/// An answer of `/api/chat` or `/api/generate` as a chat completion.
[[nodiscard]] Json
ollama_completion(const Endpoint& endpoint, const Json& answer, std::int64_t created, const std::string& id);
/// An answer of `/api/embed` or `/api/embeddings` as an embeddings list.
[[nodiscard]] Json ollama_embeddings(const Endpoint& endpoint, const Json& answer);
/// `ollama/llama3`: the name LiteLLM answers with.
[[nodiscard]] std::string ollama_model(const Endpoint& endpoint);

[[nodiscard]] std::unique_ptr<StreamDecoder>
ollama_stream_decoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id);

} // namespace litellm::providers
