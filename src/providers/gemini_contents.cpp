#include "gemini.hpp"

#include "chat_request.hpp"
#include "json_access.hpp"

#include <utility>

namespace litellm::providers {

namespace {

/// Base64 of `skip_thought_signature_validator`: for calls in a history that another model made.
constexpr std::string_view dummy_signature = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";

std::string_view type_of_extension(std::string_view url)
{
    url = url.substr(0, url.find_first_of("?#"));
    const auto dot = url.rfind('.');
    const std::string_view extension = dot == std::string_view::npos ? "" : url.substr(dot + 1);
    if (extension == "png")
        return "image/png";
    if (extension == "webp")
        return "image/webp";
    if (extension == "gif")
        return "image/gif";
    if (extension == "pdf")
        return "application/pdf";
    if (extension == "mp4")
        return "video/mp4";
    if (extension == "mp3")
        return "audio/mp3";
    return extension == "wav" ? "audio/wav" : "image/jpeg";
}

Json inline_data(std::string_view type, std::string_view data)
{
    return Json{{"inlineData", Json{{"mimeType", type}, {"data", data}}}};
}

/// Data itself, or a place from which Google fetches it.
Result<Json> data_part(std::string_view url)
{
    if (!url.starts_with("data:"))
        return Json{{"fileData", Json{{"mimeType", type_of_extension(url)}, {"fileUri", url}}}};
    const auto comma = url.find(',');
    const auto head = url.substr(5, comma == std::string_view::npos ? 0 : comma - 5);
    const auto semicolon = head.find(';');
    if (comma == std::string_view::npos || semicolon == std::string_view::npos ||
        head.substr(semicolon) != ";base64")
        return invalid_input("Data given as a data: URL must be in base64.", "messages");
    return inline_data(head.substr(0, semicolon), url.substr(comma + 1));
}

Result<Json> file_part(const Json& part)
{
    const Json* file = find(part, "file");
    if (file == nullptr)
        return invalid_input("A file part needs its file.", "messages");
    if (const auto data = string_at(*file, "file_data"); !data.empty())
        return data_part(data.starts_with("data:") ? data : "data:application/pdf;base64," + data);
    Json made = {{"fileData", Json{{"fileUri", string_at(*file, "file_id")}}}};
    if (const auto format = string_at(*file, "format"); !format.empty())
        made["fileData"]["mimeType"] = format;
    return made;
}

/// Nothing for empty text.
Result<std::optional<Json>> part_of(const Json& part)
{
    std::optional<Json> made;
    const auto type = string_at(part, "type");
    if (type == "text") {
        if (const auto text = string_at(part, "text"); !text.empty())
            made = Json{{"text", text}};
        return made;
    }
    if (type == "input_audio") {
        const Json* audio = find(part, "input_audio");
        if (audio == nullptr)
            return invalid_input("An input_audio part needs its input_audio.", "messages");
        made = inline_data("audio/" + string_at(*audio, "format"), string_at(*audio, "data"));
        return made;
    }
    if (type != "image_url" && type != "file")
        return invalid_input("Gemini has no content part of type `" + type + "`.", "messages");
    const Json* image = find(part, "image_url");
    const std::string url = image == nullptr ? std::string()
        : image->is_string()                 ? image->get<std::string>()
                                             : string_at(*image, "url");
    auto converted = type == "file" ? file_part(part) : data_part(url);
    if (!converted)
        return converted.error();
    made = std::move(*converted);
    return made;
}

Result<Json> parts_of(const Json* content)
{
    Json parts = Json::array();
    if (content == nullptr)
        return parts;
    if (content->is_string()) {
        if (const auto& text = content->get_ref<const std::string&>(); !text.empty())
            parts.push_back(Json{{"text", text}});
        return parts;
    }
    if (!content->is_array())
        return invalid_input("The content of a message is a text or a list of parts.", "messages");
    for (const auto& each : *content) {
        auto part = part_of(each);
        if (!part)
            return part.error();
        if (*part)
            parts.push_back(std::move(**part));
    }
    return parts;
}

std::string name_of_call(const Json& messages, const std::string& call_id)
{
    for (const auto& message : messages) {
        const Json* calls = find(message, "tool_calls");
        if (calls == nullptr || !calls->is_array())
            continue;
        for (const auto& call : *calls)
            if (const Json* function = find(call, "function");
                function != nullptr && string_at(call, "id") == call_id)
                return string_at(*function, "name");
    }
    return {};
}

Json call_part(const Json& call, bool needs_signature)
{
    const Json* function = find(call, "function");
    Json arguments = Json::object();
    if (const Json* given = find(*function, "arguments"); given != nullptr && given->is_string()) {
        if (auto parsed = parse_json(given->get_ref<const std::string&>()); parsed && parsed->is_object())
            arguments = std::move(*parsed);
    } else if (given != nullptr && given->is_object()) {
        arguments = *given;
    }
    Json part = {
        {"functionCall", Json{{"name", string_at(*function, "name")}, {"args", std::move(arguments)}}}};
    const Json* own = find(call, "provider_specific_fields");
    const auto signature = own != nullptr ? string_at(*own, "thought_signature") : std::string();
    if (!signature.empty())
        part["thoughtSignature"] = signature;
    else if (needs_signature)
        part["thoughtSignature"] = dummy_signature;
    return part;
}

Result<Json> model_parts(const Json& message, bool signs_calls)
{
    Json parts = Json::array();
    if (const Json* thoughts = find(message, "thinking_blocks"); thoughts != nullptr && thoughts->is_array())
        for (const auto& thought : *thoughts) {
            Json part = {{"text", string_at(thought, "thinking")}, {"thought", true}};
            if (const auto signature = string_at(thought, "signature"); !signature.empty())
                part["thoughtSignature"] = signature;
            parts.push_back(std::move(part));
        }
    auto said = parts_of(find(message, "content"));
    if (!said)
        return said;
    for (auto& part : *said)
        parts.push_back(std::move(part));
    bool needs_signature = signs_calls; // the first call of a turn carries it for all
    if (const Json* calls = find(message, "tool_calls"); calls != nullptr && calls->is_array())
        for (const auto& call : *calls)
            if (find(call, "function") != nullptr)
                parts.push_back(call_part(call, std::exchange(needs_signature, false)));
    return parts;
}

Json result_part(const Json& message, const Json& messages)
{
    const Json* content = find(message, "content");
    const std::string text = content != nullptr ? text_of_content(*content) : std::string();
    const auto parsed = parse_json(text);
    Json response = parsed && parsed->is_object() ? *parsed : Json{{"content", text}};
    const auto id = string_at(message, "tool_call_id");
    const std::string name = id.empty() ? string_at(message, "name") : name_of_call(messages, id);
    return Json{{"functionResponse", Json{{"name", name}, {"response", std::move(response)}}}};
}

/// Adds to the turn that is under way, or begins another.
void append(Json& contents, std::string_view role, Json parts)
{
    if (contents.empty() || contents.back()["role"] != role)
        contents.push_back(Json{{"role", role}, {"parts", Json::array()}});
    for (auto& part : parts)
        contents.back()["parts"].push_back(std::move(part));
}

} // namespace

Result<GeminiContents> gemini_contents(const Json& messages, bool signs_calls)
{
    if (!messages.is_array())
        return invalid_input("messages is a list.", "messages");
    GeminiContents made;
    for (const auto& message : messages) {
        const auto role = string_at(message, "role");
        if (role == "tool" || role == "function") {
            append(made.contents, "user", Json::array({result_part(message, messages)}));
            continue;
        }
        auto parts =
            role == "assistant" ? model_parts(message, signs_calls) : parts_of(find(message, "content"));
        if (!parts)
            return parts.error();
        if (role != "system" && role != "developer") {
            append(made.contents, role == "assistant" ? "model" : "user", std::move(*parts));
            continue;
        }
        for (auto& part : *parts)
            made.system.push_back(std::move(part));
    }
    if (made.contents.empty())
        append(made.contents, "user", Json::array());
    // Turns must not be empty.
    for (auto& turn : made.contents)
        if (turn["parts"].empty())
            turn["parts"].push_back(Json{{"text", " "}});
    return made;
}

} // namespace litellm::providers
