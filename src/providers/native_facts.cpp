// What the ledger wants to know of answers that pass in an API's own shape.

#include "anthropic.hpp"
#include "error_class.hpp"
#include "gemini.hpp"
#include "json_access.hpp"

#include "litellm/providers/surface.hpp"

namespace litellm::providers {

namespace {

std::optional<Usage> usage_at(const Json& object, const char* name)
{
    const Json* usage = find(object, name);
    return usage == nullptr ? std::nullopt : usage_from_openai(*usage);
}

/// Cohere and its followers bill searches, and say nothing of tokens.
std::optional<Usage> usage_of_rerank(const Json& answer)
{
    if (auto usage = usage_at(answer, "usage"))
        return usage;
    const Json* meta = find(answer, "meta");
    const Json* billed = meta == nullptr ? nullptr : find(*meta, "billed_units");
    if (billed == nullptr)
        return std::nullopt;
    Usage usage;
    usage.prompt = usage.total = count_at(*billed, "total_tokens").value_or(0);
    return usage;
}

} // namespace

NativeFacts native_facts(NativeApi api, const Json& answer)
{
    NativeFacts facts;
    facts.id = string_at(answer, "id");
    switch (api) {
    case NativeApi::messages:
        if (const Json* usage = find(answer, "usage"); usage != nullptr)
            facts.usage = usage_from_openai(anthropic_usage(*usage));
        break;
    case NativeApi::generate_content:
        facts.id = string_at(answer, "responseId");
        if (const Json* usage = find(answer, "usageMetadata"); usage != nullptr)
            facts.usage = usage_from_openai(gemini_usage(*usage));
        break;
    case NativeApi::rerank:
        facts.usage = usage_of_rerank(answer);
        break;
    case NativeApi::moderations:
        facts.usage = Usage{};
        break;
    case NativeApi::responses:
    case NativeApi::images:
    case NativeApi::speech:
    case NativeApi::transcriptions:
    case NativeApi::image_edits:
    case NativeApi::image_variations:
    case NativeApi::translations:
        facts.usage = usage_at(answer, "usage");
        break;
    }
    return facts;
}

Result<void> NativeReader::take(const Endpoint& endpoint, std::string_view data)
{
    if (data == "[DONE]") {
        complete_ = true;
        return {};
    }
    const auto event = parse_json(data);
    if (!event || !event->is_object())
        return {};
    const auto type = string_at(*event, "type");
    if (type == "error" || (type.empty() && has_member(*event, "error"))) {
        auto error = error_inside(endpoint, *event);
        return error ? std::move(*error) : make_error(ErrorClass::api, endpoint.provider, to_text(*event));
    }
    if (api_ == NativeApi::messages) {
        take_message_event(*event, type);
    } else if (api_ == NativeApi::generate_content) {
        auto facts = native_facts(api_, *event);
        if (facts.usage)
            usage_ = facts.usage;
        if (id_.empty())
            id_ = std::move(facts.id);
        ++pieces_;
        if (const Json* candidates = find(*event, "candidates");
            candidates != nullptr && candidates->is_array())
            for (const auto& candidate : *candidates)
                complete_ = complete_ || has_member(candidate, "finishReason");
    } else {
        take_response_event(*event, type);
    }
    return {};
}

void NativeReader::take_message_event(const Json& event, std::string_view type)
{
    const Json* holder = &event;
    if (type == "message_start")
        holder = find(event, "message");
    if (holder != nullptr && type == "message_start")
        id_ = string_at(*holder, "id");
    const Json* usage = holder == nullptr ? nullptr : find(*holder, "usage");
    if (usage != nullptr && usage->is_object()) {
        for (const auto& [name, value] : usage->items())
            if (!value.is_null())
                counts_[name] = value;
        usage_ = usage_from_openai(anthropic_usage(counts_));
    }
    pieces_ += type == "content_block_delta";
    complete_ = complete_ || type == "message_stop";
}

void NativeReader::take_response_event(const Json& event, std::string_view type)
{
    pieces_ += type.ends_with(".delta");
    const Json* response = find(event, "response");
    if (response == nullptr) {
        // Images and speech tell their usage beside the last piece.
        if (auto usage = usage_at(event, "usage"))
            usage_ = usage;
        complete_ = complete_ ||
            (api_ != NativeApi::responses && (type.ends_with(".completed") || type.ends_with(".done")));
        return;
    }
    if (id_.empty())
        id_ = string_at(*response, "id");
    if (type != "response.completed" && type != "response.incomplete" && type != "response.failed")
        return;
    complete_ = true;
    if (auto usage = usage_at(*response, "usage"))
        usage_ = usage;
}

} // namespace litellm::providers
