#pragma once
// What a call used, where its provider does not say.

#include "answer_texts.hpp"
#include "call.hpp"

#include <string_view>

namespace litellm::inference {

/// Fills usage and the tokenizer's name into `outcome`. `texts` is what append_answer_texts() collected.
/// Prompts of more than 64 KiB are taken by their size: nothing long may run on an event loop.
void count_usage(const ModelCall& call, std::string_view texts, Outcome& outcome);

} // namespace litellm::inference
