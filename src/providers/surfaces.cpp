#include "surfaces.hpp"

#include "json_access.hpp"

#include "litellm/core/encoding.hpp"

#include <array>

namespace litellm::providers {

const Surface* find_surface(NativeApi api)
{
    switch (api) {
    case NativeApi::messages:
        return messages_surface();
    case NativeApi::responses:
        return responses_surface();
    case NativeApi::generate_content:
        return generate_content_surface();
    case NativeApi::moderations:
    case NativeApi::images:
    case NativeApi::speech:
    case NativeApi::transcriptions:
    case NativeApi::rerank:
    case NativeApi::image_edits:
    case NativeApi::image_variations:
    case NativeApi::translations:
        break;
    }
    return nullptr;
}

std::span<const std::string_view> repeated_members(NativeApi api)
{
    static constexpr std::array<std::string_view, 7> of_responses = {
        "instructions", "metadata", "parallel_tool_calls", "temperature", "tool_choice", "tools", "top_p"};
    return api == NativeApi::responses ? std::span<const std::string_view>(of_responses)
                                       : std::span<const std::string_view>();
}

Json image_part(std::string address)
{
    return Json{{"type", "image_url"}, {"image_url", Json{{"url", std::move(address)}}}};
}

std::string data_address(std::string_view media_type, std::string_view base64)
{
    std::string address = "data:";
    address.append(media_type).append(";base64,").append(base64);
    return address;
}

Json function_call(std::string id, std::string name, std::string arguments)
{
    Json function = {{"name", std::move(name)}, {"arguments", std::move(arguments)}};
    return Json{{"id", std::move(id)}, {"type", "function"}, {"function", std::move(function)}};
}

Json parsed_arguments(const std::string& text)
{
    const auto parsed = parse_json(text);
    return parsed && parsed->is_object() ? *parsed : Json::object();
}

const Json* first_choice(const Json& completion)
{
    const Json* choices = find(completion, "choices");
    return choices != nullptr && choices->is_array() && !choices->empty() ? &choices->front() : nullptr;
}

void append_event(std::string& out, std::string_view type, const Json& event)
{
    out.append("event: ").append(type).append("\n");
    append_data(out, event);
}

void append_data(std::string& out, const Json& event)
{
    out.append("data: ").append(to_text(event)).append("\n\n");
}

} // namespace litellm::providers
