#include "litellm/inference/prompt_tokens.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace litellm::inference {

namespace {

/// OpenAI's chat format: each message stands between marks, a name is one more, and the answer is begun.
constexpr std::int64_t tokens_per_message = 3;
constexpr std::int64_t tokens_per_name = 1;
constexpr std::int64_t tokens_of_begin = 3;

class Counter {
public:
    explicit Counter(const spend::Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

    [[nodiscard]] std::int64_t text(const Json& value) const
    {
        return value.is_string() ? tokenizer_.count_nearly(value.get_ref<const std::string&>()) : 0;
    }

    /// A text, or parts of which some are texts.
    [[nodiscard]] std::int64_t content(const Json& value) const
    {
        if (!value.is_array())
            return text(value);
        std::int64_t count = 0;
        for (const Json& part : value) {
            if (part.is_object() && part.contains("text"))
                count += text(part["text"]);
            else
                count += text(part);
        }
        return count;
    }

    [[nodiscard]] std::int64_t message(const Json& value) const
    {
        if (!value.is_object())
            return 0;
        std::int64_t count = tokens_per_message;
        for (const auto& [name, member] : value.items()) {
            if (name == "tool_calls" || name == "function_call") {
                count += tokenizer_.count_nearly(to_text(member));
                continue;
            }
            count += content(member);
            if (name == "name")
                count += tokens_per_name;
        }
        return count;
    }

    /// A text, a list of texts, a list of tokens, or a list of lists of tokens.
    [[nodiscard]] std::int64_t input(const Json& value) const
    {
        if (!value.is_array())
            return text(value);
        std::int64_t count = 0;
        for (const Json& item : value)
            count += item.is_number() ? 1 : input(item);
        return count;
    }

private:
    const spend::Tokenizer& tokenizer_;
};

} // namespace

std::int64_t count_prompt_tokens(const spend::Tokenizer& tokenizer, const Json& request)
{
    if (!request.is_object())
        return 0;
    const Counter counter(tokenizer);
    std::int64_t count = 0;
    if (const auto messages = request.find("messages"); messages != request.end() && messages->is_array()) {
        for (const Json& message : *messages)
            count += counter.message(message);
        count += tokens_of_begin;
    }
    for (const char* name : {"prompt", "input"}) {
        if (const auto found = request.find(name); found != request.end())
            count += counter.input(*found);
    }
    if (const auto tools = request.find("tools");
        tools != request.end() && tools->is_array() && !tools->empty())
        count += tokenizer.count_nearly(to_text(*tools));
    return count;
}

} // namespace litellm::inference
