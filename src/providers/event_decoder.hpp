#pragma once
// What decoders of server-sent events with JSON in them have in common.

#include "error_class.hpp"
#include "line_reader.hpp"
#include "queued_decoder.hpp"

#include "litellm/core/encoding.hpp"

namespace litellm::providers {

/// Hands out the events one by one; refuses what is no JSON object, what is too large, and a stream that ends
/// too early.
class EventDecoder : public QueuedDecoder {
protected:
    explicit EventDecoder(const Endpoint& endpoint)
    {
        errors_as_.provider = endpoint.provider;
        errors_as_.api_key = endpoint.api_key;
    }

    virtual void take_event(const Json& event) = 0;
    /// Whether the connection may close now.
    [[nodiscard]] virtual bool is_complete() const = 0;
    /// After the last event of a complete stream.
    virtual void emit_rest() {}

    Endpoint errors_as_; ///< provider and key only, for error texts

private:
    void take(std::string_view bytes) final
    {
        events_.feed(bytes, [this](std::string_view data) { read(data); });
        if (events_.held() > largest_event)
            fail(make_error(ErrorClass::api, errors_as_.provider, "One event of the stream is too large."));
    }
    void close() final
    {
        events_.finish([this](std::string_view data) {
            // Half an event is no event.
            if (parse_json(data))
                read(data);
        });
        if (has_failed())
            return;
        if (is_complete())
            emit_rest();
        else
            fail(make_error(
                ErrorClass::connection,
                errors_as_.provider,
                "The connection closed before the stream was complete."
            ));
    }
    void read(std::string_view data)
    {
        if (has_failed() || data == "[DONE]" || trim(data).empty())
            return;
        const auto event = parse_json(data);
        if (event && event->is_object())
            take_event(*event);
        else
            fail(make_error(
                ErrorClass::api, errors_as_.provider, "An event of the stream is not a JSON object."
            ));
    }

    EventReader events_;
};

} // namespace litellm::providers
