// A request to OpenAI's Responses API as a chat request
// (https://platform.openai.com/docs/api-reference/responses).

#include "json_access.hpp"
#include "surfaces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace litellm::providers {

namespace {

/// What only a server that keeps conversations can do.
constexpr std::array<std::string_view, 3> stateful = {"previous_response_id", "conversation", "prompt"};

Result<Json> part_of(const Json& part)
{
    const auto type = string_at(part, "type");
    if (type == "input_text" || type == "output_text" || type == "text" || type == "refusal")
        return Json{{"type", "text"}, {"text", string_at(part, type == "refusal" ? "refusal" : "text")}};
    if (type == "input_image" && has_member(part, "image_url")) {
        Json made = image_part(string_at(part, "image_url"));
        if (auto detail = string_at(part, "detail"); !detail.empty())
            made["image_url"]["detail"] = std::move(detail);
        return made;
    }
    if (type == "input_file") {
        Json file = Json::object();
        for (const auto* name : {"file_data", "file_id", "filename"})
            if (const Json* value = find(part, name); value != nullptr)
                file[name] = *value;
        // LiteLLM's users write an address where the id stands: Anthropic's and Google's models fetch it,
        // others say that they do not.
        if (!file.contains("file_data") && !file.contains("file_id")) {
            auto address = string_at(part, "file_url");
            if (address.empty())
                return invalid_input("an input_file needs file_data, file_id or file_url", "input");
            file["file_id"] = std::move(address);
        }
        return Json{{"type", "file"}, {"file", std::move(file)}};
    }
    return invalid_input(
        fmt::format("input parts of type `{}` are not understood by this model", type), "input"
    );
}

Result<Json> content_of(const Json& content)
{
    if (content.is_string())
        return content;
    if (!content.is_array())
        return invalid_input("content must be a text or a list of parts", "input");
    Json parts = Json::array();
    std::string text;
    bool only_text = true;
    for (const auto& each : content) {
        auto part = part_of(each);
        if (!part)
            return part.error();
        only_text = only_text && string_at(*part, "type") == "text";
        text += string_at(*part, "text");
        parts.push_back(std::move(*part));
    }
    return only_text ? Json(text) : parts;
}

/// Results of tools hold text only.
std::string output_text(const Json& item)
{
    const Json* output = find(item, "output");
    if (output == nullptr)
        return {};
    if (output->is_string())
        return output->get<std::string>();
    const auto content = content_of(*output);
    return content && content->is_string() ? content->get<std::string>() : to_text(*output);
}

Result<void> add_item(const Json& item, Json& messages)
{
    const auto type = string_at(item, "type");
    if (type == "function_call") {
        Json call =
            function_call(string_at(item, "call_id"), string_at(item, "name"), string_at(item, "arguments"));
        // Calls of one turn belong to one message.
        const bool joins = !messages.empty() && string_at(messages.back(), "role") == "assistant";
        if (!joins)
            messages.push_back(Json{{"role", "assistant"}, {"content", nullptr}});
        messages.back()["tool_calls"].push_back(std::move(call));
        return {};
    }
    if (type == "function_call_output") {
        messages.push_back(Json{
            {"role", "tool"}, {"tool_call_id", string_at(item, "call_id")}, {"content", output_text(item)}});
        return {};
    }
    if (type == "reasoning")
        return {};
    if (!type.empty() && type != "message")
        return invalid_input(
            fmt::format("input items of type `{}` are not understood by this model", type), "input"
        );
    const Json* given = find(item, "content");
    if (given == nullptr)
        return invalid_input("an input message without content", "input");
    auto content = content_of(*given);
    if (!content)
        return content.error();
    const auto role = string_at(item, "role");
    messages.push_back(Json{{"role", role == "developer" ? "system" : role}, {"content", std::move(*content)}}
    );
    return {};
}

Result<void> add_messages(const Json& request, Json& chat)
{
    Json messages = Json::array();
    if (auto instructions = string_at(request, "instructions"); !instructions.empty())
        messages.push_back(Json{{"role", "system"}, {"content", std::move(instructions)}});
    const Json* input = find(request, "input");
    if (input == nullptr || (!input->is_string() && !input->is_array()))
        return invalid_input("input must be a text or a list of items", "input");
    if (input->is_string()) {
        messages.push_back(Json{{"role", "user"}, {"content", *input}});
    } else {
        for (const auto& item : *input)
            if (auto added = add_item(item, messages); !added)
                return added;
    }
    chat["messages"] = std::move(messages);
    return {};
}

Result<void> add_tools(const Json& request, Json& chat)
{
    const Json* tools = find(request, "tools");
    if (tools == nullptr || !tools->is_array())
        return {};
    for (const auto& tool : *tools) {
        const auto type = string_at(tool, "type");
        if (type == "web_search" || type == "web_search_preview") {
            chat["web_search_options"] = Json::object();
            continue;
        }
        if (type != "function")
            return invalid_input(
                fmt::format("tools of type `{}` are run by OpenAI's servers only", type), "tools"
            );
        Json function = Json::object();
        for (const auto* name : {"name", "description", "parameters", "strict"})
            if (const Json* value = find(tool, name); value != nullptr)
                function[name] = *value;
        chat["tools"].push_back(Json{{"type", "function"}, {"function", std::move(function)}});
    }
    const Json* choice = find(request, "tool_choice");
    if (choice == nullptr || !chat.contains("tools"))
        return {};
    if (choice->is_string())
        chat["tool_choice"] = *choice;
    else if (string_at(*choice, "type") == "function")
        chat["tool_choice"] =
            Json{{"type", "function"}, {"function", Json{{"name", string_at(*choice, "name")}}}};
    return {};
}

void add_format(const Json& request, Json& chat)
{
    const Json* text = find(request, "text");
    const Json* format = text == nullptr ? nullptr : find(*text, "format");
    if (format == nullptr)
        return;
    const auto type = string_at(*format, "type");
    if (type == "json_object")
        chat["response_format"] = Json{{"type", "json_object"}};
    if (type != "json_schema")
        return;
    Json schema = *format;
    erase(schema, "type");
    chat["response_format"] = Json{{"type", "json_schema"}, {"json_schema", std::move(schema)}};
}

/// How likely the tokens were. Chats tell the likeliest others only beside that.
void add_logprobs(const Json& request, Json& chat)
{
    const Json* count = find(request, "top_logprobs");
    const Json* include = find(request, "include");
    const bool is_included = include != nullptr && include->is_array() &&
        std::ranges::find(*include, Json("message.output_text.logprobs")) != include->end();
    if (count != nullptr || is_included)
        chat["logprobs"] = true;
    if (count != nullptr)
        chat["top_logprobs"] = *count;
}

} // namespace

Result<Json> chat_of_responses_request(const Json& request, bool stream)
{
    for (const auto name : stateful)
        if (has_member(request, name))
            return invalid_input(
                fmt::format("{} needs a model of OpenAI, which keeps conversations", name), std::string(name)
            );
    if (flag_at(request, "background"))
        return invalid_input("background needs a model of OpenAI, which keeps conversations", "background");
    Json chat = Json::object();
    if (const Json* model = find(request, "model"); model != nullptr)
        chat["model"] = *model;
    if (auto added = add_messages(request, chat); !added)
        return added.error();
    if (auto added = add_tools(request, chat); !added)
        return added.error();
    add_format(request, chat);
    for (const auto* name : {"temperature", "top_p", "parallel_tool_calls", "user"})
        if (const Json* value = find(request, name); value != nullptr)
            chat[name] = *value;
    if (!chat.contains("tools"))
        erase(chat, "parallel_tool_calls");
    add_logprobs(request, chat);
    if (const Json* most = find(request, "max_output_tokens"); most != nullptr)
        chat["max_tokens"] = *most;
    if (const Json* reasoning = find(request, "reasoning"); reasoning != nullptr)
        if (auto effort = string_at(*reasoning, "effort"); !effort.empty())
            chat["reasoning_effort"] = std::move(effort);
    if (stream) {
        chat["stream"] = true;
        chat["stream_options"] = Json{{"include_usage", true}};
    }
    return chat;
}

} // namespace litellm::providers
