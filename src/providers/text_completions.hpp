#pragma once
// `/completions` for providers that only chat, and chats for those that only complete text.

#include "litellm/core/json.hpp"

namespace litellm::providers {

/// A text completion request as a chat of one user message. invalid_input for more than one prompt and for
/// tokens.
[[nodiscard]] Result<Json> chat_of_text_request(const Json& body);
/// A chat as a prompt: the contents of its messages, joined.
[[nodiscard]] Json text_of_chat_request(const Json& body);

/// A chat answer (or, with `chunk`, a piece of a streamed one) as a text completion; and the reverse.
[[nodiscard]] Json text_of_chat_answer(const Json& answer, bool chunk);
[[nodiscard]] Json chat_of_text_answer(const Json& answer, bool chunk);

} // namespace litellm::providers
