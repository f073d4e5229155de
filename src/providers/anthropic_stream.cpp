#include "anthropic.hpp"

#include "error_class.hpp"
#include "event_decoder.hpp"
#include "finish_reason.hpp"
#include "json_access.hpp"
#include "text_completions.hpp"

namespace litellm::providers {

namespace {

/// Events of one message; what is not known is passed over, as the API asks of its clients.
class AnthropicStreamDecoder final : public EventDecoder {
public:
    AnthropicStreamDecoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id)
        : EventDecoder(endpoint),
          model_(endpoint.model),
          as_text_(as_text),
          created_(created),
          id_(std::move(id))
    {
    }

private:
    [[nodiscard]] bool is_complete() const override { return done_; }

    void take_event(const Json& event) override
    {
        if (done_)
            return;
        const auto type = string_at(event, "type");
        if (type == "message_start")
            start(event);
        else if (type == "content_block_start")
            start_block(event);
        else if (type == "content_block_delta")
            take_delta(event);
        else if (type == "content_block_stop")
            end_block();
        else if (type == "message_delta")
            take_message_delta(event);
        else if (type == "message_stop")
            end();
        else if (type == "error")
            fail_with(event);
    }

    void fail_with(const Json& event)
    {
        auto error = error_inside(errors_as_, event);
        fail(error ? std::move(*error) : make_error(ErrorClass::api, errors_as_.provider, to_text(event)));
    }

    void start(const Json& event)
    {
        const Json* message = find(event, "message");
        if (message == nullptr)
            return;
        if (auto model = string_at(*message, "model"); !model.empty())
            model_ = std::move(model);
        keep_usage(*message);
        emit_delta(Json{{"role", "assistant"}, {"content", ""}});
    }

    void start_block(const Json& event)
    {
        const Json* block = find(event, "content_block");
        if (block == nullptr)
            return;
        const auto type = string_at(*block, "type");
        is_tool_ = type == "tool_use";
        is_json_tool_ = is_tool_ && string_at(*block, "name") == json_tool_name;
        has_arguments_ = false;
        if (type == "text") {
            if (const auto text = string_at(*block, "text"); !text.empty())
                emit_delta(Json{{"content", text}});
        } else if (type == "redacted_thinking") {
            emit_delta(Json{{"thinking_blocks", Json::array({*block})}});
        } else if (is_tool_ && !is_json_tool_) {
            ++calls_;
            Json function = {{"name", string_at(*block, "name")}, {"arguments", ""}};
            Json call = {{"index", calls_ - 1}, {"id", string_at(*block, "id")}, {"type", "function"}};
            call["function"] = std::move(function);
            emit_delta(Json{{"tool_calls", Json::array({std::move(call)})}});
        }
    }

    void take_delta(const Json& event)
    {
        const Json* delta = find(event, "delta");
        if (delta == nullptr)
            return;
        const auto type = string_at(*delta, "type");
        if (type == "text_delta") {
            emit_delta(Json{{"content", string_at(*delta, "text")}});
        } else if (type == "input_json_delta") {
            emit_arguments(string_at(*delta, "partial_json"));
        } else if (type == "thinking_delta") {
            const auto text = string_at(*delta, "thinking");
            emit_thought(text, text, "");
        } else if (type == "signature_delta") {
            emit_thought("", "", string_at(*delta, "signature"));
        } else if (type == "citations_delta") {
            if (const Json* citation = find(*delta, "citation"); citation != nullptr)
                emit_delta(Json{{"provider_specific_fields", Json{{"citation", *citation}}}});
        }
    }

    void emit_arguments(const std::string& text)
    {
        if (!is_tool_ || text.empty())
            return;
        has_arguments_ = true;
        if (is_json_tool_) {
            emit_delta(Json{{"content", text}});
            return;
        }
        Json call = {{"index", calls_ - 1}, {"function", Json{{"arguments", text}}}};
        emit_delta(Json{{"tool_calls", Json::array({std::move(call)})}});
    }

    void emit_thought(const std::string& reasoning, const std::string& thinking, const std::string& signature)
    {
        Json delta = Json::object();
        if (!reasoning.empty())
            delta["reasoning_content"] = reasoning;
        Json block = {{"type", "thinking"}, {"thinking", thinking}, {"signature", signature}};
        delta["thinking_blocks"] = Json::array({std::move(block)});
        emit_delta(std::move(delta));
    }

    void end_block()
    {
        if (is_tool_ && !has_arguments_)
            emit_arguments("{}");
        is_tool_ = false;
    }

    void take_message_delta(const Json& event)
    {
        keep_usage(event);
        const Json* delta = find(event, "delta");
        if (delta == nullptr)
            return;
        const auto native = string_at(*delta, "stop_reason");
        if (native.empty())
            return;
        auto reason = openai_finish_reason(native);
        if (reason == "tool_calls" && calls_ == 0)
            reason = "stop";
        emit_choice(Json::object(), std::string(reason));
    }

    /// Later counts replace earlier ones; what the last event leaves out stays.
    void keep_usage(const Json& holder)
    {
        const Json* counts = find(holder, "usage");
        if (counts == nullptr || !counts->is_object())
            return;
        for (const auto& [name, value] : counts->items())
            if (!value.is_null())
                counts_[name] = value;
        note_usage(usage_from_openai(anthropic_usage(counts_)));
    }

    void end()
    {
        done_ = true;
        Json chunk = head();
        if (as_text_)
            chunk["object"] = "text_completion";
        chunk["usage"] = anthropic_usage(counts_);
        emit(std::move(chunk));
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
    Json counts_ = Json::object();
    std::int64_t calls_ = 0;
    bool is_tool_ = false;
    bool is_json_tool_ = false;
    bool has_arguments_ = false;
    bool done_ = false;
};

} // namespace

std::unique_ptr<StreamDecoder>
anthropic_stream_decoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id)
{
    return std::make_unique<AnthropicStreamDecoder>(endpoint, as_text, created, std::move(id));
}

} // namespace litellm::providers
