#include "anthropic.hpp"
#include "bedrock.hpp"
#include "error_class.hpp"
#include "event_stream.hpp"
#include "finish_reason.hpp"
#include "json_access.hpp"
#include "queued_decoder.hpp"
#include "text_completions.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace litellm::providers {

namespace {

struct ExceptionStatus {
    std::string_view name;
    int status;
};

constexpr std::array<ExceptionStatus, 6> exceptions{{
    {"validationException", 400},
    {"throttlingException", 429},
    {"modelTimeoutException", 408},
    {"modelStreamErrorException", 424},
    {"serviceUnavailableException", 503},
    {"internalServerException", 500},
}};

/// Messages of one ConverseStream; what is not known is passed over. Usage comes after the stop.
class BedrockStreamDecoder final : public QueuedDecoder {
public:
    BedrockStreamDecoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id)
        : model_(endpoint.model), as_text_(as_text), created_(created), id_(std::move(id))
    {
        errors_as_.provider = endpoint.provider;
    }

private:
    void take(std::string_view bytes) override
    {
        const auto read =
            events_.feed(bytes, [this](const EventStreamMessage& message) { take_message(message); });
        if (!read)
            fail(read.error());
    }

    void close() override
    {
        if (!stopped_ || events_.held() > 0) {
            fail(make_error(
                ErrorClass::connection,
                errors_as_.provider,
                "The connection closed before the stream was complete."
            ));
            return;
        }
        Json chunk = head();
        if (as_text_)
            chunk["object"] = "text_completion";
        chunk["usage"] = bedrock_usage(counts_);
        emit(std::move(chunk));
    }

    void take_message(const EventStreamMessage& message)
    {
        if (has_failed())
            return;
        if (message.message_type == "error") {
            fail(error_from_response(errors_as_, 500, {}, message.event_type + ": " + message.error_message));
            return;
        }
        if (message.message_type == "exception") {
            take_exception(message);
            return;
        }
        const auto event = parse_json(message.payload);
        if (!event || !event->is_object()) {
            fail(make_error(
                ErrorClass::api, errors_as_.provider, "An event of the stream is not a JSON object."
            ));
            return;
        }
        const auto& type = message.event_type;
        if (type == "messageStart")
            emit_delta(Json{{"role", "assistant"}, {"content", ""}});
        else if (type == "contentBlockStart")
            start_block(*event);
        else if (type == "contentBlockDelta")
            take_delta(*event);
        else if (type == "contentBlockStop")
            end_block(*event);
        else if (type == "messageStop")
            stop(*event);
        else if (type == "metadata")
            take_metadata(*event);
    }

    void take_exception(const EventStreamMessage& message)
    {
        int status = 500;
        for (const auto& each : exceptions)
            if (each.name == message.event_type)
                status = each.status;
        fail(error_from_response(errors_as_, status, {}, message.payload));
    }

    struct Block {
        std::int64_t call = -1; ///< number of its call, or -1
        bool is_json = false;   ///< the tool that stands for a schema
        bool has_input = false;
    };

    void start_block(const Json& event)
    {
        const Json* start = find(event, "start");
        const Json* use = start == nullptr ? nullptr : find(*start, "toolUse");
        if (use == nullptr)
            return;
        Block& block = blocks_[count_at(event, "contentBlockIndex").value_or(0)];
        block.is_json = string_at(*use, "name") == json_tool_name;
        if (block.is_json)
            return;
        block.call = calls_++;
        Json function = {{"name", string_at(*use, "name")}, {"arguments", ""}};
        Json call = {{"index", block.call}, {"id", string_at(*use, "toolUseId")}, {"type", "function"}};
        call["function"] = std::move(function);
        emit_delta(Json{{"tool_calls", Json::array({std::move(call)})}});
    }

    void take_delta(const Json& event)
    {
        const Json* delta = find(event, "delta");
        if (delta == nullptr)
            return;
        if (const auto text = string_at(*delta, "text"); !text.empty())
            emit_delta(Json{{"content", text}});
        if (const Json* use = find(*delta, "toolUse"); use != nullptr)
            emit_input(blocks_[count_at(event, "contentBlockIndex").value_or(0)], string_at(*use, "input"));
        if (const Json* thought = find(*delta, "reasoningContent"); thought != nullptr)
            emit_thought(*thought);
    }

    void emit_input(Block& block, const std::string& text)
    {
        if (text.empty())
            return;
        block.has_input = true;
        if (block.is_json) {
            emit_delta(Json{{"content", text}});
            return;
        }
        Json call = {
            {"index", std::max<std::int64_t>(block.call, 0)}, {"function", Json{{"arguments", text}}}};
        emit_delta(Json{{"tool_calls", Json::array({std::move(call)})}});
    }

    void emit_thought(const Json& thought)
    {
        Json delta = Json::object();
        if (const auto text = string_at(thought, "text"); !text.empty()) {
            delta["reasoning_content"] = text;
            delta["thinking_blocks"] =
                Json::array({Json{{"type", "thinking"}, {"thinking", text}, {"signature", ""}}});
        } else if (const auto signature = string_at(thought, "signature"); !signature.empty()) {
            delta["thinking_blocks"] =
                Json::array({Json{{"type", "thinking"}, {"thinking", ""}, {"signature", signature}}});
        } else if (const auto hidden = string_at(thought, "redactedContent"); !hidden.empty()) {
            delta["thinking_blocks"] = Json::array({Json{{"type", "redacted_thinking"}, {"data", hidden}}});
        }
        if (!delta.empty())
            emit_delta(std::move(delta));
    }

    void end_block(const Json& event)
    {
        const auto found = blocks_.find(count_at(event, "contentBlockIndex").value_or(0));
        if (found != blocks_.end() && !found->second.has_input)
            emit_input(found->second, "{}");
    }

    void stop(const Json& event)
    {
        stopped_ = true;
        auto reason = openai_finish_reason(string_at(event, "stopReason"));
        if (reason == "tool_calls" && calls_ == 0)
            reason = "stop";
        emit_choice(Json::object(), std::string(reason));
    }

    void take_metadata(const Json& event)
    {
        const Json* usage = find(event, "usage");
        if (usage == nullptr)
            return;
        counts_ = *usage;
        note_usage(usage_from_openai(bedrock_usage(counts_)));
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

    Endpoint errors_as_; ///< provider only, for error texts
    std::string model_;
    bool as_text_;
    std::int64_t created_;
    std::string id_;
    EventStreamReader events_;
    std::map<std::int64_t, Block> blocks_;
    Json counts_ = Json::object();
    std::int64_t calls_ = 0;
    bool stopped_ = false;
};

} // namespace

std::unique_ptr<StreamDecoder>
bedrock_stream_decoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id)
{
    return std::make_unique<BedrockStreamDecoder>(endpoint, as_text, created, std::move(id));
}

} // namespace litellm::providers
