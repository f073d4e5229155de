#pragma once
// Making what compatible servers answer into what OpenAI would.

#include "rows.hpp"

#include <string>
#include <vector>

namespace litellm::providers {

/// Fills in what is missing (id, created, object, indices), renames reasoning, maps finish reasons and
/// repairs usage.
void tidy_chat_answer(const Row& row, Json& answer, std::int64_t created, const std::string& id);
/// The counts of `usage` as OpenAI counts them: reasoning included, prompt tokens present.
void tidy_usage(const Row& row, Json& usage);
/// `reasoning`, or the reasoning parts of a content list, as `reasoning_content` of a message or a delta.
void tidy_reasoning(const Row& row, Json& message);

/// A whole answer as the chunks of a stream: for servers that answer a streamed call in one piece.
[[nodiscard]] std::vector<Json> chunks_of_answer(const Json& answer);

} // namespace litellm::providers
