#include "text_completions.hpp"

#include "chat_request.hpp"
#include "json_access.hpp"

namespace litellm::providers {

namespace {

Json with_choices(const Json& answer, std::string_view object, Json choices)
{
    Json mapped = Json::object();
    for (const auto& [name, value] : answer.items())
        if (name == "object")
            mapped[name] = object;
        else if (name == "choices")
            mapped[name] = std::move(choices);
        else
            mapped[name] = value;
    return mapped;
}

Json finish_of(const Json& choice)
{
    const Json* reason = find(choice, "finish_reason");
    return reason != nullptr ? *reason : Json(nullptr);
}

std::int64_t index_of(const Json& choice)
{
    return count_at(choice, "index").value_or(0);
}

} // namespace

Result<Json> chat_of_text_request(const Json& body)
{
    const Json* prompt = find(body, "prompt");
    if (prompt == nullptr)
        return invalid_input("A prompt is required.", "prompt");
    if (prompt->is_array() && prompt->size() == 1)
        prompt = &prompt->front();
    if (!prompt->is_string())
        return invalid_input(
            "This model takes one prompt per call, as text: it is served by a chat model.", "prompt"
        );

    Json chat = Json::object();
    for (const auto& [name, value] : body.items()) {
        if (name == "prompt") {
            chat["messages"] = Json::array({{{"role", "user"}, {"content", *prompt}}});
        } else if (name == "logprobs" && value.is_number_integer()) {
            chat["logprobs"] = true;
            chat["top_logprobs"] = value;
        } else if (name != "suffix" && name != "echo" && name != "best_of") {
            chat[name] = value;
        }
    }
    return chat;
}

Json text_of_chat_request(const Json& body)
{
    Json text = Json::object();
    for (const auto& [name, value] : body.items()) {
        if (name == "messages") {
            std::string prompt;
            if (value.is_array())
                for (const auto& message : value)
                    if (const Json* content = find(message, "content"); content != nullptr)
                        prompt += (prompt.empty() ? "" : " ") + text_of_content(*content);
            text["prompt"] = std::move(prompt);
        } else if (name == "max_completion_tokens") {
            text["max_tokens"] = value;
        } else if (name != "tools" && name != "tool_choice" && name != "response_format") {
            text[name] = value;
        }
    }
    return text;
}

Json text_of_chat_answer(const Json& answer, bool chunk)
{
    Json choices = Json::array();
    if (const Json* list = find(answer, "choices"); list != nullptr && list->is_array())
        for (const auto& choice : *list) {
            const Json* message = find(choice, chunk ? "delta" : "message");
            const Json* content = message != nullptr ? find(*message, "content") : nullptr;
            choices.push_back({
                {"text", content != nullptr ? text_of_content(*content) : ""},
                {"index", index_of(choice)},
                {"logprobs", nullptr},
                {"finish_reason", finish_of(choice)},
            });
        }
    return with_choices(answer, "text_completion", std::move(choices));
}

Json chat_of_text_answer(const Json& answer, bool chunk)
{
    Json choices = Json::array();
    if (const Json* list = find(answer, "choices"); list != nullptr && list->is_array())
        for (const auto& choice : *list) {
            Json message = {{"role", "assistant"}, {"content", string_at(choice, "text")}};
            choices.push_back({
                {"index", index_of(choice)},
                {chunk ? "delta" : "message", std::move(message)},
                {"finish_reason", finish_of(choice)},
            });
        }
    return with_choices(answer, chunk ? "chat.completion.chunk" : "chat.completion", std::move(choices));
}

} // namespace litellm::providers
