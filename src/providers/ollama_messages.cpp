#include "ollama_request.hpp"

#include "chat_request.hpp"
#include "json_access.hpp"

namespace litellm::providers {

namespace {

/// The base64 of an image part.
Result<std::string> image_of(const Json& part)
{
    const Json* image = find(part, "image_url");
    auto url = image != nullptr && image->is_string() ? image->get<std::string>()
        : image != nullptr                            ? string_at(*image, "url")
                                                      : "";
    if (url.starts_with("data:")) {
        const auto comma = url.find(',');
        if (comma == std::string::npos || url.substr(0, comma).find(";base64") == std::string::npos)
            return invalid_input("An image given as a data: URL must be in base64.", "messages");
        return url.substr(comma + 1);
    }
    if (url.empty() || url.find("://") != std::string::npos)
        return invalid_input(
            "Ollama takes images as data: URLs in base64; images behind other URLs are not fetched.",
            "messages"
        );
    return url;
}

Json tool_calls_of(const Json& calls)
{
    Json converted = Json::array();
    for (const auto& call : calls) {
        const Json* function = find(call, "function");
        if (function == nullptr)
            continue;
        Json arguments = Json::object();
        if (const Json* given = find(*function, "arguments"); given != nullptr && given->is_object()) {
            arguments = *given;
        } else if (given != nullptr && given->is_string()) {
            if (auto parsed = parse_json(given->get_ref<const std::string&>()); parsed && parsed->is_object())
                arguments = std::move(*parsed);
        }
        Json named = {{"name", string_at(*function, "name")}, {"arguments", std::move(arguments)}};
        Json item = Json::object();
        if (auto id = string_at(call, "id"); !id.empty())
            item["id"] = std::move(id);
        item["function"] = std::move(named);
        converted.push_back(std::move(item));
    }
    return converted;
}

/// A tool result names its call; Ollama wants the tool's own name.
std::string name_of_call(const Json& messages, const std::string& call_id)
{
    for (const auto& message : messages)
        if (const Json* calls = find(message, "tool_calls"); calls != nullptr && calls->is_array())
            for (const auto& call : *calls)
                if (string_at(call, "id") == call_id)
                    if (const Json* function = find(call, "function"); function != nullptr)
                        return string_at(*function, "name");
    return {};
}

std::string ollama_role(const Json& message)
{
    auto role = string_at(message, "role");
    if (role == "developer")
        return "system";
    return role == "function" ? "tool" : role;
}

Result<Json> convert(const Json& message, const Json& messages)
{
    Json converted = {{"role", ollama_role(message)}};
    const Json* content = find(message, "content");
    converted["content"] = content != nullptr ? text_of_content(*content) : "";
    if (auto thoughts = string_at(message, "reasoning_content"); !thoughts.empty())
        converted["thinking"] = std::move(thoughts);
    if (content != nullptr && content->is_array())
        for (const auto& part : *content) {
            if (string_at(part, "type") != "image_url")
                continue;
            auto image = image_of(part);
            if (!image)
                return image.error();
            converted["images"].push_back(std::move(*image));
        }
    if (const Json* calls = find(message, "tool_calls");
        calls != nullptr && calls->is_array() && !calls->empty())
        converted["tool_calls"] = tool_calls_of(*calls);
    if (auto id = string_at(message, "tool_call_id"); !id.empty()) {
        if (auto name = name_of_call(messages, id); !name.empty())
            converted["tool_name"] = std::move(name);
        converted["tool_call_id"] = std::move(id);
    } else if (converted["role"] == "tool") {
        converted["tool_name"] = string_at(message, "name");
    }
    return converted;
}

std::string_view heading_of(const std::string& role)
{
    if (role == "system")
        return "### System:\n";
    return role == "assistant" ? "### Assistant:\n" : "### User:\n";
}

} // namespace

Result<Json> ollama_messages(const Json& messages)
{
    Json converted = Json::array();
    if (messages.is_array())
        for (const auto& message : messages) {
            auto one = convert(message, messages);
            if (!one)
                return one;
            converted.push_back(std::move(*one));
        }
    return converted;
}

std::string ollama_prompt(const Json& messages)
{
    // Messages that follow each other under one heading share it, as LiteLLM's prompt does.
    std::string prompt;
    std::string_view last;
    if (messages.is_array())
        for (const auto& message : messages) {
            const Json* content = find(message, "content");
            const auto text = content != nullptr ? text_of_content(*content) : std::string{};
            if (text.empty())
                continue;
            const auto heading = heading_of(ollama_role(message));
            if (heading != last) {
                prompt += last.empty() ? "" : "\n\n";
                prompt += heading;
            }
            prompt += text;
            last = heading;
        }
    return last.empty() ? prompt : prompt + "\n\n";
}

} // namespace litellm::providers
