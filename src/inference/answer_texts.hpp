#pragma once
// What a model wrote, gathered for counting.

#include <string>
#include <string_view>

namespace litellm::inference {

/// Appends the texts of an answer or of one chunk of it, with their escapes, to `out`: what a model wrote, of
/// whichever kind. A scan for names, not a parse: it runs for each chunk of a stream.
void append_answer_texts(std::string_view json, std::string& out);

} // namespace litellm::inference
