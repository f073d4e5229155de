// Answers that arrive piece by piece: relayed as they come, continued by another model when they break, or
// bytes of a recording.

#include "answer_headers.hpp"
#include "asking.hpp"
#include "counted_usage.hpp"
#include "litellm/core/encoding.hpp"
#include "service_state.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace litellm::inference {

Task<void> ModelService::State::relay_answer(
    ModelCall& call,
    http::Transfer& transfer,
    std::chrono::steady_clock::time_point sent_at,
    bool openai_shaped
)
{
    const auto head = co_await transfer.head();
    call.upstream_time += std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady_now() - sent_at);
    if (!head) {
        call.is_in_doubt = is_in_doubt(head.error());
        co_return from_transfer(call.endpoint(), head.error());
    }
    const int status = (*head)->status;
    if (status < 200 || status >= 300) {
        const auto body = co_await transfer.collect(max_error_bytes);
        const std::string text = body ? *body : std::string();
        (void)falls_back(call, status, text);
        co_return providers::error_from_response(call.endpoint(), status, to_headers((*head)->fields), text);
    }
    const std::string type = to_lower((*head)->fields.find("content-type"));
    if (openai_shaped && !type.starts_with("text/event-stream") &&
        (call.is_native() || type.starts_with("application/json"))) {
        // A provider that does not stream, or an error with status 200.
        if (call.interruption)
            co_return cannot_continue(call);
        auto body = co_await transfer.collect(max_answer_bytes);
        if (!body)
            co_return from_transfer(call.endpoint(), body.error());
        co_return co_await send_whole(call, **head, std::move(*body), true);
    }
    RelayOptions options;
    options.endpoint = &call.endpoint();
    options.client_model = call.requested_model;
    options.client_wants_usage = call.client_wants_usage;
    if (!openai_shaped) {
        const auto created =
            std::chrono::duration_cast<std::chrono::seconds>(call.started.time_since_epoch()).count();
        const std::string id = "chatcmpl-" + new_uuid(random);
        options.decoder =
            call.endpoint().adapter->stream_decoder(call.endpoint(), call.operation(), created, id);
    }
    if (call.context.api) {
        if (const auto* surface = providers::find_surface(*call.context.api))
            options.shape = surface->stream(surface_answer(call));
        if (call.interruption)
            options.shape = std::move(call.interruption->shape);
        if (call.is_native())
            options.native = std::make_unique<providers::NativeReader>(*call.context.api);
    }
    options.keeps_content =
        policy.continues_streams && call.operation() == providers::Operation::chat_completions;
    Relay relay(std::move(options));
    co_return co_await relay_stream(call, transfer, **head, relay);
}

Task<void> ModelService::State::relay_stream(
    ModelCall& call, http::Transfer& transfer, const http::ResponseHead& head, Relay& relay
)
{
    http::Exchange& exchange = call.context.exchange;
    bool started = call.interruption != nullptr;
    std::optional<Timestamp> first_byte;
    std::optional<Error> failure;
    std::string out;
    for (;;) {
        const auto bytes = co_await transfer.next();
        if (!bytes) {
            failure = from_transfer(call.endpoint(), bytes.error());
            break;
        }
        const bool at_end = bytes->empty();
        if (!first_byte && !at_end)
            first_byte = clock.now();
        const auto taken = at_end ? relay.finish(out) : relay.take(*bytes, out);
        if (!taken) {
            failure = taken.error();
            break;
        }
        if (at_end)
            break;
        if (out.empty())
            continue;
        if (!started) {
            started = true;
            http::HeaderLines headers;
            headers.add("content-type", "text/event-stream; charset=utf-8");
            headers.add("cache-control", "no-cache");
            add_call_headers(headers, call, accounts);
            add_provider_headers(headers, call.endpoint(), head.fields);
            if (!co_await exchange.start_stream(200, headers))
                break;
        }
        if (call.cache && call.cache->stores && call.cache->recorded.size() < most_cached_bytes / 8)
            call.cache->recorded += out;
        if (!co_await exchange.write(out))
            break;
        out.clear();
    }
    if (!started) {
        if (failure) {
            call.is_in_doubt = call.is_in_doubt || !relay.texts().empty();
            call.lost_texts = relay.texts();
            co_return *failure;
        }
        http::HeaderLines headers;
        headers.add("content-type", "text/event-stream; charset=utf-8");
        add_call_headers(headers, call, accounts);
        const bool open = co_await exchange.start_stream(200, headers);
        if (!open)
            failure = client_gone();
    }
    co_return co_await finish_stream(call, relay, std::move(out), std::move(failure), first_byte);
}

bool ModelService::State::can_go_on(const ModelCall& call, const Relay& relay, const Error& error) const
{
    if (!relay.can_be_continued() || error.kind == ErrorKind::client_closed ||
        call.fallen_back >= policy.max_fallbacks)
        return false;
    return !fallbacks_after(policy, call.fallbacks.get(), call.found.group->name, error).empty();
}

/// The broken attempt is paid; what the client has got of it is kept for whoever goes on.
void ModelService::State::interrupt(ModelCall& call, Relay& relay)
{
    Outcome so_far;
    if (relay.usage())
        so_far.usage = *relay.usage();
    else
        count_usage(call, relay.texts(), so_far);
    call.open.add_attempt(so_far.usage);
    auto interruption = std::make_unique<Interruption>();
    if (call.interruption) {
        interruption->content = std::move(call.interruption->content);
        interruption->messages = std::move(call.interruption->messages);
    } else if (const Member* messages = call.scan.find("messages")) {
        if (auto parsed = parse_json(messages->value))
            interruption->messages = std::move(*parsed);
    }
    interruption->content += relay.content();
    interruption->shape = relay.take_shape();
    call.interruption = std::move(interruption);
    ++call.interruptions;
    // Half of one answer and half of another are nothing to be repeated.
    call.cache.reset();
}

Task<void> ModelService::State::end_interrupted(ModelCall& call, const Error& error)
{
    if (call.open.is_open())
        settle_failure(call, error);
    const auto durable = co_await ledger.make_durable();
    http::Exchange& exchange = call.context.exchange;
    if (!durable || exchange.is_client_gone()) {
        exchange.abort();
        co_return Result<void>();
    }
    std::string out;
    if (call.interruption->shape)
        call.interruption->shape->fail(error, out);
    else
        append_error_event(error, out);
    const bool open = co_await exchange.write(out);
    if (open)
        (void)co_await exchange.end_stream();
    co_return Result<void>();
}

Task<void> ModelService::State::finish_stream(
    ModelCall& call,
    Relay& relay,
    std::string rest,
    std::optional<Error> failure,
    std::optional<Timestamp> first_byte
)
{
    http::Exchange& exchange = call.context.exchange;
    if (!failure && exchange.is_client_gone())
        failure = client_gone();
    if (failure && can_go_on(call, relay, *failure)) {
        interrupt(call, relay);
        if (!rest.empty())
            (void)co_await exchange.write(rest);
        co_return *failure;
    }
    Outcome outcome;
    outcome.success = !failure;
    outcome.response_id = relay.id();
    outcome.service_tier = relay.service_tier();
    outcome.first_byte = first_byte;
    outcome.measure = relay.usage() ? Measure::measured : Measure::counted;
    if (relay.usage())
        outcome.usage = *relay.usage();
    else
        count_usage(call, relay.texts(), outcome);
    if (!relay.usage()) {
        outcome.usage.completion += relay.native_pieces();
        outcome.usage.total += relay.native_pieces();
    }
    if (call.is_native()) {
        count_picture_tokens(call, outcome.usage);
        outcome.units = failure ? sent_units(call) : answered_units(call, Json());
        settle_on_picture_price(call, Json(), relay.usage().has_value());
    }
    if (failure) {
        outcome.error_status = failure->status;
        outcome.error_class = failure->type;
        outcome.error_message = failure->message;
    }
    call.open.settle(outcome);
    if (call.cache && outcome.success)
        keep_answer(call, call.cache->recorded + rest, outcome);
    const auto durable = co_await ledger.make_durable();
    if (!durable || exchange.is_client_gone()) {
        exchange.abort();
        co_return Result<void>();
    }
    if (failure)
        relay.fail(*failure, rest);
    else
        relay.end(rest);
    const bool open = co_await exchange.write(rest);
    if (open)
        (void)co_await exchange.end_stream();
    co_return Result<void>();
}

/// A recording is played while it is made: its bytes go on as they come.
Task<void> ModelService::State::relay_recording(
    ModelCall& call, http::Transfer& transfer, std::chrono::steady_clock::time_point sent_at
)
{
    http::Exchange& exchange = call.context.exchange;
    const auto head = co_await transfer.head();
    call.upstream_time += std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady_now() - sent_at);
    if (!head) {
        call.is_in_doubt = is_in_doubt(head.error());
        co_return from_transfer(call.endpoint(), head.error());
    }
    const int status = (*head)->status;
    const std::string type = to_lower((*head)->fields.find("content-type"));
    if (status < 200 || status >= 300 || type.starts_with("application/json")) {
        auto body = co_await transfer.collect(max_answer_bytes);
        if (!body)
            co_return from_transfer(call.endpoint(), body.error());
        if (status >= 200 && status < 300)
            co_return co_await send_native(call, **head, std::move(*body));
        co_return providers::error_from_response(call.endpoint(), status, to_headers((*head)->fields), *body);
    }
    http::HeaderLines headers;
    headers.add("content-type", type.empty() ? "application/octet-stream" : type);
    add_call_headers(headers, call, accounts);
    // What it costs is in the request.
    Outcome outcome;
    outcome.success = true;
    outcome.measure = Measure::counted;
    outcome.units = sent_units(call);
    outcome.usage.prompt = outcome.usage.total = estimated_prompt_tokens(call);
    if (const auto cost = call.open.cost_ahead(outcome); cost && *cost > Money())
        headers.add("x-litellm-response-cost", cost->to_string());
    add_limit_headers(headers, call, accounts);
    add_provider_headers(headers, call.endpoint(), (*head)->fields);
    bool open = co_await exchange.start_stream(200, headers);
    outcome.first_byte = clock.now();
    std::optional<Error> failure;
    std::string out;
    std::string last; // the recording's last byte leaves after the call was recorded
    while (open) {
        const auto bytes = co_await transfer.next();
        if (!bytes) {
            failure = from_transfer(call.endpoint(), bytes.error());
            break;
        }
        if (bytes->empty())
            break;
        out.assign(last).append(bytes->substr(0, bytes->size() - 1));
        last.assign(1, bytes->back());
        if (!out.empty())
            open = co_await exchange.write(out);
    }
    if (!open)
        failure = client_gone();
    if (failure) {
        outcome.success = false;
        outcome.error_status = failure->status;
        outcome.error_class = failure->type;
        outcome.error_message = failure->message;
    }
    call.open.settle(outcome);
    const auto durable = co_await ledger.make_durable();
    if (!durable || failure) {
        exchange.abort();
        co_return Result<void>();
    }
    if (!last.empty())
        open = co_await exchange.write(last);
    if (open)
        (void)co_await exchange.end_stream();
    co_return Result<void>();
}

} // namespace litellm::inference
