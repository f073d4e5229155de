#pragma once
// How many tokens a request's text is, for when nobody else says.

#include "litellm/core/json.hpp"
#include "litellm/spend/tokenizer.hpp"

#include <cstdint>

namespace litellm::inference {

/// Of `messages`, `prompt`, `input` and `tools` of a request in OpenAI's shape: texts as they are, with what
/// the chat format adds around each message. Pictures and sounds are not counted.
[[nodiscard]] std::int64_t count_prompt_tokens(const spend::Tokenizer& tokenizer, const Json& request);

} // namespace litellm::inference
