#include "ollama_answer.hpp"

#include "finish_reason.hpp"
#include "json_access.hpp"

#include <algorithm>

namespace litellm::providers {

namespace {

constexpr std::string_view open_tag = "<think>";
constexpr std::string_view close_tag = "</think>";

/// Length of the longest end of `text` that could be the beginning of `tag`.
std::size_t possible_tag(std::string_view text, std::string_view tag)
{
    for (auto length = std::min(text.size(), tag.size() - 1); length > 0; --length)
        if (tag.starts_with(text.substr(text.size() - length)))
            return length;
    return 0;
}

} // namespace

std::pair<std::string, std::string> ThinkSplitter::feed(std::string_view text)
{
    if (state_ == State::content)
        return {{}, std::string(text)};
    held_ += text;
    std::string thoughts;
    if (state_ == State::start) {
        const auto begin = std::min(held_.find_first_not_of(" \n"), held_.size());
        const auto seen = std::string_view(held_).substr(begin);
        if (seen.size() < open_tag.size() && open_tag.starts_with(seen))
            return {};
        if (!seen.starts_with(open_tag)) {
            state_ = State::content;
            return {{}, std::exchange(held_, {})};
        }
        held_.erase(0, begin + open_tag.size());
        state_ = State::thinking;
    }
    if (state_ == State::thinking) {
        const auto close = held_.find(close_tag);
        if (close == std::string::npos) {
            const auto sure = held_.size() - possible_tag(held_, close_tag);
            thoughts = held_.substr(0, sure);
            held_.erase(0, sure);
            return {std::move(thoughts), {}};
        }
        thoughts = held_.substr(0, close);
        held_.erase(0, close + close_tag.size());
        state_ = State::after;
    }
    // The blank lines between the thoughts and the answer belong to neither.
    held_.erase(0, std::min(held_.find_first_not_of(" \n"), held_.size()));
    if (!held_.empty())
        state_ = State::content;
    return {std::move(thoughts), std::exchange(held_, {})};
}

std::pair<std::string, std::string> ThinkSplitter::finish()
{
    auto rest = std::exchange(held_, {});
    if (state_ == State::thinking)
        return {std::move(rest), {}};
    return {{}, std::move(rest)};
}

Json ollama_usage(const Json& answer)
{
    const auto prompt = count_at(answer, "prompt_eval_count").value_or(0);
    const auto completion = count_at(answer, "eval_count").value_or(0);
    return {
        {"prompt_tokens", prompt}, {"completion_tokens", completion}, {"total_tokens", prompt + completion}};
}

Json ollama_tool_calls(const Json& calls, std::size_t first, const std::string& id)
{
    Json converted = Json::array();
    for (const auto& call : calls) {
        const Json* function = find(call, "function");
        if (function == nullptr)
            continue;
        auto call_id = string_at(call, "id");
        if (call_id.empty())
            call_id = "call_" + id + "_" + std::to_string(first + converted.size());
        const Json* arguments = find(*function, "arguments");
        Json named = {{"name", string_at(*function, "name")}};
        if (arguments != nullptr && arguments->is_string())
            named["arguments"] = *arguments;
        else
            named["arguments"] = arguments != nullptr ? to_text(*arguments) : "{}";
        Json item = {{"id", std::move(call_id)}, {"type", "function"}, {"function", std::move(named)}};
        converted.push_back(std::move(item));
    }
    return converted;
}

std::string ollama_model(const Endpoint& endpoint)
{
    return endpoint.provider + "/" + endpoint.model;
}

Json ollama_completion(
    const Endpoint& endpoint, const Json& answer, std::int64_t created, const std::string& id
)
{
    const Json* message = find(answer, "message");
    const Json& source = message != nullptr ? *message : answer;
    ThinkSplitter splitter;
    auto [thoughts, content] = splitter.feed(string_at(source, message != nullptr ? "content" : "response"));
    const auto [late_thoughts, late_content] = splitter.finish();
    thoughts = string_at(source, "thinking") + thoughts + late_thoughts;
    content += late_content;

    Json reply = {{"role", "assistant"}, {"content", std::move(content)}};
    if (!thoughts.empty())
        reply["reasoning_content"] = std::move(thoughts);
    bool has_calls = false;
    if (const Json* calls = find(source, "tool_calls");
        calls != nullptr && calls->is_array() && !calls->empty()) {
        reply["tool_calls"] = ollama_tool_calls(*calls, 0, id);
        has_calls = true;
    }
    const auto reason = openai_finish_reason(string_at(answer, "done_reason"));
    Json choice = {{"index", 0}, {"message", std::move(reply)}};
    choice["finish_reason"] = has_calls && reason == "stop" ? "tool_calls" : reason;
    if (const Json* logprobs = find(answer, "logprobs"); logprobs != nullptr)
        choice["logprobs"] = Json{{"content", *logprobs}};

    Json completion = {
        {"id", id}, {"object", "chat.completion"}, {"created", created}, {"model", ollama_model(endpoint)}};
    completion["choices"] = Json::array({std::move(choice)});
    completion["usage"] = ollama_usage(answer);
    return completion;
}

Json ollama_embeddings(const Endpoint& endpoint, const Json& answer)
{
    Json data = Json::array();
    const auto add = [&data](const Json& vector) {
        Json item = {{"object", "embedding"}, {"index", data.size()}};
        item["embedding"] = vector;
        data.push_back(std::move(item));
    };
    if (const Json* vectors = find(answer, "embeddings"); vectors != nullptr && vectors->is_array())
        std::ranges::for_each(*vectors, add);
    else if (const Json* vector = find(answer, "embedding"); vector != nullptr)
        add(*vector);
    const auto prompt = count_at(answer, "prompt_eval_count").value_or(0);
    Json usage = {{"prompt_tokens", prompt}, {"total_tokens", prompt}};
    Json list = {{"object", "list"}, {"data", std::move(data)}, {"model", ollama_model(endpoint)}};
    list["usage"] = std::move(usage);
    return list;
}

} // namespace litellm::providers
