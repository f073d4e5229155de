#include "finish_reason.hpp"

#include "json_access.hpp"
#include "rows.hpp"

namespace litellm::providers {

namespace {

constexpr std::string_view own_words = "stop length tool_calls function_call content_filter";
constexpr std::string_view length_words =
    "max_tokens model_length LENGTH MAX_TOKENS compaction model_context_window_exceeded";
constexpr std::string_view filter_words =
    "sensitive refusal safety guardrail_intervened content_filtered CONTENT_FILTERED ERROR_TOXIC";
constexpr std::string_view tool_words = "tool_use TOOL_CALL";

} // namespace

std::string_view openai_finish_reason(std::string_view native)
{
    // The word of the table is returned, not the caller's, which may be gone before the answer is used.
    std::string_view own;
    const bool is_own = any_word(own_words, [&own, native](std::string_view word) {
        own = word;
        return word == native;
    });
    if (is_own)
        return own;
    if (has_word(length_words, native))
        return "length";
    if (has_word(filter_words, native))
        return "content_filter";
    return has_word(tool_words, native) ? "tool_calls" : "stop";
}

void map_finish_reason(Json& choice, bool has_tool_calls)
{
    const auto native = string_at(choice, "finish_reason");
    if (native.empty()) {
        if (has_member(choice, "finish_reason"))
            choice["finish_reason"] = nullptr;
        return;
    }
    auto mapped = openai_finish_reason(native);
    if (has_tool_calls && mapped == "stop")
        mapped = "tool_calls";
    if (mapped == native)
        return;
    choice["finish_reason"] = mapped;
    choice["provider_specific_fields"]["native_finish_reason"] = native;
}

} // namespace litellm::providers
