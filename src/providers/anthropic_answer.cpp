#include "anthropic.hpp"

#include "finish_reason.hpp"
#include "json_access.hpp"

namespace litellm::providers {

namespace {

/// Collects the blocks of one answer into a chat message.
class MessageBuilder {
public:
    void add(const Json& block)
    {
        const auto type = string_at(block, "type");
        if (type == "text") {
            content_ += string_at(block, "text");
            if (const Json* citations = find(block, "citations"); citations != nullptr)
                extras_["citations"].push_back(*citations);
        } else if (type == "thinking") {
            thoughts_ += string_at(block, "thinking");
            thinking_blocks_.push_back(block);
        } else if (type == "redacted_thinking") {
            thinking_blocks_.push_back(block);
        } else if (type == "tool_use") {
            add_call(block);
        } else if (!type.empty()) {
            extras_["blocks"].push_back(block);
        }
    }

    [[nodiscard]] bool has_calls() const { return !calls_.empty(); }

    [[nodiscard]] Json message()
    {
        Json message = {{"role", "assistant"}};
        message["content"] =
            content_.empty() && (has_calls() || !thinking_blocks_.empty()) ? Json() : Json(content_);
        if (has_calls())
            message["tool_calls"] = std::move(calls_);
        if (!thoughts_.empty())
            message["reasoning_content"] = std::move(thoughts_);
        if (!thinking_blocks_.empty())
            message["thinking_blocks"] = std::move(thinking_blocks_);
        if (!extras_.empty())
            message["provider_specific_fields"] = std::move(extras_);
        return message;
    }

private:
    void add_call(const Json& block)
    {
        const Json* input = find(block, "input");
        const Json arguments = input != nullptr ? *input : Json::object();
        if (string_at(block, "name") == json_tool_name) {
            const Json* values = find(arguments, "values");
            content_ += to_text(values != nullptr && arguments.size() == 1 ? *values : arguments);
            return;
        }
        Json function = {{"name", string_at(block, "name")}, {"arguments", to_text(arguments)}};
        Json call = {{"id", string_at(block, "id")}, {"type", "function"}, {"function", std::move(function)}};
        calls_.push_back(std::move(call));
    }

    std::string content_;
    std::string thoughts_;
    Json thinking_blocks_ = Json::array();
    Json calls_ = Json::array();
    Json extras_ = Json::object();
};

} // namespace

Json anthropic_usage(const Json& usage)
{
    const auto count = [&usage](std::string_view name) { return count_at(usage, name).value_or(0); };
    const auto cached = count("cache_read_input_tokens");
    const auto written = count("cache_creation_input_tokens");
    const auto prompt = count("input_tokens") + cached + written;
    const auto completion = count("output_tokens");
    Json made = {
        {"prompt_tokens", prompt}, {"completion_tokens", completion}, {"total_tokens", prompt + completion}};
    Json details = {{"cached_tokens", cached}, {"cache_creation_tokens", written}};
    if (const Json* lifetimes = find(usage, "cache_creation"); lifetimes != nullptr && lifetimes->is_object())
        details["cache_creation_token_details"] = *lifetimes;
    made["prompt_tokens_details"] = std::move(details);
    if (const Json* output = find(usage, "output_tokens_details"); output != nullptr)
        if (const auto thoughts = count_at(*output, "thinking_tokens"))
            made["completion_tokens_details"] = Json{
                {"reasoning_tokens", *thoughts},
                {"text_tokens", std::max<std::int64_t>(0, completion - *thoughts)}};
    if (const Json* server = find(usage, "server_tool_use"); server != nullptr)
        made["server_tool_use"] = *server;
    made["cache_creation_input_tokens"] = written;
    made["cache_read_input_tokens"] = cached;
    return made;
}

Json anthropic_completion(
    const Endpoint& endpoint, const Json& answer, std::int64_t created, const std::string& id
)
{
    MessageBuilder builder;
    if (const Json* blocks = find(answer, "content"); blocks != nullptr && blocks->is_array())
        for (const auto& block : *blocks)
            builder.add(block);
    Json choice = {{"index", 0}};
    const bool has_calls = builder.has_calls();
    choice["message"] = builder.message();
    const auto native = string_at(answer, "stop_reason");
    auto reason = openai_finish_reason(native);
    // The tool that stood for a schema was no call of the client's.
    if (reason == "tool_calls" && !has_calls)
        reason = "stop";
    choice["finish_reason"] = reason;

    Json completion = {{"id", id}, {"object", "chat.completion"}, {"created", created}};
    const auto model = string_at(answer, "model");
    completion["model"] = model.empty() ? endpoint.model : model;
    completion["choices"] = Json::array({std::move(choice)});
    const Json* usage = find(answer, "usage");
    completion["usage"] = anthropic_usage(usage != nullptr ? *usage : Json::object());
    return completion;
}

} // namespace litellm::providers
