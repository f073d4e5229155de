// One attempt of a model call: send, read, relay.

#include "answer_headers.hpp"
#include "counted_usage.hpp"
#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"
#include "response_scan.hpp"
#include "service_state.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace litellm::inference {

namespace {

constexpr std::size_t max_answer_bytes = 256 * 1024 * 1024;
constexpr std::size_t max_error_bytes = 64 * 1024;
constexpr std::size_t simdjson_padding = 64;

providers::Headers to_headers(const http::Fields& fields)
{
    providers::Headers headers;
    for (std::size_t i = 0; i < fields.size(); ++i)
        headers.emplace_back(fields.name(i), fields.value(i));
    return headers;
}

Error from_transfer(const providers::Endpoint& endpoint, const Error& error)
{
    if (error.kind == ErrorKind::client_closed)
        return Error{
            ErrorKind::client_closed, "Client disconnected the request", {}, "client_closed_request", 499};
    if (error.kind == ErrorKind::too_large)
        return Error{
            ErrorKind::upstream_failed,
            "litellm.APIError: the provider's answer is too large",
            {},
            "api_error",
            502};
    return providers::error_from_transport(endpoint, error.kind == ErrorKind::timed_out, error.message);
}

/// Whether the provider may have charged the prompt of a call that got no answer: it was sent, and then
/// somebody lost patience.
bool is_in_doubt(const Error& error)
{
    const bool gave_up = error.kind == ErrorKind::client_closed || error.kind == ErrorKind::timed_out;
    return gave_up && error.parameter != "connect";
}

/// Lets the client's departure end the transfer for as long as it lives.
class CancelWhenGone {
public:
    CancelWhenGone(http::Exchange& exchange, http::Transfer& transfer) : exchange_(exchange)
    {
        exchange.on_client_gone([&transfer] { transfer.cancel(); });
    }
    ~CancelWhenGone() { exchange_.on_client_gone(nullptr); }
    CancelWhenGone(const CancelWhenGone&) = delete;
    CancelWhenGone& operator=(const CancelWhenGone&) = delete;

private:
    http::Exchange& exchange_;
};

/// Not everything that answers can go on with somebody else's answer.
Error cannot_continue(const ModelCall& call)
{
    return Error{
        ErrorKind::upstream_failed,
        fmt::format("litellm.APIError: {} cannot go on with a stream that broke", call.deployment->id),
        {},
        "api_error",
        500};
}

} // namespace

Result<http::ClientRequest> ModelService::State::make_request(const ModelCall& call, bool ask_for_usage)
{
    http::ClientRequest request;
    request.headers = call.deployment->json_headers;
    const auto& adapter = *call.endpoint().adapter;
    const auto spliced = can_be_spliced(call);
    if (!spliced)
        return spliced.error();
    if (*spliced) {
        const bool is_plain =
            call.found.model.empty() && call.endpoint().adapter == call.deployment->endpoint.adapter;
        if (is_plain)
            request.url = call.deployment->url(call.operation(), call.stream);
        if (request.url.empty()) {
            auto url = adapter.url(call.endpoint(), call.operation(), call.stream);
            if (!url)
                return url.error();
            request.url = std::move(*url);
        }
        request.body = openai_body(call, ask_for_usage);
    } else {
        const auto document = body_document(call, ask_for_usage);
        if (!document)
            return document.error();
        auto encoded = adapter.encode(call.endpoint(), call.operation(), *document, call.stream);
        if (!encoded)
            return encoded.error();
        request.url = std::move(encoded->url);
        request.body = std::move(encoded->body);
        for (const auto& [name, value] : encoded->headers)
            request.extra_headers.push_back(fmt::format("{}: {}", name, value));
    }
    if (const auto finished = finish_request(call.endpoint(), *call.deployment, request); !finished)
        return finished.error();
    if (call.stream)
        request.idle_timeout = call.timeout_override.value_or(call.deployment->stream_timeout);
    else
        request.total_timeout = call.timeout_override.value_or(call.deployment->timeout);
    return request;
}

bool ModelService::State::falls_back(ModelCall& call, int status, std::string_view body)
{
    const providers::Adapter* const other = call.endpoint().adapter->fallback_adapter();
    if (other == nullptr || !call.endpoint().adapter->should_fall_back(status, body))
        return false;
    call.make_own_endpoint().adapter = other;
    call.fell_back = true;
    if (call.credentials)
        return true;
    log::info(
        "inference",
        "deployment {} does not know the chat route; it is asked in its older form from now on",
        call.deployment->id
    );
    const std::lock_guard lock(mutex);
    fallback_adapters[call.deployment->id] = other;
    return true;
}

Task<void> ModelService::State::attempt(ModelCall& call)
{
    if (call.interruption && (call.mock_response || call.deployment->mock_response))
        co_return cannot_continue(call);
    if (call.mock_response)
        co_return co_await answer_with_mock(call, *call.mock_response);
    if (call.deployment->mock_response)
        co_return co_await answer_with_mock(call, *call.deployment->mock_response);
    if (call.deployment->buys_tokens) {
        providers::Endpoint& own = call.make_own_endpoint();
        const auto authorized =
            co_await authorize(own, call.deployment->id, *call.context.exchange.worker().client);
        if (!authorized)
            co_return authorized.error();
    }
    if (call.context.api) {
        if (const auto chosen = choose_shape(call); !chosen)
            co_return chosen.error();
        if (call.is_native() && call.interruption)
            co_return cannot_continue(call);
        if (call.is_native()) {
            auto native = make_native_request(call);
            if (!native)
                co_return native.error();
            co_return co_await send(call, std::move(*native), true);
        }
    }
    bool openai_shaped = call.endpoint().adapter->is_openai_shaped(call.endpoint(), call.operation());
    const bool ask_for_usage = call.stream && openai_shaped && !call.client_wants_usage &&
        call.endpoint().adapter->takes_stream_options(call.endpoint(), call.operation());
    call.fell_back = false;
    auto request = make_request(call, ask_for_usage);
    if (!request)
        co_return request.error();
    auto done = co_await send(call, std::move(*request), openai_shaped);
    // Old servers refuse a parameter that the client did not send: ask again without it.
    const bool refuses_options = !done && ask_for_usage &&
        (done.error().status == 400 || done.error().status == 422) &&
        done.error().message.find("stream_options") != std::string::npos;
    if (!call.fell_back && !refuses_options)
        co_return done;
    openai_shaped = call.endpoint().adapter->is_openai_shaped(call.endpoint(), call.operation());
    request = make_request(call, false);
    if (!request)
        co_return request.error();
    co_return co_await send(call, std::move(*request), openai_shaped);
}

Task<void> ModelService::State::send(ModelCall& call, http::ClientRequest request, bool openai_shaped)
{
    if (call.stream)
        co_return co_await attempt_stream(call, std::move(request), openai_shaped);
    co_return co_await attempt_whole(call, std::move(request), openai_shaped);
}

Task<void>
ModelService::State::attempt_whole(ModelCall& call, http::ClientRequest request, bool openai_shaped)
{
    const auto sent_at = clock.steady_now();
    const auto transfer = call.context.exchange.worker().client->start(std::move(request));
    const CancelWhenGone guard(call.context.exchange, *transfer);
    auto body = co_await transfer->collect(max_answer_bytes);
    call.upstream_time += std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady_now() - sent_at);
    if (!body) {
        call.is_in_doubt = is_in_doubt(body.error());
        co_return from_transfer(call.endpoint(), body.error());
    }
    const auto head = co_await transfer->head();
    if (!head)
        co_return from_transfer(call.endpoint(), head.error());
    if ((*head)->status < 200 || (*head)->status >= 300) {
        (void)falls_back(call, (*head)->status, *body);
        co_return providers::error_from_response(
            call.endpoint(), (*head)->status, to_headers((*head)->fields), *body
        );
    }
    co_return co_await send_whole(call, **head, std::move(*body), openai_shaped);
}

Task<void> ModelService::State::send_whole(
    ModelCall& call, const http::ResponseHead& head, std::string body, bool openai_shaped
)
{
    if (call.is_native())
        co_return co_await send_native(call, head, std::move(body));
    if (!openai_shaped) {
        const auto created =
            std::chrono::duration_cast<std::chrono::seconds>(call.started.time_since_epoch()).count();
        const std::string id = "chatcmpl-" + new_uuid(random);
        auto decoded = call.endpoint().adapter->decode(call.endpoint(), call.operation(), body, created, id);
        if (!decoded)
            co_return decoded.error();
        body = to_text(*decoded);
    }
    if (call.operation() == providers::Operation::embeddings &&
        call.scan.text_of("encoding_format") == "base64" &&
        body.find("\"embedding\":\"") == std::string::npos) {
        auto document = parse_json(body);
        if (document) {
            providers::match_encoding_format(*document, "base64");
            body = to_text(*document);
        }
    }
    body.reserve(body.size() + simdjson_padding);
    const auto scan = scan_answer(body, true);
    if (!scan) {
        call.is_in_doubt = true; // it answered, so it will charge something
        const std::string detail =
            fmt::format("the provider's answer is not JSON: {}", excerpt(call.endpoint(), body));
        co_return Error{ErrorKind::upstream_failed, "litellm.APIError: " + detail, {}, "api_error", 500};
    }
    if (!scan->error.empty() && !scan->has_choices) {
        const auto document = parse_json(body);
        if (auto error = document ? providers::error_inside(call.endpoint(), *document) : std::nullopt)
            co_return std::move(*error);
    }
    if (was_filtered(call, body)) {
        if (scan->usage)
            call.open.add_attempt(*scan->usage);
        co_return Error{
            ErrorKind::invalid_input,
            "litellm.BadRequestError: litellm.ContentPolicyViolationError: the answer was cut by the "
            "provider's content filter",
            {},
            {},
            400};
    }
    Outcome outcome;
    outcome.success = true;
    outcome.measure = scan->usage ? Measure::measured : Measure::counted;
    outcome.response_id = scan->id;
    outcome.service_tier = scan->service_tier;
    outcome.first_byte = clock.now();
    if (scan->usage) {
        outcome.usage = *scan->usage;
    } else {
        std::string texts;
        append_answer_texts(body, texts);
        count_usage(call, texts, outcome);
    }
    const Money cost = call.open.settle(outcome);
    const auto durable = co_await ledger.make_durable();
    if (!durable)
        co_return durable.error();

    http::HeaderLines headers;
    headers.add("content-type", "application/json");
    add_call_headers(headers, call, accounts);
    add_cost_headers(headers, call, cost, elapsed(call));
    add_limit_headers(headers, call, accounts);
    add_provider_headers(headers, call.endpoint(), head.fields);
    const std::string model = json_quoted(call.requested_model);
    std::string shaped;
    if (call.is_bridged()) {
        const auto completion = parse_json(body);
        if (completion)
            shaped =
                to_text(providers::find_surface(*call.context.api)->answer(*completion, surface_answer(call))
                );
    }
    std::array<std::string_view, 4> pieces{shaped.empty() ? body : shaped, {}, {}, {}};
    if (shaped.empty() && !scan->model.empty() && call.fallen_back == 0) {
        const auto at = static_cast<std::size_t>(scan->model.data() - body.data());
        pieces[0] = std::string_view(body).substr(0, at);
        pieces[1] = model;
        pieces[2] = std::string_view(body).substr(at + scan->model.size());
    }
    std::string counted;
    if (!scan->usage && call.operation() == providers::Operation::embeddings) {
        // OpenAI's clients rely on it, and Google does not always say it.
        counted =
            fmt::format(R"(,"usage":{{"prompt_tokens":{0},"total_tokens":{0}}}}})", outcome.usage.prompt);
        std::string_view& last = pieces[2].empty() ? pieces[0] : pieces[2];
        last = last.substr(0, last.rfind('}'));
        pieces[3] = counted;
    }
    if (call.cache && !call.is_bridged()) {
        headers.add("x-litellm-cache-key", call.cache->key);
        std::string whole;
        for (const std::string_view piece : pieces)
            whole += piece;
        if (!call.stream)
            keep_answer(call, std::move(whole), outcome);
    }
    co_await call.context.exchange.respond(200, headers, pieces);
    co_return Result<void>();
}

Task<void>
ModelService::State::attempt_stream(ModelCall& call, http::ClientRequest request, bool openai_shaped)
{
    const auto sent_at = clock.steady_now();
    const auto transfer = call.context.exchange.worker().client->start(std::move(request));
    const CancelWhenGone guard(call.context.exchange, *transfer);
    const auto head = co_await transfer->head();
    call.upstream_time += std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady_now() - sent_at);
    if (!head) {
        call.is_in_doubt = is_in_doubt(head.error());
        co_return from_transfer(call.endpoint(), head.error());
    }
    const int status = (*head)->status;
    if (status < 200 || status >= 300) {
        const auto body = co_await transfer->collect(max_error_bytes);
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
        auto body = co_await transfer->collect(max_answer_bytes);
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
    co_return co_await relay_stream(call, *transfer, **head, relay);
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
            failure = Error{
                ErrorKind::client_closed,
                "Client disconnected the request",
                {},
                "client_closed_request",
                499};
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
        failure = Error{
            ErrorKind::client_closed, "Client disconnected the request", {}, "client_closed_request", 499};
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

} // namespace litellm::inference
