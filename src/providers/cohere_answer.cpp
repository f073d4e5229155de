#include "cohere.hpp"

#include "error_class.hpp"
#include "event_decoder.hpp"
#include "finish_reason.hpp"
#include "json_access.hpp"
#include "text_completions.hpp"

#include "litellm/core/encoding.hpp"

namespace litellm::providers {

namespace {

std::string finish_reason_of(const std::string& native, bool has_calls)
{
    const auto lower = to_lower(native);
    if (lower == "complete" || lower == "stop_sequence")
        return has_calls ? "tool_calls" : "stop";
    if (lower == "tool_call")
        return "tool_calls";
    return std::string(openai_finish_reason(native == "MAX_TOKENS" ? "length" : native));
}

class CohereStreamDecoder final : public EventDecoder {
public:
    CohereStreamDecoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id)
        : EventDecoder(endpoint),
          model_(endpoint.model),
          as_text_(as_text),
          created_(created),
          id_(std::move(id))
    {
    }

private:
    [[nodiscard]] bool is_complete() const override { return ended_; }

    void emit_rest() override
    {
        Json chunk = head();
        if (as_text_)
            chunk["object"] = "text_completion";
        chunk["usage"] = cohere_usage(usage_);
        emit(std::move(chunk));
    }

    void take_event(const Json& event) override
    {
        if (ended_)
            return;
        const auto type = string_at(event, "type");
        if (type.empty() && has_member(event, "message")) {
            fail(error_from_response(errors_as_, 500, {}, to_text(event)));
            return;
        }
        const Json* delta = find(event, "delta");
        if (delta == nullptr)
            return;
        if (type == "message-end") {
            end(*delta);
            return;
        }
        if (const Json* message = find(*delta, "message"); message != nullptr)
            take_message(type, event, *message);
    }

    void take_message(const std::string& type, const Json& event, const Json& message)
    {
        if (type == "message-start") {
            emit_delta(Json{{"role", "assistant"}, {"content", ""}});
        } else if (type == "content-start" || type == "content-delta") {
            const Json* content = find(message, "content");
            if (content == nullptr)
                return;
            if (const auto thought = string_at(*content, "thinking"); !thought.empty())
                emit_delta(Json{{"reasoning_content", thought}});
            if (const auto text = string_at(*content, "text"); !text.empty())
                emit_delta(Json{{"content", text}});
        } else if (type == "tool-plan-delta") {
            if (const auto plan = string_at(message, "tool_plan"); !plan.empty())
                emit_delta(Json{{"reasoning_content", plan}});
        } else if (type == "tool-call-start" || type == "tool-call-delta") {
            if (const Json* call = find(message, "tool_calls"); call != nullptr)
                take_call(*call, count_at(event, "index").value_or(0), type == "tool-call-start");
        } else if (type == "citation-start") {
            if (const Json* citation = find(message, "citations"); citation != nullptr)
                emit_delta(Json{{"provider_specific_fields", Json{{"citation", *citation}}}});
        }
    }

    void take_call(const Json& part, std::int64_t index, bool starts)
    {
        const Json* given = find(part, "function");
        const auto arguments = given == nullptr ? std::string() : string_at(*given, "arguments");
        if (!starts && arguments.empty())
            return;
        has_calls_ = true;
        Json function = {{"arguments", arguments}};
        Json call = {{"index", index}};
        if (starts) {
            call["id"] = string_at(part, "id");
            call["type"] = "function";
            function["name"] = given == nullptr ? "" : string_at(*given, "name");
        }
        call["function"] = std::move(function);
        emit_delta(Json{{"tool_calls", Json::array({std::move(call)})}});
    }

    void end(const Json& delta)
    {
        ended_ = true;
        if (const Json* usage = find(delta, "usage"); usage != nullptr) {
            usage_ = *usage;
            note_usage(usage_from_openai(cohere_usage(usage_)));
        }
        if (auto error = string_at(delta, "error"); !error.empty()) {
            fail(error_from_response(errors_as_, 500, {}, error));
            return;
        }
        emit_choice(Json::object(), finish_reason_of(string_at(delta, "finish_reason"), has_calls_));
    }

    void emit_delta(Json delta) { emit_choice(std::move(delta), nullptr); }

    void emit_choice(Json delta, Json reason)
    {
        Json choice = {{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", std::move(reason)}};
        Json chunk = head();
        chunk["choices"].push_back(std::move(choice));
        emit(as_text_ ? text_of_chat_answer(chunk, true) : std::move(chunk));
    }

    [[nodiscard]] Json head() const
    {
        Json chunk = {
            {"id", id_}, {"object", "chat.completion.chunk"}, {"created", created_}, {"model", model_}};
        chunk["choices"] = Json::array();
        return chunk;
    }

    std::string model_;
    bool as_text_;
    std::int64_t created_;
    std::string id_;
    Json usage_ = Json::object();
    bool has_calls_ = false;
    bool ended_ = false;
};

} // namespace

Json cohere_usage(const Json& usage)
{
    // What is billed is what counts; the tokens beside it include what Cohere adds itself.
    const Json* counts = find(usage, "billed_units");
    if (counts == nullptr)
        counts = find(usage, "tokens");
    const auto count = [counts](std::string_view name) {
        return counts == nullptr ? std::int64_t{0} : count_at(*counts, name).value_or(0);
    };
    const auto prompt = count("input_tokens");
    const auto completion = count("output_tokens");
    Json made = {
        {"prompt_tokens", prompt}, {"completion_tokens", completion}, {"total_tokens", prompt + completion}};
    if (const auto cached = count_at(usage, "cached_tokens"))
        made["prompt_tokens_details"] = Json{{"cached_tokens", *cached}};
    return made;
}

Json cohere_completion(
    const Endpoint& endpoint, const Json& answer, std::int64_t created, const std::string& id
)
{
    std::string text;
    std::string thoughts;
    const Json* said = find(answer, "message");
    const Json* content = said == nullptr ? nullptr : find(*said, "content");
    if (content != nullptr && content->is_array()) {
        for (const auto& part : *content) {
            text += string_at(part, "text");
            thoughts += string_at(part, "thinking");
        }
    }
    const Json* calls = said == nullptr ? nullptr : find(*said, "tool_calls");
    const bool has_calls = calls != nullptr && calls->is_array() && !calls->empty();
    if (said != nullptr)
        thoughts += string_at(*said, "tool_plan");
    Json message = {{"role", "assistant"}, {"content", text.empty() && has_calls ? Json() : Json(text)}};
    if (has_calls)
        message["tool_calls"] = *calls;
    if (!thoughts.empty())
        message["reasoning_content"] = thoughts;
    if (const Json* citations = said == nullptr ? nullptr : find(*said, "citations"); citations != nullptr)
        message["provider_specific_fields"] = Json{{"citations", *citations}};
    Json choice = {{"index", 0}, {"message", std::move(message)}};
    choice["finish_reason"] = finish_reason_of(string_at(answer, "finish_reason"), has_calls);
    const auto own_id = string_at(answer, "id");
    Json completion = {
        {"id", own_id.empty() ? id : own_id},
        {"object", "chat.completion"},
        {"created", created},
        {"model", endpoint.model}};
    completion["choices"] = Json::array({std::move(choice)});
    const Json* usage = find(answer, "usage");
    completion["usage"] = cohere_usage(usage == nullptr ? Json::object() : *usage);
    return completion;
}

Json cohere_embeddings(const Endpoint& endpoint, const Json& answer)
{
    Json data = Json::array();
    const Json* vectors = find(answer, "embeddings");
    if (vectors != nullptr && vectors->is_object())
        vectors = find(*vectors, "float");
    if (vectors != nullptr && vectors->is_array())
        for (const auto& vector : *vectors)
            data.push_back(Json{{"object", "embedding"}, {"index", data.size()}, {"embedding", vector}});
    const Json* meta = find(answer, "meta");
    const Json* billed = meta == nullptr ? nullptr : find(*meta, "billed_units");
    const auto tokens = billed == nullptr ? std::int64_t{0} : count_at(*billed, "input_tokens").value_or(0);
    Json made = {{"object", "list"}, {"model", endpoint.model}, {"data", std::move(data)}};
    made["usage"] = Json{{"prompt_tokens", tokens}, {"total_tokens", tokens}};
    return made;
}

std::unique_ptr<StreamDecoder>
cohere_stream_decoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id)
{
    return std::make_unique<CohereStreamDecoder>(endpoint, as_text, created, std::move(id));
}

} // namespace litellm::providers
