#include "ollama_answer.hpp"

#include "error_class.hpp"
#include "finish_reason.hpp"
#include "json_access.hpp"
#include "line_reader.hpp"
#include "queued_decoder.hpp"
#include "text_completions.hpp"

#include "litellm/core/encoding.hpp"

namespace litellm::providers {

namespace {

/// One JSON object a line; the one with `done` has the reason and the counts.
class OllamaStreamDecoder final : public QueuedDecoder {
public:
    OllamaStreamDecoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id)
        : model_(ollama_model(endpoint)), as_text_(as_text), created_(created), id_(std::move(id))
    {
        errors_as_.provider = endpoint.provider;
        errors_as_.api_key = endpoint.api_key;
    }

private:
    void take(std::string_view bytes) override
    {
        lines_.feed(bytes, [this](std::string_view line) { take_line(line); });
        if (lines_.held() > largest_event)
            fail(make_error(ErrorClass::api, errors_as_.provider, "One line of the stream is too large."));
    }
    void close() override
    {
        lines_.finish([this](std::string_view line) {
            if (parse_json(line))
                take_line(line);
        });
        if (!done_)
            fail(make_error(
                ErrorClass::connection,
                errors_as_.provider,
                "The connection closed before the stream was complete."
            ));
    }

    void take_line(std::string_view line)
    {
        if (done_ || has_failed() || trim(line).empty())
            return;
        const auto object = parse_json(line);
        if (!object || !object->is_object()) {
            fail(
                make_error(ErrorClass::api, errors_as_.provider, "A line of the stream is not a JSON object.")
            );
            return;
        }
        if (auto error = error_inside(errors_as_, *object)) {
            fail(std::move(*error));
            return;
        }
        take_object(*object);
    }

    void take_object(const Json& object)
    {
        const Json* message = find(object, "message");
        const Json& source = message != nullptr ? *message : object;
        const auto thinking = string_at(source, "thinking");
        const auto text = string_at(source, message != nullptr ? "content" : "response");
        auto [thoughts, content] = splitter_.feed(text);
        emit_text(thinking + thoughts, content);
        if (const Json* calls = find(source, "tool_calls");
            calls != nullptr && calls->is_array() && !calls->empty())
            emit_calls(*calls);
        if (flag_at(object, "done"))
            end(object);
    }

    void emit_text(const std::string& thoughts, const std::string& content)
    {
        if (!thoughts.empty())
            emit_delta("reasoning_content", thoughts);
        if (!content.empty())
            emit_delta("content", content);
    }

    void emit_calls(const Json& calls)
    {
        Json converted = ollama_tool_calls(calls, calls_, id_);
        for (auto& call : converted) {
            call["index"] = calls_++;
            emit_delta("tool_calls", Json::array({std::move(call)}));
        }
    }

    void emit_delta(std::string_view name, Json value)
    {
        Json delta = Json::object();
        if (!std::exchange(spoke_, true))
            delta["role"] = "assistant";
        delta[std::string(name)] = std::move(value);
        emit_choice(std::move(delta), nullptr);
    }

    void emit_choice(Json delta, Json reason)
    {
        Json choice = {{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", std::move(reason)}};
        Json chunk = head();
        chunk["choices"].push_back(std::move(choice));
        emit(as_text_ ? text_of_chat_answer(chunk, true) : std::move(chunk));
    }

    Json head() const
    {
        Json chunk = {
            {"id", id_}, {"object", "chat.completion.chunk"}, {"created", created_}, {"model", model_}};
        chunk["choices"] = Json::array();
        return chunk;
    }

    void end(const Json& last)
    {
        done_ = true;
        const auto [thoughts, content] = splitter_.finish();
        emit_text(thoughts, content);
        const auto reason = openai_finish_reason(string_at(last, "done_reason"));
        emit_choice(Json::object(), calls_ > 0 && reason == "stop" ? "tool_calls" : reason);
        Json chunk = head();
        if (as_text_)
            chunk["object"] = "text_completion";
        chunk["usage"] = ollama_usage(last);
        note_usage(usage_from_openai(chunk["usage"]));
        emit(std::move(chunk));
    }

    Endpoint errors_as_; ///< provider and key only, for error texts
    std::string model_;
    bool as_text_;
    std::int64_t created_;
    std::string id_;
    LineReader lines_;
    ThinkSplitter splitter_;
    std::size_t calls_ = 0;
    bool spoke_ = false;
    bool done_ = false;
};

} // namespace

std::unique_ptr<StreamDecoder>
ollama_stream_decoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id)
{
    return std::make_unique<OllamaStreamDecoder>(endpoint, as_text, created, std::move(id));
}

} // namespace litellm::providers
