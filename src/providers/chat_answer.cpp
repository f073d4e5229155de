#include "chat_answer.hpp"

#include "chat_request.hpp"
#include "finish_reason.hpp"
#include "json_access.hpp"

namespace litellm::providers {

namespace {

void split_content_list(Json& message)
{
    const Json* content = find(message, "content");
    if (content == nullptr || !content->is_array())
        return;
    std::string text;
    std::string thoughts;
    for (const auto& part : *content) {
        const auto type = string_at(part, "type");
        if (type == "text" || part.is_string())
            text += part.is_string() ? part.get<std::string>() : string_at(part, "text");
        // Mistral: thinking is a list of texts; Databricks: reasoning has a summary of texts.
        for (const auto* name : {"thinking", "summary"})
            if (const Json* inner = find(part, name); inner != nullptr)
                thoughts += text_of_content(*inner);
    }
    message["content"] = std::move(text);
    if (!thoughts.empty())
        message["reasoning_content"] = std::move(thoughts);
}

/// Old TGI and others send arguments as an object.
void tidy_tool_calls(Json& message)
{
    Json* calls = find(message, "tool_calls");
    if (calls == nullptr || !calls->is_array())
        return;
    for (auto& call : *calls) {
        if (!call.is_object())
            continue;
        if (find(call, "type") == nullptr)
            call["type"] = "function";
        Json* function = find(call, "function");
        if (function == nullptr || !function->is_object())
            continue;
        const Json* arguments = find(*function, "arguments");
        if (arguments == nullptr || *arguments == "")
            (*function)["arguments"] = "{}";
        else if (!arguments->is_string())
            (*function)["arguments"] = to_text(*arguments);
    }
}

/// The tool that stood in for a JSON schema: its arguments are the content the client asked for.
bool unwrap_schema_tool(Json& message)
{
    const Json* calls = find(message, "tool_calls");
    if (calls == nullptr || !calls->is_array() || calls->size() != 1)
        return false;
    const Json* function = find(calls->front(), "function");
    if (function == nullptr || string_at(*function, "name") != schema_tool_name)
        return false;
    message["content"] = string_at(*function, "arguments");
    erase(message, "tool_calls");
    return true;
}

void tidy_choice(const Row& row, Json& choice, std::size_t position)
{
    if (!choice.is_object())
        return;
    if (!count_at(choice, "index"))
        choice["index"] = position;
    Json* message = find(choice, "message");
    if (message == nullptr || !message->is_object())
        return;
    if (find(*message, "role") == nullptr)
        (*message)["role"] = "assistant";
    tidy_reasoning(row, *message);
    tidy_tool_calls(*message);
    const bool unwrapped = has(row, schema_as_tool) && unwrap_schema_tool(*message);
    if (!has_member(*message, "content"))
        (*message)["content"] = nullptr;
    const Json* calls = find(*message, "tool_calls");
    const bool has_calls = calls != nullptr && !calls->empty();
    if (unwrapped)
        choice["finish_reason"] = "stop";
    else if (has_calls && string_at(choice, "finish_reason").empty())
        choice["finish_reason"] = "tool_calls";
    map_finish_reason(choice, has_calls);
}

} // namespace

void tidy_reasoning(const Row& row, Json& message)
{
    if (has(row, reasoning_renamed))
        rename(message, "reasoning", "reasoning_content");
    if (has(row, reasoning_in_list))
        split_content_list(message);
}

void tidy_usage(const Row& row, Json& usage)
{
    const auto counts = usage_from_openai(usage);
    if (!counts)
        return;
    if (has(row, total_only) && find(usage, "prompt_tokens") == nullptr)
        usage["prompt_tokens"] = counts->prompt;
    const bool leaves_out = counts->total >= counts->prompt + counts->completion + counts->reasoning;
    if (has(row, adds_reasoning) && counts->reasoning > 0 && leaves_out)
        usage["completion_tokens"] = counts->completion + counts->reasoning;
}

void tidy_chat_answer(const Row& row, Json& answer, std::int64_t created, const std::string& id)
{
    if (string_at(answer, "id").empty())
        answer["id"] = id;
    if (string_at(answer, "object").empty())
        answer["object"] = "chat.completion";
    if (!count_at(answer, "created"))
        answer["created"] = created;
    if (Json* choices = find(answer, "choices"); choices != nullptr && choices->is_array())
        for (std::size_t position = 0; position < choices->size(); ++position)
            tidy_choice(row, (*choices)[position], position);
    if (Json* usage = find(answer, "usage"); usage != nullptr)
        tidy_usage(row, *usage);
}

std::vector<Json> chunks_of_answer(const Json& answer)
{
    Json head = answer;
    head["object"] = "chat.completion.chunk";
    erase(head, "usage");
    head["choices"] = Json::array();
    std::vector<Json> chunks;
    const auto add = [&chunks, &head](Json choice) {
        chunks.push_back(head);
        chunks.back()["choices"].push_back(std::move(choice));
    };
    const Json* choices = find(answer, "choices");
    if (choices != nullptr && choices->is_array())
        for (const auto& choice : *choices) {
            const Json* message = find(choice, "message");
            Json delta = message != nullptr ? *message : Json::object();
            if (Json* calls = find(delta, "tool_calls"); calls != nullptr && calls->is_array())
                for (std::size_t index = 0; index < calls->size(); ++index)
                    (*calls)[index]["index"] = index;
            const auto index = count_at(choice, "index").value_or(0);
            const Json* reason = find(choice, "finish_reason");
            add({{"index", index}, {"delta", std::move(delta)}, {"finish_reason", nullptr}});
            add(
                {{"index", index},
                 {"delta", Json::object()},
                 {"finish_reason", reason != nullptr ? *reason : Json("stop")}}
            );
        }
    if (const Json* usage = find(answer, "usage"); usage != nullptr) {
        chunks.push_back(head);
        chunks.back()["usage"] = *usage;
    }
    return chunks;
}

} // namespace litellm::providers
