#include "anthropic.hpp"
#include "bedrock.hpp"
#include "finish_reason.hpp"
#include "json_access.hpp"

namespace litellm::providers {

namespace {

/// Blocks of one answer as a chat message.
class MessageReader {
public:
    void take(const Json& block)
    {
        if (const Json* text = find(block, "text"); text != nullptr && text->is_string())
            content_ += text->get<std::string>();
        if (const Json* use = find(block, "toolUse"); use != nullptr)
            take_call(*use);
        if (const Json* thought = find(block, "reasoningContent"); thought != nullptr)
            take_thought(*thought);
    }

    [[nodiscard]] bool has_calls() const { return !calls_.empty(); }

    [[nodiscard]] Json message()
    {
        Json message = {{"role", "assistant"}};
        message["content"] =
            content_.empty() && (has_calls() || !thinking_.empty()) ? Json() : Json(content_);
        if (has_calls())
            message["tool_calls"] = std::move(calls_);
        if (!thoughts_.empty())
            message["reasoning_content"] = std::move(thoughts_);
        if (!thinking_.empty())
            message["thinking_blocks"] = std::move(thinking_);
        return message;
    }

private:
    void take_call(const Json& use)
    {
        const Json* input = find(use, "input");
        const Json arguments = input != nullptr ? *input : Json::object();
        if (string_at(use, "name") == json_tool_name) {
            content_ += to_text(arguments);
            return;
        }
        Json function = {{"name", string_at(use, "name")}, {"arguments", to_text(arguments)}};
        calls_.push_back(Json{
            {"id", string_at(use, "toolUseId")}, {"type", "function"}, {"function", std::move(function)}});
    }

    void take_thought(const Json& thought)
    {
        if (const Json* text = find(thought, "reasoningText"); text != nullptr) {
            thoughts_ += string_at(*text, "text");
            thinking_.push_back(Json{
                {"type", "thinking"},
                {"thinking", string_at(*text, "text")},
                {"signature", string_at(*text, "signature")}});
        } else if (const auto hidden = string_at(thought, "redactedContent"); !hidden.empty()) {
            thinking_.push_back(Json{{"type", "redacted_thinking"}, {"data", hidden}});
        }
    }

    std::string content_;
    std::string thoughts_;
    Json calls_ = Json::array();
    Json thinking_ = Json::array();
};

} // namespace

Json bedrock_usage(const Json& usage)
{
    const auto read = count_at(usage, "cacheReadInputTokens").value_or(0);
    const auto written = count_at(usage, "cacheWriteInputTokens").value_or(0);
    const auto prompt = count_at(usage, "inputTokens").value_or(0) + read + written;
    const auto completion = count_at(usage, "outputTokens").value_or(0);
    Json counts = {
        {"prompt_tokens", prompt}, {"completion_tokens", completion}, {"total_tokens", prompt + completion}};
    counts["prompt_tokens_details"] = Json{{"cached_tokens", read}, {"cache_creation_tokens", written}};
    counts["cache_read_input_tokens"] = read;
    counts["cache_creation_input_tokens"] = written;
    return counts;
}

Json bedrock_completion(
    const Endpoint& endpoint, const Json& answer, std::int64_t created, const std::string& id
)
{
    MessageReader reader;
    const Json* output = find(answer, "output");
    const Json* message = output == nullptr ? nullptr : find(*output, "message");
    const Json* content = message == nullptr ? nullptr : find(*message, "content");
    if (content != nullptr && content->is_array())
        for (const auto& block : *content)
            reader.take(block);
    auto reason = openai_finish_reason(string_at(answer, "stopReason"));
    if (reason == "tool_calls" && !reader.has_calls())
        reason = "stop";
    Json choice = {{"index", 0}, {"message", reader.message()}, {"finish_reason", reason}};
    Json completion = {
        {"id", id}, {"object", "chat.completion"}, {"created", created}, {"model", endpoint.model}};
    completion["choices"] = Json::array({std::move(choice)});
    const Json* usage = find(answer, "usage");
    completion["usage"] = bedrock_usage(usage == nullptr ? Json::object() : *usage);
    return completion;
}

Json bedrock_embeddings(const Endpoint& endpoint, const Json& answer)
{
    Json data = Json::array();
    const auto add = [&data](const Json& vector) {
        data.push_back(Json{{"object", "embedding"}, {"index", data.size()}, {"embedding", vector}});
    };
    if (const Json* one = find(answer, "embedding"); one != nullptr)
        add(*one);
    const Json* many = find(answer, "embeddings");
    if (many != nullptr && many->is_object())
        many = find(*many, "float");
    if (many != nullptr && many->is_array())
        for (const auto& vector : *many)
            add(vector);
    Json made = {{"object", "list"}, {"model", endpoint.model}, {"data", std::move(data)}};
    if (const auto tokens = count_at(answer, "inputTextTokenCount"))
        made["usage"] = Json{{"prompt_tokens", *tokens}, {"total_tokens", *tokens}};
    return made;
}

} // namespace litellm::providers
