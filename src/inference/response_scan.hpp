#pragma once
// What an OpenAI-shaped answer or chunk says that the proxy must know, found without building a document.

#include "litellm/core/error.hpp"
#include "litellm/providers/provider.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace litellm::inference {

struct AnswerScan {
    std::string_view model;        ///< the value with its quotes, a view into the text; empty when absent
    std::string_view id;           ///< without quotes
    std::string_view service_tier; ///< without quotes; empty when absent or null
    std::string_view error;        ///< the error member as written; empty when absent or null
    std::optional<providers::Usage> usage;
    bool has_choices = false; ///< a `choices` array with at least one element
    bool has_empty_choices = false;
};

/// invalid_input when the text is not a JSON object. The text must be followed by 64 readable bytes.
[[nodiscard]] Result<AnswerScan> scan_answer(std::string_view padded_text, bool look_for_usage);

} // namespace litellm::inference
