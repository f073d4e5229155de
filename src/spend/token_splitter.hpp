#pragma once
// Cuts text into the pieces that byte pairs are merged in, as OpenAI's tokenizers do. Their rules are regular
// expressions; here they are a scanner.

#include <cstddef>
#include <string_view>

namespace litellm::spend {

enum class SplitRules { cl100k, o200k };

/// Length in bytes of the first piece of `text`, which is not empty. Bytes that are no UTF-8 count as
/// symbols.
[[nodiscard]] std::size_t first_piece(std::string_view text, SplitRules rules);

} // namespace litellm::spend
