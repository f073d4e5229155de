#pragma once
// The OpenAI-compatible providers as data: one row says where a provider lives and in what it deviates. A
// provider whose deviations fit these columns needs no code.

#include "litellm/providers/provider.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_set>

namespace litellm::providers {

enum RowFlag : std::uint32_t {
    placeholder_key = 1U << 0, ///< a local server: without a key a dummy is sent
    add_v1 = 1U << 1,          ///< `/v1` is added to a base that lacks it
    flat = 1U << 2,            ///< message content that is a list of texts becomes one text
    no_null = 1U << 3,         ///< null members of messages are removed
    no_name = 1U << 4,         ///< `name` is removed from messages other than tool results
    no_empty = 1U << 5,        ///< empty text parts and empty assistant messages are removed
    no_strict = 1U << 6,       ///< `strict` is removed from tools
    no_additional = 1U << 7,   ///< `additionalProperties` is removed from tools
    clean_schema = 1U << 8,    ///< `$id`, `$schema`, `additionalProperties`, `strict` are removed from tools
    required_is_any = 1U << 9, ///< tool_choice `required` is sent as `any`
    free_tool_choice = 1U << 10,  ///< tool_choice is `auto` or `none` only
    reasoning_renamed = 1U << 11, ///< the answer's `reasoning` is OpenAI-compatible `reasoning_content`
    reasoning_in_list = 1U << 12, ///< the answer's content may be a list with reasoning parts
    adds_reasoning = 1U << 13,    ///< the answer's completion_tokens leave reasoning out
    asks_usage = 1U << 14,        ///< `usage: {include: true}` goes with every request
    echo_reasoning = 1U << 15,    ///< assistant messages must repeat their reasoning_content
    schema_in_object = 1U << 16,  ///< json_schema is sent as json_object with a schema
    schema_as_tool = 1U << 17,    ///< json_schema is sent as one forced tool, whose arguments are the content
    gentle_temperature = 1U << 18,  ///< temperature is at most 1, and at least 0.3 when n is above 1
    nudges_tools = 1U << 19,        ///< tool_choice `required` becomes a message that asks for a tool
    functions_only = 1U << 20,      ///< tools of other kinds than `function` are removed
    custom_tools = 1U << 21,        ///< `custom` tools become function tools
    effort_for_thinking = 1U << 22, ///< `thinking` becomes reasoning_effort
    thinking_type_only = 1U << 23,  ///< `thinking` is reduced to its type, reasoning_effort switches it
    no_text_format = 1U << 24,      ///< response_format `text` is removed
    no_stream_options = 1U << 25,   ///< stream_options is refused by the server
    unfiltered = 1U << 26,          ///< everything passes, the peer is a proxy itself
    openai_rules = 1U << 27,        ///< OpenAI's own models with their rules (o-series, gpt-5)
    text_only = 1U << 28,           ///< chat requests are sent to the text route
    fim = 1U << 29,                 ///< the text route is `/fim/completions`
    total_only = 1U << 30,          ///< the answer's usage may hold nothing but total_tokens
    object_is_any = 1U << 31,       ///< a tool_choice that names its tool is sent as `any`
};

/// Lists are words separated by spaces.
struct Row {
    std::string_view provider;
    std::string_view base;      ///< empty: must be configured
    std::string_view base_envs; ///< in the order in which they are asked
    std::string_view key_envs;
    std::string_view operations; ///< letters: c chat, t text completions, e embeddings
    std::uint32_t flags = 0;
    std::string_view renames = {}; ///< `from>to`
    std::string_view allow = {};   ///< known parameters that are supported; empty: all
    std::string_view drop = {};    ///< known parameters that are not
    std::string_view model_template = {};
    std::string_view env_headers = {}; ///< `Name=ENVIRONMENT_VARIABLE`
};

/// Calls `use` with each word of `list` until it returns true; tells whether it did.
template <class Use>
bool any_word(std::string_view list, Use&& use)
{
    while (!list.empty()) {
        const auto end = list.find(' ');
        const auto word = list.substr(0, end);
        if (!word.empty() && use(word))
            return true;
        list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
    }
    return false;
}

[[nodiscard]] inline bool has_word(std::string_view list, std::string_view word)
{
    return any_word(list, [word](std::string_view each) { return each == word; });
}

/// The words of a long list that is asked for every parameter of every call.
class WordSet {
public:
    explicit WordSet(std::string_view list)
    {
        any_word(list, [this](std::string_view word) {
            words_.insert(word);
            return false;
        });
    }
    [[nodiscard]] bool contains(std::string_view word) const { return words_.contains(word); }

private:
    std::unordered_set<std::string_view> words_;
};

[[nodiscard]] std::span<const Row> rows();
[[nodiscard]] const Row* find_row(std::string_view provider);
[[nodiscard]] inline bool has(const Row& row, RowFlag flag)
{
    return (row.flags & flag) != 0;
}
[[nodiscard]] bool has_operation(const Row& row, Operation operation);

} // namespace litellm::providers
