#include "anthropic.hpp"

#include "chat_request.hpp"
#include "json_access.hpp"

#include "litellm/core/encoding.hpp"

#include <algorithm>

namespace litellm::providers {

namespace {

constexpr std::string_view placeholder = ".";

bool is_id_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// Anthropic takes letters, digits, `_` and `-`; the same id always becomes the same.
std::string tool_id(std::string id)
{
    std::ranges::replace_if(
        id, [](char c) { return !is_id_character(c); }, '_'
    );
    return id.empty() ? "call_0" : id;
}

void keep_cache_control(const Json& from, Json& block)
{
    if (const Json* control = find(from, "cache_control"); control != nullptr)
        block["cache_control"] = *control;
}

/// `data:<media type>;base64,<data>`
Result<Json> base64_source(std::string_view url)
{
    const auto comma = url.find(',');
    const auto head = url.substr(5, comma == std::string_view::npos ? 0 : comma - 5);
    const auto semicolon = head.find(';');
    if (comma == std::string_view::npos || head.substr(std::min(semicolon, head.size())) != ";base64")
        return invalid_input("Data given as a data: URL must be in base64.", "messages");
    return Json{
        {"type", "base64"},
        {"media_type", std::string(head.substr(0, semicolon))},
        {"data", std::string(url.substr(comma + 1))}};
}

std::string_view block_type(const Json& source)
{
    return string_at(source, "media_type").starts_with("image/") ? "image" : "document";
}

Result<Json> image_block(const Json& part)
{
    const Json* image = find(part, "image_url");
    if (image == nullptr)
        return invalid_input("An image_url part needs its image_url.", "messages");
    const std::string url = image->is_string() ? image->get<std::string>() : string_at(*image, "url");
    if (!url.starts_with("data:"))
        return Json{{"type", "image"}, {"source", Json{{"type", "url"}, {"url", url}}}};
    auto source = base64_source(url);
    if (!source)
        return source;
    Json block = {{"type", block_type(*source)}};
    block["source"] = std::move(*source);
    return block;
}

Result<Json> file_block(const Json& part)
{
    const Json* file = find(part, "file");
    if (file == nullptr)
        return invalid_input("A file part needs its file.", "messages");
    if (const auto data = string_at(*file, "file_data"); !data.empty()) {
        auto source = base64_source(data.starts_with("data:") ? data : "data:application/pdf;base64," + data);
        if (!source)
            return source;
        Json block = {{"type", block_type(*source)}};
        block["source"] = std::move(*source);
        return block;
    }
    const auto id = string_at(*file, "file_id");
    const bool is_url = id.starts_with("https://") || id.starts_with("http://");
    Json source = {{"type", is_url ? "url" : "file"}, {is_url ? "url" : "file_id", id}};
    return Json{{"type", "document"}, {"source", std::move(source)}};
}

/// One part as a block; nothing for empty text, which Anthropic refuses.
Result<std::optional<Json>> block_of(const Json& part)
{
    std::optional<Json> made;
    const auto type = string_at(part, "type");
    if (type == "text" || type == "input_text" || type == "output_text") {
        if (const auto text = string_at(part, "text"); !text.empty())
            made = Json{{"type", "text"}, {"text", text}};
    } else if (type == "image_url" || type == "file") {
        auto block = type == "file" ? file_block(part) : image_block(part);
        if (!block)
            return block.error();
        made = std::move(*block);
    } else if (type == "input_audio") {
        return invalid_input("Anthropic takes no audio.", "messages");
    } else if (part.is_object() && !type.empty()) {
        // Its own blocks (document, search_result, …) are sent as they are.
        made = part;
        return made;
    }
    if (made)
        keep_cache_control(part, *made);
    return made;
}

Result<Json> blocks_of(const Json* content)
{
    Json blocks = Json::array();
    if (content == nullptr)
        return blocks;
    if (content->is_string()) {
        if (const auto& text = content->get_ref<const std::string&>(); !text.empty())
            blocks.push_back(Json{{"type", "text"}, {"text", text}});
        return blocks;
    }
    if (!content->is_array())
        return invalid_input("The content of a message is a text or a list of parts.", "messages");
    for (const auto& part : *content) {
        auto block = block_of(part);
        if (!block)
            return block.error();
        if (*block)
            blocks.push_back(std::move(**block));
    }
    return blocks;
}

Json parsed_arguments(const Json& function)
{
    const Json* given = find(function, "arguments");
    if (given != nullptr && given->is_object())
        return *given;
    if (given != nullptr && given->is_string()) {
        auto parsed = parse_json(given->get_ref<const std::string&>());
        if (parsed && parsed->is_object())
            return std::move(*parsed);
    }
    return Json::object();
}

/// Builds the alternation of user and assistant that the API wants.
class Conversation {
public:
    Result<void> add(const Json& message)
    {
        const auto role = string_at(message, "role");
        if (role == "system" || role == "developer")
            return add_system(message);
        if (role == "assistant")
            return add_assistant(message);
        if (role == "tool" || role == "function")
            return add_result(message, role == "function");
        auto blocks = blocks_of(find(message, "content"));
        if (!blocks)
            return blocks.error();
        if (!blocks->empty())
            keep_cache_control(message, blocks->back());
        append("user", std::move(*blocks));
        return {};
    }

    AnthropicMessages finish()
    {
        flush_results();
        Json& messages = made_.messages;
        if (messages.empty() || messages.front()["role"] != "user")
            messages.insert(messages.begin(), user_message(placeholder));
        for (auto& message : messages)
            if (message["content"].empty())
                message["content"].push_back(Json{{"type", "text"}, {"text", placeholder}});
        trim_prefill(messages.back());
        return std::move(made_);
    }

private:
    static Json user_message(std::string_view text)
    {
        Json content = Json::array();
        content.push_back(Json{{"type", "text"}, {"text", text}});
        return Json{{"role", "user"}, {"content", std::move(content)}};
    }

    /// Anthropic refuses an answer to be continued that ends in white space.
    static void trim_prefill(Json& last)
    {
        if (last["role"] != "assistant" || string_at(last["content"].back(), "type") != "text")
            return;
        auto text = last["content"].back()["text"].get<std::string>();
        text.erase(text.find_last_not_of(" \t\r\n") + 1);
        if (text.empty())
            last["content"].erase(last["content"].size() - 1);
        else
            last["content"].back()["text"] = std::move(text);
        if (last["content"].empty())
            last["content"].push_back(Json{{"type", "text"}, {"text", placeholder}});
    }

    Result<void> add_system(const Json& message)
    {
        auto blocks = blocks_of(find(message, "content"));
        if (!blocks)
            return blocks.error();
        if (!blocks->empty())
            keep_cache_control(message, blocks->back());
        for (auto& block : *blocks)
            made_.system.push_back(std::move(block));
        return {};
    }

    Result<void> add_assistant(const Json& message)
    {
        Json blocks = Json::array();
        if (const Json* thoughts = find(message, "thinking_blocks");
            thoughts != nullptr && thoughts->is_array())
            blocks = *thoughts;
        auto said = blocks_of(find(message, "content"));
        if (!said)
            return said.error();
        for (auto& block : *said)
            blocks.push_back(std::move(block));
        if (const Json* calls = find(message, "tool_calls"); calls != nullptr && calls->is_array())
            for (const auto& call : *calls)
                add_call(call, string_at(call, "id"), blocks);
        if (const Json* legacy = find(message, "function_call"); legacy != nullptr)
            add_call(Json{{"function", *legacy}}, string_at(*legacy, "name"), blocks);
        if (!blocks.empty())
            keep_cache_control(message, blocks.back());
        append("assistant", std::move(blocks));
        return {};
    }

    void add_call(const Json& call, std::string id, Json& blocks)
    {
        const Json* function = find(call, "function");
        if (function == nullptr)
            return;
        made_.has_tool_calls = true;
        Json block = {
            {"type", "tool_use"}, {"id", tool_id(std::move(id))}, {"name", string_at(*function, "name")}};
        block["input"] = parsed_arguments(*function);
        keep_cache_control(call, block);
        blocks.push_back(std::move(block));
    }

    Result<void> add_result(const Json& message, bool is_legacy)
    {
        auto blocks = blocks_of(find(message, "content"));
        if (!blocks)
            return blocks.error();
        Json block = {{"type", "tool_result"}};
        block["tool_use_id"] = tool_id(string_at(message, is_legacy ? "name" : "tool_call_id"));
        block["content"] = std::move(*blocks);
        keep_cache_control(message, block);
        results_.push_back(std::move(block));
        return {};
    }

    /// Results stand before everything else that the user says in the same turn.
    void flush_results()
    {
        if (!results_.empty())
            append("user", std::exchange(results_, Json::array()));
    }

    void append(std::string_view role, Json blocks)
    {
        flush_results();
        Json& messages = made_.messages;
        if (messages.empty() || messages.back()["role"] != role)
            messages.push_back(Json{{"role", role}, {"content", Json::array()}});
        for (auto& block : blocks)
            messages.back()["content"].push_back(std::move(block));
    }

    AnthropicMessages made_;
    Json results_ = Json::array();
};

} // namespace

Result<AnthropicMessages> anthropic_messages(const Json& messages)
{
    if (!messages.is_array())
        return invalid_input("messages is a list.", "messages");
    Conversation conversation;
    for (const auto& message : messages)
        if (const auto added = conversation.add(message); !added)
            return added.error();
    return conversation.finish();
}

} // namespace litellm::providers
