#include "chat_request.hpp"
#include "json_access.hpp"

#include <algorithm>

namespace litellm::providers {

namespace {

bool is_text_part(const Json& part)
{
    return string_at(part, "type") == "text";
}

bool is_empty_content(const Json* content)
{
    return content == nullptr || content->empty() ||
        (content->is_string() && content->get_ref<const std::string&>().empty());
}

void flatten(Json& message)
{
    const Json* content = find(message, "content");
    if (content != nullptr && content->is_array() && std::ranges::all_of(*content, is_text_part))
        message["content"] = text_of_content(*content);
}

void remove_nulls(Json& message)
{
    for (auto member = message.begin(); member != message.end();)
        member = member->is_null() ? message.erase(member) : std::next(member);
}

void remove_empty_parts(Json& message)
{
    Json* content = find(message, "content");
    if (content == nullptr || !content->is_array())
        return;
    Json kept = Json::array();
    for (auto& part : *content)
        if (!is_text_part(part) || !string_at(part, "text").empty())
            kept.push_back(std::move(part));
    *content = std::move(kept);
}

/// The short form `image_url: "…"` that LiteLLM accepts, and its own hint `format`.
void unfold_images(Json& message)
{
    Json* content = find(message, "content");
    if (content == nullptr || !content->is_array())
        return;
    for (auto& part : *content) {
        Json* image = find(part, "image_url");
        if (image == nullptr)
            continue;
        if (image->is_string()) {
            Json url = std::move(*image);
            *image = Json{{"url", std::move(url)}};
        }
        erase(*image, "format");
    }
}

void echo_thoughts(Json& message)
{
    if (string_at(message, "role") != "assistant" || !string_at(message, "reasoning_content").empty())
        return;
    std::string thoughts;
    if (const Json* fields = find(message, "provider_specific_fields"); fields != nullptr)
        thoughts = string_at(*fields, "reasoning_content");
    message["reasoning_content"] = thoughts.empty() ? " " : thoughts;
}

/// Anthropic's thinking blocks come back as a part of the conversation; a server without them gets their
/// text.
void thoughts_as_content(Json& message)
{
    const Json* blocks = find(message, "thinking_blocks");
    if (blocks == nullptr || !blocks->is_array())
        return;
    std::string text;
    for (const auto& block : *blocks)
        text += string_at(block, "thinking");
    erase(message, "thinking_blocks");
    if (const Json* content = find(message, "content"); content != nullptr && !content->is_array())
        message["content"] = text + text_of_content(*content);
}

bool needs_thoughts(const Row& row, std::string_view model, const Json& body, const Json& message)
{
    if (!has(row, echo_reasoning))
        return false;
    if (!has(row, thinking_type_only))
        return model.find("thinking") != std::string_view::npos && find(message, "tool_calls") != nullptr;
    const Json* thinking = find(body, "thinking");
    return thinking != nullptr && string_at(*thinking, "type") == "enabled";
}

} // namespace

std::string text_of_content(const Json& content)
{
    if (content.is_string())
        return content.get<std::string>();
    std::string text;
    if (content.is_array())
        for (const auto& part : content)
            text += part.is_string() ? part.get<std::string>() : string_at(part, "text");
    return text;
}

void shape_messages(const Row& row, std::string_view model, const Json& body, Json& messages)
{
    Json kept = Json::array();
    for (auto& message : messages) {
        if (!message.is_object()) {
            kept.push_back(std::move(message));
            continue;
        }
        if (has(row, openai_rules))
            unfold_images(message);
        if (has(row, effort_for_thinking))
            thoughts_as_content(message);
        if (needs_thoughts(row, model, body, message))
            echo_thoughts(message);
        if (has(row, no_empty))
            remove_empty_parts(message);
        if (has(row, flat))
            flatten(message);
        const auto role = string_at(message, "role");
        if (has(row, no_name) && role != "tool")
            erase(message, "name");
        if (has(row, no_null))
            remove_nulls(message);
        const bool says_nothing = role == "assistant" && is_empty_content(find(message, "content")) &&
            find(message, "tool_calls") == nullptr && find(message, "function_call") == nullptr;
        if (!has(row, no_empty) || !says_nothing)
            kept.push_back(std::move(message));
    }
    messages = std::move(kept);
}

} // namespace litellm::providers
