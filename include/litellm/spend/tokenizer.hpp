#pragma once
// How many tokens a text is. Exact for OpenAI's models, whose vocabularies are built in; for others a near
// figure, marked so.

#include <cstdint>
#include <string_view>
#include <vector>

namespace litellm::spend {

struct Tokenizer {
    std::string_view
        name; ///< `o200k_base`, `cl100k_base`; `bytes` where the vocabularies were left out of the build
    bool is_exact = false; ///< the model's own

    /// Merges about 5 MB a second, so texts of more than a few KB belong on another thread than an event
    /// loop's. The first use of a vocabulary reads it, which takes some tens of milliseconds.
    [[nodiscard]] std::int64_t count(std::string_view text) const;
    /// Counts the beginning of long texts only and takes the rest to be like it: at most about 5 ms.
    [[nodiscard]] std::int64_t count_nearly(std::string_view text) const;
    /// Ranks of the tokens; empty for `bytes`. Text that looks like a special token is text.
    [[nodiscard]] std::vector<std::uint32_t> encode(std::string_view text) const;
};

/// By the model's name without its provider, as OpenAI names its models.
[[nodiscard]] Tokenizer tokenizer_for(std::string_view model);
/// `o200k_base` or `cl100k_base`; `bytes` for others.
[[nodiscard]] Tokenizer tokenizer_named(std::string_view name);

} // namespace litellm::spend
