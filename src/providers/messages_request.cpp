// A request to Anthropic's Messages API as a chat request (https://docs.claude.com/en/api/messages).

#include "json_access.hpp"
#include "surfaces.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

namespace litellm::providers {

namespace {

Error unknown_block(std::string_view type)
{
    return invalid_input(
        fmt::format("content blocks of type `{}` are understood by Anthropic's models only", type), "messages"
    );
}

/// Anthropic's source of an image or a document.
std::string address_of(const Json& source)
{
    if (string_at(source, "type") == "url")
        return string_at(source, "url");
    return data_address(string_at(source, "media_type"), string_at(source, "data"));
}

Result<Json> part_of(const Json& block)
{
    const auto type = string_at(block, "type");
    Json part;
    if (type == "text") {
        part = Json{{"type", "text"}, {"text", string_at(block, "text")}};
    } else if (const Json* source = find(block, "source"); type == "image" && source != nullptr) {
        part = image_part(address_of(*source));
    } else if (type == "document" && source != nullptr) {
        if (string_at(*source, "type") == "text")
            return Json{{"type", "text"}, {"text", string_at(*source, "data")}};
        Json file = {{"file_data", address_of(*source)}};
        if (auto title = string_at(block, "title"); !title.empty())
            file["filename"] = std::move(title);
        part = Json{{"type", "file"}, {"file", std::move(file)}};
    } else {
        return unknown_block(type);
    }
    if (const Json* cached = find(block, "cache_control"); cached != nullptr)
        part["cache_control"] = *cached;
    return part;
}

/// Texts that carry nothing else become one text: every provider takes that.
Json tidy_content(Json parts)
{
    std::string text;
    for (const auto& part : parts) {
        if (string_at(part, "type") != "text" || part.contains("cache_control"))
            return parts;
        text += (text.empty() ? "" : "\n") + string_at(part, "text");
    }
    return text;
}

Result<Json> content_of(const Json& content)
{
    if (content.is_string())
        return content;
    if (!content.is_array())
        return invalid_input("content must be a text or a list of blocks", "messages");
    Json parts = Json::array();
    for (const auto& block : content) {
        auto part = part_of(block);
        if (!part)
            return part.error();
        parts.push_back(std::move(*part));
    }
    return tidy_content(std::move(parts));
}

/// One turn of the conversation may become several messages: results of tools come first.
class TurnReader {
public:
    TurnReader(Json& messages, bool keeps_thoughts) : messages_(messages), keeps_thoughts_(keeps_thoughts) {}

    Result<void> user(const Json& content)
    {
        if (content.is_string()) {
            messages_.push_back(Json{{"role", "user"}, {"content", content}});
            return {};
        }
        if (!content.is_array())
            return invalid_input("content must be a text or a list of blocks", "messages");
        Json parts = Json::array();
        for (const auto& block : content) {
            if (string_at(block, "type") == "tool_result") {
                if (auto taken = tool_result(block, parts); !taken)
                    return taken;
                continue;
            }
            auto part = part_of(block);
            if (!part)
                return part.error();
            parts.push_back(std::move(*part));
        }
        if (!parts.empty())
            messages_.push_back(Json{{"role", "user"}, {"content", tidy_content(std::move(parts))}});
        return {};
    }

    Result<void> assistant(const Json& content)
    {
        if (content.is_string()) {
            messages_.push_back(Json{{"role", "assistant"}, {"content", content}});
            return {};
        }
        if (!content.is_array())
            return invalid_input("content must be a text or a list of blocks", "messages");
        std::string text;
        Json calls = Json::array();
        Json thoughts = Json::array();
        for (const auto& block : content) {
            const auto type = string_at(block, "type");
            if (type == "text") {
                text += string_at(block, "text");
            } else if (type == "tool_use") {
                const Json* input = find(block, "input");
                const auto arguments = to_text(input != nullptr ? *input : Json::object());
                calls.push_back(function_call(string_at(block, "id"), string_at(block, "name"), arguments));
            } else if (type == "thinking" || type == "redacted_thinking") {
                thoughts.push_back(block);
            } else if (type != "server_tool_use" && !type.ends_with("_tool_result")) {
                return unknown_block(type);
            }
        }
        Json message = {{"role", "assistant"}};
        message["content"] = text.empty() && !calls.empty() ? Json() : Json(text);
        if (!calls.empty())
            message["tool_calls"] = std::move(calls);
        if (keeps_thoughts_ && !thoughts.empty())
            message["thinking_blocks"] = std::move(thoughts);
        messages_.push_back(std::move(message));
        return {};
    }

private:
    /// A tool message holds text only; pictures follow in the user's turn.
    Result<void> tool_result(const Json& block, Json& parts)
    {
        std::string text;
        if (const Json* content = find(block, "content"); content != nullptr && content->is_string()) {
            text = content->get<std::string>();
        } else if (content != nullptr && content->is_array()) {
            for (const auto& each : *content) {
                if (string_at(each, "type") == "text") {
                    text += (text.empty() ? "" : "\n") + string_at(each, "text");
                    continue;
                }
                auto part = part_of(each);
                if (!part)
                    return part.error();
                parts.push_back(std::move(*part));
            }
        }
        if (flag_at(block, "is_error") && text.empty())
            text = "The tool failed.";
        messages_.push_back(Json{
            {"role", "tool"}, {"tool_call_id", string_at(block, "tool_use_id")}, {"content", std::move(text)}}
        );
        return {};
    }

    Json& messages_;
    bool keeps_thoughts_;
};

Result<void> add_messages(const Json& request, bool keeps_thoughts, Json& chat)
{
    Json messages = Json::array();
    if (const Json* system = find(request, "system"); system != nullptr) {
        auto content = content_of(*system);
        if (!content)
            return content.error();
        messages.push_back(Json{{"role", "system"}, {"content", std::move(*content)}});
    }
    const Json* turns = find(request, "messages");
    if (turns == nullptr || !turns->is_array())
        return invalid_input("messages: a list of messages is required", "messages");
    TurnReader reader(messages, keeps_thoughts);
    for (const auto& turn : *turns) {
        const auto role = string_at(turn, "role");
        const Json* content = find(turn, "content");
        if (content == nullptr)
            return invalid_input("messages: a message without content", "messages");
        Result<void> taken;
        if (role == "user") {
            taken = reader.user(*content);
        } else if (role == "assistant") {
            taken = reader.assistant(*content);
        } else if (role == "system") {
            auto text = content_of(*content);
            if (!text)
                return text.error();
            messages.push_back(Json{{"role", "system"}, {"content", std::move(*text)}});
        } else {
            return invalid_input(fmt::format("messages: unknown role `{}`", role), "messages");
        }
        if (!taken)
            return taken;
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
        if (type.starts_with("web_search_")) {
            chat["web_search_options"] = Json::object();
            continue;
        }
        if (!type.empty() && type != "custom")
            return invalid_input(
                fmt::format("tools of type `{}` are run by Anthropic's servers only", type), "tools"
            );
        const Json* schema = find(tool, "input_schema");
        Json function = {{"name", string_at(tool, "name")}};
        if (auto description = string_at(tool, "description"); !description.empty())
            function["description"] = std::move(description);
        function["parameters"] =
            schema != nullptr ? *schema : Json{{"type", "object"}, {"properties", Json::object()}};
        Json made = {{"type", "function"}, {"function", std::move(function)}};
        if (const Json* cached = find(tool, "cache_control"); cached != nullptr)
            made["cache_control"] = *cached;
        chat["tools"].push_back(std::move(made));
    }
    return {};
}

void add_tool_choice(const Json& request, Json& chat)
{
    const Json* choice = find(request, "tool_choice");
    if (choice == nullptr || !chat.contains("tools"))
        return;
    const auto type = string_at(*choice, "type");
    if (type == "tool")
        chat["tool_choice"] =
            Json{{"type", "function"}, {"function", Json{{"name", string_at(*choice, "name")}}}};
    else
        chat["tool_choice"] = type == "any" ? "required" : type == "none" ? "none" : "auto";
    if (flag_at(*choice, "disable_parallel_tool_use"))
        chat["parallel_tool_calls"] = false;
}

/// How hard to think: by words, or by a budget of tokens.
void add_effort(const Json& request, Json& chat)
{
    constexpr std::int64_t much = 10'000;
    constexpr std::int64_t some = 5'000;
    const Json* config = find(request, "output_config");
    const auto effort = config != nullptr ? string_at(*config, "effort") : std::string();
    const Json* thinking = find(request, "thinking");
    if (thinking == nullptr || string_at(*thinking, "type") == "disabled")
        return;
    if (!effort.empty()) {
        chat["reasoning_effort"] = effort == "max" || effort == "xhigh" ? "high" : effort;
        return;
    }
    const auto budget = count_at(*thinking, "budget_tokens");
    if (!budget)
        return;
    chat["reasoning_effort"] = *budget >= much ? "high" : *budget >= some ? "medium" : "low";
}

void add_format(const Json& request, Json& chat)
{
    const Json* config = find(request, "output_config");
    const Json* format = find(request, "output_format");
    if (format == nullptr && config != nullptr)
        format = find(*config, "format");
    if (format == nullptr || string_at(*format, "type") != "json_schema")
        return;
    const Json* schema = find(*format, "schema");
    Json named = {
        {"name", "answer"}, {"strict", true}, {"schema", schema != nullptr ? *schema : Json::object()}};
    chat["response_format"] = Json{{"type", "json_schema"}, {"json_schema", std::move(named)}};
}

/// Marks for a cache that the provider behind a chat does not have, and may refuse.
void remove_cache_marks(Json* blocks)
{
    if (blocks == nullptr || !blocks->is_array())
        return;
    for (auto& block : *blocks) {
        erase(block, "cache_control");
        if (string_at(block, "type") == "tool_result")
            remove_cache_marks(find(block, "content"));
    }
}

Json without_cache_marks(Json request)
{
    remove_cache_marks(find(request, "system"));
    remove_cache_marks(find(request, "tools"));
    if (Json* turns = find(request, "messages"); turns != nullptr && turns->is_array())
        for (auto& turn : *turns)
            remove_cache_marks(find(turn, "content"));
    return request;
}

} // namespace

Result<Json> chat_of_messages_request(const Json& given, bool stream, bool keeps_thoughts)
{
    const Json request = keeps_thoughts ? given : without_cache_marks(given);
    Json chat = Json::object();
    if (const Json* model = find(request, "model"); model != nullptr)
        chat["model"] = *model;
    if (auto added = add_messages(request, keeps_thoughts, chat); !added)
        return added.error();
    if (auto added = add_tools(request, chat); !added)
        return added.error();
    add_tool_choice(request, chat);
    add_effort(request, chat);
    add_format(request, chat);
    for (const auto* name : {"max_tokens", "temperature", "top_p"})
        if (const Json* value = find(request, name); value != nullptr)
            chat[name] = *value;
    if (const Json* stops = find(request, "stop_sequences"); stops != nullptr && !stops->empty())
        chat["stop"] = *stops;
    if (const Json* metadata = find(request, "metadata"); metadata != nullptr)
        if (auto user = string_at(*metadata, "user_id"); !user.empty())
            chat["user"] = std::move(user);
    if (stream) {
        chat["stream"] = true;
        chat["stream_options"] = Json{{"include_usage", true}};
    }
    return chat;
}

} // namespace litellm::providers
