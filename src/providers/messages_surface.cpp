// Chat answers as Anthropic's Messages API gives them (https://docs.claude.com/en/api/messages-streaming).

#include "json_access.hpp"
#include "surfaces.hpp"

#include "litellm/core/encoding.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace litellm::providers {

namespace {

std::string stop_reason_of(const std::string& finish_reason)
{
    if (finish_reason == "length")
        return "max_tokens";
    if (finish_reason == "tool_calls" || finish_reason == "function_call")
        return "tool_use";
    return finish_reason == "content_filter" ? "refusal" : "end_turn";
}

/// Anthropic counts what is read from and written to the cache apart.
Json usage_of(const Usage& usage)
{
    const auto fresh = usage.prompt - usage.cached_read - usage.cached_write;
    return Json{
        {"input_tokens", std::max<std::int64_t>(0, fresh)},
        {"cache_creation_input_tokens", usage.cached_write},
        {"cache_read_input_tokens", usage.cached_read},
        {"output_tokens", usage.completion},
    };
}

Json message_head(const SurfaceAnswer& facts)
{
    return Json{
        {"id", "msg_" + facts.id},
        {"type", "message"},
        {"role", "assistant"},
        {"model", facts.model},
        {"content", Json::array()},
        {"stop_reason", nullptr},
        {"stop_sequence", nullptr},
        {"usage", usage_of({})},
    };
}

std::string call_id_of(const Json& call, const SurfaceAnswer& facts, std::size_t index)
{
    auto id = string_at(call, "id");
    return id.empty() ? "toolu_" + facts.id + std::to_string(index) : id;
}

/// The blocks of one answer, opened and closed one after the other.
class MessagesStream final : public SurfaceStream {
public:
    explicit MessagesStream(SurfaceAnswer facts) : facts_(std::move(facts)) {}

    void take(const Json& chunk, std::string& out) override
    {
        start(out);
        if (const Json* usage = find(chunk, "usage"); usage != nullptr)
            if (const auto read = usage_from_openai(*usage))
                usage_ = *read;
        const Json* choice = first_choice(chunk);
        if (choice == nullptr)
            return;
        if (const Json* delta = find(*choice, "delta"); delta != nullptr)
            take_delta(*delta, out);
        if (auto reason = string_at(*choice, "finish_reason"); !reason.empty())
            finish_reason_ = std::move(reason);
    }

    void finish(std::string& out) override
    {
        start(out);
        close_block(out);
        // Calls that came while another one was being told.
        for (std::size_t i = 0; i < calls_.size(); ++i) {
            Call& call = calls_[i];
            if (call.told)
                continue;
            open_call(i, out);
            append_arguments(call.arguments, out);
            close_block(out);
        }
        if (!later_text_.empty()) {
            open_block("text", Json{{"type", "text"}, {"text", ""}}, out);
            append_delta(Json{{"type", "text_delta"}, {"text", later_text_}}, out);
            close_block(out);
        }
        const bool called = !calls_.empty() && (finish_reason_.empty() || finish_reason_ == "stop");
        Json delta = {
            {"stop_reason", called ? "tool_use" : stop_reason_of(finish_reason_)},
            {"stop_sequence", nullptr}};
        append_event(
            out,
            "message_delta",
            Json{{"type", "message_delta"}, {"delta", std::move(delta)}, {"usage", usage_of(usage_)}}
        );
        append_event(out, "message_stop", Json{{"type", "message_stop"}});
    }

    void fail(const Error& error, std::string& out) override
    {
        Json detail = {
            {"type",
             error.status == 429       ? "rate_limit_error"
                 : error.status == 529 ? "overloaded_error"
                                       : "api_error"}};
        detail["message"] = error.message;
        append_event(out, "error", Json{{"type", "error"}, {"error", std::move(detail)}});
    }

private:
    struct Call {
        std::string id;
        std::string name;
        std::string arguments;
        bool told = false;
    };

    void start(std::string& out)
    {
        if (std::exchange(started_, true))
            return;
        append_event(
            out, "message_start", Json{{"type", "message_start"}, {"message", message_head(facts_)}}
        );
        append_event(out, "ping", Json{{"type", "ping"}});
    }

    void take_delta(const Json& delta, std::string& out)
    {
        take_thoughts(delta, out);
        if (const auto text = string_at(delta, "content"); !text.empty()) {
            // A call cannot be taken up again once its block is closed.
            if (open_ == "tool_use") {
                later_text_ += text;
            } else {
                if (open_ != "text")
                    open_block("text", Json{{"type", "text"}, {"text", ""}}, out);
                append_delta(Json{{"type", "text_delta"}, {"text", text}}, out);
            }
        }
        if (const Json* calls = find(delta, "tool_calls"); calls != nullptr && calls->is_array())
            for (const auto& call : *calls)
                take_call(call, out);
    }

    void take_thoughts(const Json& delta, std::string& out)
    {
        const auto thought = string_at(delta, "reasoning_content");
        if (!thought.empty() && open_ != "tool_use") {
            if (open_ != "thinking")
                open_block("thinking", Json{{"type", "thinking"}, {"thinking", ""}, {"signature", ""}}, out);
            append_delta(Json{{"type", "thinking_delta"}, {"thinking", thought}}, out);
        }
        const Json* blocks = find(delta, "thinking_blocks");
        if (blocks == nullptr || !blocks->is_array())
            return;
        for (const auto& block : *blocks) {
            if (string_at(block, "type") == "redacted_thinking" && open_ != "tool_use") {
                open_block("redacted_thinking", block, out);
                close_block(out);
            } else if (const auto signature = string_at(block, "signature");
                       !signature.empty() && open_ == "thinking") {
                append_delta(Json{{"type", "signature_delta"}, {"signature", signature}}, out);
            }
        }
    }

    void take_call(const Json& part, std::string& out)
    {
        const auto index = static_cast<std::size_t>(count_at(part, "index").value_or(0));
        constexpr std::size_t most_calls = 1024;
        if (index >= most_calls)
            return;
        if (index >= calls_.size())
            calls_.resize(index + 1);
        Call& call = calls_[index];
        if (auto id = string_at(part, "id"); !id.empty())
            call.id = std::move(id);
        const Json* function = find(part, "function");
        if (function == nullptr)
            return;
        call.name += string_at(*function, "name");
        const auto arguments = string_at(*function, "arguments");
        if (open_ == "tool_use" && open_call_ == index) {
            append_arguments(arguments, out);
            return;
        }
        call.arguments += arguments;
        if (open_ == "tool_use" || call.told || call.name.empty())
            return;
        open_call(index, out);
        append_arguments(std::exchange(call.arguments, {}), out);
    }

    void open_call(std::size_t index, std::string& out)
    {
        Call& call = calls_[index];
        call.told = true;
        if (call.id.empty())
            call.id = "toolu_" + facts_.id + std::to_string(index);
        Json block = {{"type", "tool_use"}, {"id", call.id}, {"name", call.name}, {"input", Json::object()}};
        open_block("tool_use", std::move(block), out);
        open_call_ = index;
    }

    void append_arguments(const std::string& text, std::string& out)
    {
        if (!text.empty())
            append_delta(Json{{"type", "input_json_delta"}, {"partial_json", text}}, out);
    }

    void open_block(std::string_view type, Json block, std::string& out)
    {
        close_block(out);
        open_ = type;
        append_event(
            out,
            "content_block_start",
            Json{{"type", "content_block_start"}, {"index", blocks_}, {"content_block", std::move(block)}}
        );
    }

    void close_block(std::string& out)
    {
        if (open_.empty())
            return;
        open_ = {};
        append_event(out, "content_block_stop", Json{{"type", "content_block_stop"}, {"index", blocks_}});
        ++blocks_;
    }

    void append_delta(Json delta, std::string& out)
    {
        append_event(
            out,
            "content_block_delta",
            Json{{"type", "content_block_delta"}, {"index", blocks_}, {"delta", std::move(delta)}}
        );
    }

    SurfaceAnswer facts_;
    Usage usage_;
    std::string finish_reason_;
    std::vector<Call> calls_;
    std::string later_text_;
    std::string_view open_; ///< type of the block that is open
    std::size_t open_call_ = 0;
    std::int64_t blocks_ = 0;
    bool started_ = false;
};

class MessagesSurface final : public Surface {
public:
    [[nodiscard]] Result<Json>
    chat_request(const Json& request, bool stream, bool keeps_thoughts) const override
    {
        return chat_of_messages_request(request, stream, keeps_thoughts);
    }

    [[nodiscard]] Json answer(const Json& completion, const SurfaceAnswer& facts) const override
    {
        Json message = message_head(facts);
        if (const Json* usage = find(completion, "usage"); usage != nullptr)
            message["usage"] = usage_of(usage_from_openai(*usage).value_or(Usage{}));
        const Json* choice = first_choice(completion);
        const Json* said = choice == nullptr ? nullptr : find(*choice, "message");
        if (said == nullptr)
            return message;
        Json& content = message["content"];
        if (const Json* thoughts = find(*said, "thinking_blocks");
            thoughts != nullptr && thoughts->is_array())
            for (const auto& block : *thoughts)
                content.push_back(block);
        else if (const auto thought = string_at(*said, "reasoning_content"); !thought.empty())
            content.push_back(Json{{"type", "thinking"}, {"thinking", thought}, {"signature", ""}});
        if (const auto text = string_at(*said, "content"); !text.empty())
            content.push_back(Json{{"type", "text"}, {"text", text}});
        std::size_t called = 0;
        if (const Json* calls = find(*said, "tool_calls"); calls != nullptr && calls->is_array()) {
            for (const auto& call : *calls) {
                const Json* function = find(call, "function");
                Json block = {{"type", "tool_use"}, {"id", call_id_of(call, facts, called++)}};
                block["name"] = function == nullptr ? "" : string_at(*function, "name");
                block["input"] =
                    parsed_arguments(function == nullptr ? "" : string_at(*function, "arguments"));
                content.push_back(std::move(block));
            }
        }
        const auto reason = string_at(*choice, "finish_reason");
        message["stop_reason"] = called > 0 && reason == "stop" ? "tool_use" : stop_reason_of(reason);
        return message;
    }

    [[nodiscard]] std::unique_ptr<SurfaceStream> stream(const SurfaceAnswer& facts) const override
    {
        return std::make_unique<MessagesStream>(facts);
    }
};

} // namespace

const Surface* messages_surface()
{
    static const MessagesSurface surface;
    return &surface;
}

} // namespace litellm::providers
