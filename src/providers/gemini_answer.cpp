#include "gemini.hpp"

#include "json_access.hpp"
#include "rows.hpp"

namespace litellm::providers {

namespace {

constexpr std::string_view filtered = "SAFETY RECITATION LANGUAGE OTHER BLOCKLIST PROHIBITED_CONTENT SPII "
                                      "IMAGE_SAFETY IMAGE_PROHIBITED_CONTENT "
                                      "NO_IMAGE IMAGE_RECITATION IMAGE_OTHER ESCALATION";

std::int64_t tokens_of_modality(const Json& metadata, std::string_view list, std::string_view modality)
{
    std::int64_t count = 0;
    if (const Json* details = find(metadata, list); details != nullptr && details->is_array())
        for (const auto& each : *details)
            if (string_at(each, "modality") == modality)
                count += count_at(each, "tokenCount").value_or(0);
    return count;
}

/// A call's id is made of the answer's, so that it is the same however the stream is cut.
Json tool_call(const Json& part, const Json& call, std::size_t index, const std::string& id)
{
    const Json* arguments = find(call, "args");
    Json function = {
        {"name", string_at(call, "name")}, {"arguments", arguments != nullptr ? to_text(*arguments) : "{}"}};
    auto call_id = string_at(call, "id");
    if (call_id.empty())
        call_id = "call_" + id + "_" + std::to_string(index);
    Json made = {{"id", std::move(call_id)}, {"type", "function"}, {"function", std::move(function)}};
    if (const auto signature = string_at(part, "thoughtSignature"); !signature.empty())
        made["provider_specific_fields"] = Json{{"thought_signature", signature}};
    return made;
}

void add_data(const Json& data, Json& message)
{
    const auto type = string_at(data, "mimeType");
    const auto bytes = string_at(data, "data");
    if (type.starts_with("audio/")) {
        message["audio"] = Json{{"data", bytes}};
        return;
    }
    const std::size_t index = message.contains("images") ? message["images"].size() : 0;
    Json image = {{"type", "image_url"}, {"image_url", Json{{"url", "data:" + type + ";base64," + bytes}}}};
    image["index"] = index;
    message["images"].push_back(std::move(image));
}

} // namespace

Json gemini_usage(const Json& metadata)
{
    const auto count = [&metadata](std::string_view name) { return count_at(metadata, name).value_or(0); };
    const auto prompt = count("promptTokenCount") + count("toolUsePromptTokenCount");
    const auto thoughts = count("thoughtsTokenCount");
    const auto candidates = count("candidatesTokenCount");
    const auto total = count("totalTokenCount");
    // Some answers count the thoughts among the candidates' tokens already.
    const bool includes_thoughts = total > 0 && prompt + candidates == total;
    const auto completion = includes_thoughts ? candidates : candidates + thoughts;
    Json usage = {
        {"prompt_tokens", prompt}, {"completion_tokens", completion}, {"total_tokens", prompt + completion}};
    Json input = {{"cached_tokens", count("cachedContentTokenCount")}};
    if (const auto audio = tokens_of_modality(metadata, "promptTokensDetails", "AUDIO"); audio > 0)
        input["audio_tokens"] = audio;
    if (const auto image = tokens_of_modality(metadata, "promptTokensDetails", "IMAGE"); image > 0)
        input["image_tokens"] = image;
    usage["prompt_tokens_details"] = std::move(input);
    Json output = {{"reasoning_tokens", thoughts}};
    if (const auto audio = tokens_of_modality(metadata, "candidatesTokensDetails", "AUDIO"); audio > 0)
        output["audio_tokens"] = audio;
    if (const auto image = tokens_of_modality(metadata, "candidatesTokensDetails", "IMAGE"); image > 0)
        output["image_tokens"] = image;
    usage["completion_tokens_details"] = std::move(output);
    return usage;
}

GeminiMessage gemini_message(const Json& candidate, std::size_t calls_before, const std::string& id)
{
    GeminiMessage made;
    std::string content;
    std::string thoughts;
    const Json* holder = find(candidate, "content");
    const Json* parts = holder != nullptr ? find(*holder, "parts") : nullptr;
    if (parts != nullptr && parts->is_array())
        for (const auto& part : *parts) {
            if (const Json* call = find(part, "functionCall"); call != nullptr) {
                Json converted = tool_call(part, *call, calls_before + made.calls, id);
                converted["index"] = calls_before + made.calls++;
                made.message["tool_calls"].push_back(std::move(converted));
            } else if (const Json* data = find(part, "inlineData"); data != nullptr) {
                add_data(*data, made.message);
            } else if (flag_at(part, "thought")) {
                thoughts += string_at(part, "text");
            } else {
                content += string_at(part, "text");
            }
        }
    if (!content.empty())
        made.message["content"] = std::move(content);
    if (!thoughts.empty())
        made.message["reasoning_content"] = std::move(thoughts);
    return made;
}

std::string gemini_finish_reason(const std::string& native, bool has_calls)
{
    if (native == "MAX_TOKENS")
        return "length";
    if (has_word(filtered, native))
        return "content_filter";
    return has_calls ? "tool_calls" : "stop";
}

Json gemini_completion(
    const Endpoint& endpoint, const Json& answer, std::int64_t created, const std::string& id
)
{
    const auto own_id = string_at(answer, "responseId");
    const auto model = string_at(answer, "modelVersion");
    Json completion = {
        {"id", own_id.empty() ? id : own_id}, {"object", "chat.completion"}, {"created", created}};
    completion["model"] = model.empty() ? endpoint.model : model;
    completion["choices"] = Json::array();
    if (const Json* candidates = find(answer, "candidates"); candidates != nullptr && candidates->is_array())
        for (const auto& candidate : *candidates) {
            auto made = gemini_message(candidate, 0, id);
            Json message = {{"role", "assistant"}, {"content", nullptr}};
            message.update(made.message);
            if (Json* calls = find(message, "tool_calls"); calls != nullptr)
                for (auto& call : *calls)
                    erase(call, "index");
            Json choice = {{"index", completion["choices"].size()}, {"message", std::move(message)}};
            choice["finish_reason"] =
                gemini_finish_reason(string_at(candidate, "finishReason"), made.calls > 0);
            if (const Json* grounding = find(candidate, "groundingMetadata"); grounding != nullptr)
                completion["vertex_ai_grounding_metadata"].push_back(*grounding);
            completion["choices"].push_back(std::move(choice));
        }
    // A prompt that was refused has no candidates.
    if (completion["choices"].empty()) {
        Json message = {{"role", "assistant"}, {"content", nullptr}};
        Json choice = {{"index", 0}, {"message", std::move(message)}, {"finish_reason", "content_filter"}};
        completion["choices"].push_back(std::move(choice));
    }
    const Json* metadata = find(answer, "usageMetadata");
    completion["usage"] = gemini_usage(metadata != nullptr ? *metadata : Json::object());
    return completion;
}

Json gemini_embeddings(const Endpoint& endpoint, const Json& answer)
{
    Json data = Json::array();
    const auto add = [&data](const Json& embedding) {
        const Json* values = find(embedding, "values");
        Json item = {{"object", "embedding"}, {"index", data.size()}};
        item["embedding"] = values != nullptr ? *values : Json::array();
        data.push_back(std::move(item));
    };
    if (const Json* list = find(answer, "embeddings"); list != nullptr && list->is_array())
        for (const auto& each : *list)
            add(each);
    else if (const Json* one = find(answer, "embedding"); one != nullptr)
        add(*one);
    Json made = {{"object", "list"}, {"data", std::move(data)}, {"model", endpoint.model}};
    // AI Studio often says nothing: the caller estimates then.
    if (const Json* metadata = find(answer, "usageMetadata"); metadata != nullptr) {
        const auto prompt = count_at(*metadata, "promptTokenCount").value_or(0);
        made["usage"] = Json{{"prompt_tokens", prompt}, {"total_tokens", prompt}};
    }
    return made;
}

} // namespace litellm::providers
