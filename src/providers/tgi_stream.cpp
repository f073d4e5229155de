#include "tgi_stream.hpp"

#include "error_class.hpp"
#include "finish_reason.hpp"
#include "json_access.hpp"
#include "line_reader.hpp"
#include "queued_decoder.hpp"
#include "text_completions.hpp"

#include "litellm/core/encoding.hpp"

namespace litellm::providers {

namespace {

class TgiStreamDecoder final : public QueuedDecoder {
public:
    TgiStreamDecoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id)
        : as_text_(as_text), created_(created), id_(std::move(id))
    {
        errors_as_.provider = endpoint.provider;
        errors_as_.model = endpoint.model;
        errors_as_.api_key = endpoint.api_key;
    }

private:
    void take(std::string_view bytes) override
    {
        events_.feed(bytes, [this](std::string_view data) { take_event(data); });
        if (events_.held() > largest_event)
            fail(make_error(ErrorClass::api, errors_as_.provider, "One event of the stream is too large."));
    }
    void close() override
    {
        events_.finish([this](std::string_view data) {
            if (parse_json(data))
                take_event(data);
        });
        if (!ended_)
            fail(make_error(
                ErrorClass::connection,
                errors_as_.provider,
                "The connection closed before the stream was complete."
            ));
    }

    void take_event(std::string_view data)
    {
        if (ended_ || has_failed() || trim(data).empty() || trim(data) == "[DONE]")
            return;
        const auto event = parse_json(data);
        if (!event || !event->is_object()) {
            fail(make_error(
                ErrorClass::api, errors_as_.provider, "An event of the stream is not a JSON object."
            ));
            return;
        }
        if (auto error = error_inside(errors_as_, *event)) {
            fail(std::move(*error));
            return;
        }
        if (const Json* token = find(*event, "token"); token != nullptr && !flag_at(*token, "special"))
            emit_text(string_at(*token, "text"));
        if (const Json* details = find(*event, "details"); details != nullptr)
            end(*details);
        else if (find(*event, "generated_text") != nullptr)
            end(Json::object());
    }

    Json chunk(Json delta, Json reason) const
    {
        Json choice = {{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", std::move(reason)}};
        Json whole = {
            {"id", id_},
            {"object", "chat.completion.chunk"},
            {"created", created_},
            {"model", errors_as_.model}};
        whole["choices"] = Json::array({std::move(choice)});
        return as_text_ ? text_of_chat_answer(whole, true) : whole;
    }
    void emit_text(const std::string& text)
    {
        Json delta = Json::object();
        if (!std::exchange(spoke_, true))
            delta["role"] = "assistant";
        delta["content"] = text;
        emit(chunk(std::move(delta), nullptr));
    }
    void end(const Json& details)
    {
        ended_ = true;
        emit(chunk(Json::object(), openai_finish_reason(string_at(details, "finish_reason"))));
        const auto counts = tgi_usage(details);
        note_usage(usage_from_openai(counts));
        Json last = chunk(Json::object(), nullptr);
        last["choices"] = Json::array();
        last["usage"] = counts;
        emit(std::move(last));
    }

    Endpoint errors_as_; ///< provider, model and key only
    bool as_text_;
    std::int64_t created_;
    std::string id_;
    EventReader events_;
    bool spoke_ = false;
    bool ended_ = false;
};

} // namespace

Json tgi_usage(const Json& details)
{
    const Json* prefill = find(details, "prefill");
    const auto from_prefill =
        prefill != nullptr && prefill->is_array() ? static_cast<std::int64_t>(prefill->size()) : 0;
    const auto prompt = count_at(details, "input_length").value_or(from_prefill);
    const auto completion = count_at(details, "generated_tokens").value_or(0);
    return {
        {"prompt_tokens", prompt}, {"completion_tokens", completion}, {"total_tokens", prompt + completion}};
}

std::unique_ptr<StreamDecoder>
tgi_stream_decoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id)
{
    return std::make_unique<TgiStreamDecoder>(endpoint, as_text, created, std::move(id));
}

} // namespace litellm::providers
