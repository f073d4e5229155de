// One model call against the providers: pick, send, read, retry.

#include "answer_headers.hpp"
#include "counted_usage.hpp"
#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"
#include "response_scan.hpp"
#include "service_state.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace litellm::inference {

namespace {

constexpr std::size_t max_answer_bytes = 256 * 1024 * 1024;
constexpr std::size_t max_error_bytes = 64 * 1024;
constexpr std::size_t simdjson_padding = 64;
constexpr int default_retries = 2;

/// The reference 3.4: 408, 409, 429 and 5xx may work at the second try.
bool is_retriable(const Error& error)
{
    if (error.kind == ErrorKind::client_closed)
        return false;
    const int status = error.status;
    return status == 408 || status == 409 || status == 429 || status >= 500;
}

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
        return Error{ErrorKind::client_closed, "Client disconnected the request", {}, "client_closed_request", 499};
    if (error.kind == ErrorKind::too_large)
        return Error{ErrorKind::upstream_failed, "litellm.APIError: the provider's answer is too large", {}, "api_error", 502};
    return providers::error_from_transport(endpoint, error.kind == ErrorKind::timed_out, error.message);
}

/// Whether the provider may have charged the prompt of a call that got no answer: it was sent, and then somebody lost patience.
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

} // namespace

int ModelService::State::retries_of(const ModelCall& call) const
{
    if (call.retries_override)
        return *call.retries_override;
    const auto own = call.deployment->params.find("num_retries");
    if (own != call.deployment->params.end() && own->is_number_integer())
        return std::clamp(own->get<int>(), 0, 10);
    return std::clamp(config.router.num_retries.value_or(config.litellm.num_retries.value_or(default_retries)), 0, 10);
}

Task<void> ModelService::State::pause_before_retry(const ModelCall& call, const Error& error, int retry)
{
    std::chrono::milliseconds pause(static_cast<std::int64_t>(std::min(8000.0, 500.0 * std::pow(2, retry)) + 750 * random.unit()));
    for (const auto& [name, value] : error.headers) {
        if (name == "retry-after") {
            const int seconds = std::atoi(value.c_str());
            if (seconds > 0 && seconds <= 60)
                pause = std::chrono::seconds(seconds);
        }
    }
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, pause);
    call.context.exchange.on_client_gone([&timer] { timer.cancel(); });
    co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    call.context.exchange.on_client_gone(nullptr);
    if (call.context.exchange.is_client_gone())
        co_return Error{ErrorKind::client_closed, "Client disconnected the request", {}, "client_closed_request", 499};
    co_return Result<void>();
}

Task<void> ModelService::State::call_providers(ModelCall& call)
{
    const Group& group = *call.found.group;
    std::vector<const Deployment*> tried;
    std::optional<Error> first_error;
    std::size_t over_budget = 0;  ///< deployments in a row that have used their budgets up
    for (;;) {
        call.deployment = choose(group.deployments, tried, random);
        if (!call.deployment) {
            tried.clear();
            call.deployment = choose(group.deployments, tried, random);
        }
        tried.push_back(call.deployment.get());
        call.own_endpoint.reset();
        if (!call.found.model.empty())
            call.make_own_endpoint().model = call.found.model;
        {
            const std::lock_guard lock(mutex);
            if (const auto other = fallback_adapters.find(call.deployment->id); other != fallback_adapters.end())
                call.make_own_endpoint().adapter = other->second;
        }
        const Deployment& target = *call.deployment;
        if (!target.price)
            warn_unknown_price(target);
        call.open.set_target(
            call.endpoint().model, target.id, call.endpoint().provider, target.public_api_base, target.price ? &*target.price : nullptr
        );
        if (const auto charged = charge_target(call); !charged) {
            if (++over_budget < group.deployments.size())
                continue;
            settle_failure(call, charged.error());
            co_return charged.error();
        }
        over_budget = 0;
        call.is_in_doubt = false;
        call.lost_texts.clear();
        auto done = co_await attempt(call);
        if (done)
            co_return done;
        if (!call.open.is_open())
            co_return done.error();
        const Error& error = done.error();
        if (!first_error)
            first_error = error;
        log::debug("inference", "attempt {} on {} failed: {}", call.retries + 1, target.id, error.message);
        if (!is_retriable(error) || call.retries >= retries_of(call)) {
            settle_failure(call, error);
            co_return error.kind == ErrorKind::client_closed ? error : *first_error;
        }
        if (tried.size() >= group.deployments.size()) {
            const auto paused = co_await pause_before_retry(call, error, call.retries);
            if (!paused) {
                settle_failure(call, paused.error());
                co_return paused.error();
            }
        }
        ++call.retries;
    }
}

Result<http::ClientRequest> ModelService::State::make_request(const ModelCall& call, bool ask_for_usage)
{
    http::ClientRequest request;
    request.headers = call.deployment->json_headers;
    const auto& adapter = *call.endpoint().adapter;
    const auto spliced = can_be_spliced(call);
    if (!spliced)
        return spliced.error();
    if (*spliced) {
        const bool is_plain = call.found.model.empty() && call.endpoint().adapter == call.deployment->endpoint.adapter;
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
    log::info("inference", "deployment {} does not know the chat route; it is asked in its older form from now on", call.deployment->id);
    {
        const std::lock_guard lock(mutex);
        fallback_adapters[call.deployment->id] = other;
    }
    call.make_own_endpoint().adapter = other;
    call.fell_back = true;
    return true;
}

Task<void> ModelService::State::attempt(ModelCall& call)
{
    if (call.mock_response)
        co_return co_await answer_with_mock(call, *call.mock_response);
    if (call.deployment->mock_response)
        co_return co_await answer_with_mock(call, *call.deployment->mock_response);
    bool openai_shaped = call.endpoint().adapter->is_openai_shaped(call.endpoint(), call.operation());
    const bool ask_for_usage = call.stream && openai_shaped && !call.client_wants_usage && call.endpoint().adapter->takes_stream_options(call.endpoint(), call.operation());
    call.fell_back = false;
    auto request = make_request(call, ask_for_usage);
    if (!request)
        co_return request.error();
    auto done = co_await send(call, std::move(*request), openai_shaped);
    // Old servers refuse a parameter that the client did not send: ask again without it.
    const bool refuses_options = !done && ask_for_usage && (done.error().status == 400 || done.error().status == 422)
        && done.error().message.find("stream_options") != std::string::npos;
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

Task<void> ModelService::State::attempt_whole(ModelCall& call, http::ClientRequest request, bool openai_shaped)
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
        co_return providers::error_from_response(call.endpoint(), (*head)->status, to_headers((*head)->fields), *body);
    }
    co_return co_await send_whole(call, **head, std::move(*body), openai_shaped);
}

Task<void> ModelService::State::send_whole(ModelCall& call, const http::ResponseHead& head, std::string body, bool openai_shaped)
{
    if (!openai_shaped) {
        const auto created = std::chrono::duration_cast<std::chrono::seconds>(call.started.time_since_epoch()).count();
        const std::string id = "chatcmpl-" + new_uuid(random);
        auto decoded = call.endpoint().adapter->decode(call.endpoint(), call.operation(), body, created, id);
        if (!decoded)
            co_return decoded.error();
        body = to_text(*decoded);
    }
    if (call.operation() == providers::Operation::embeddings && call.scan.text_of("encoding_format") == "base64" && body.find("\"embedding\":\"") == std::string::npos) {
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
        const std::string detail = fmt::format("the provider's answer is not JSON: {}", body.substr(0, 200));
        co_return Error{ErrorKind::upstream_failed, "litellm.APIError: " + detail, {}, "api_error", 500};
    }
    if (!scan->error.empty() && !scan->has_choices) {
        const auto document = parse_json(body);
        if (auto error = document ? providers::error_inside(call.endpoint(), *document) : std::nullopt)
            co_return std::move(*error);
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
    add_provider_headers(headers, head.fields);
    const std::string model = json_quoted(call.requested_model);
    std::array<std::string_view, 3> pieces{body, {}, {}};
    if (!scan->model.empty()) {
        const auto at = static_cast<std::size_t>(scan->model.data() - body.data());
        pieces[0] = std::string_view(body).substr(0, at);
        pieces[1] = model;
        pieces[2] = std::string_view(body).substr(at + scan->model.size());
    }
    co_await call.context.exchange.respond(200, headers, pieces);
    co_return Result<void>();
}

Task<void> ModelService::State::attempt_stream(ModelCall& call, http::ClientRequest request, bool openai_shaped)
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
    if (openai_shaped && type.starts_with("application/json")) {
        // A provider that does not stream, or an error with status 200.
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
        const auto created = std::chrono::duration_cast<std::chrono::seconds>(call.started.time_since_epoch()).count();
        const std::string id = "chatcmpl-" + new_uuid(random);
        options.decoder = call.endpoint().adapter->stream_decoder(call.endpoint(), call.operation(), created, id);
    }
    Relay relay(std::move(options));
    co_return co_await relay_stream(call, *transfer, **head, relay);
}

Task<void> ModelService::State::relay_stream(ModelCall& call, http::Transfer& transfer, const http::ResponseHead& head, Relay& relay)
{
    http::Exchange& exchange = call.context.exchange;
    bool started = false;
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
            add_provider_headers(headers, head.fields);
            if (!co_await exchange.start_stream(200, headers))
                break;
        }
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
            failure = Error{ErrorKind::client_closed, "Client disconnected the request", {}, "client_closed_request", 499};
    }
    co_return co_await finish_stream(call, relay, std::move(out), std::move(failure), first_byte);
}

Task<void> ModelService::State::finish_stream(
    ModelCall& call, Relay& relay, std::string rest, std::optional<Error> failure, std::optional<Timestamp> first_byte
)
{
    http::Exchange& exchange = call.context.exchange;
    if (!failure && exchange.is_client_gone())
        failure = Error{ErrorKind::client_closed, "Client disconnected the request", {}, "client_closed_request", 499};
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
    if (failure) {
        outcome.error_status = failure->status;
        outcome.error_class = failure->type;
        outcome.error_message = failure->message;
    }
    call.open.settle(outcome);
    const auto durable = co_await ledger.make_durable();
    if (!durable || exchange.is_client_gone()) {
        exchange.abort();
        co_return Result<void>();
    }
    if (failure) {
        const Json event{{"error", Json{{"message", failure->message}, {"type", failure->type}, {"param", nullptr}, {"code", std::to_string(failure->status)}}}};
        rest += "data: " + to_text(event) + "\n\n";
    } else {
        rest += "data: [DONE]\n\n";
    }
    const bool open = co_await exchange.write(rest);
    if (open)
        (void)co_await exchange.end_stream();
    co_return Result<void>();
}

boost::asio::awaitable<Health> ModelService::probe(DeploymentPtr deployment, http::Client& client)
{
    Health health;
    health.deployment = deployment;
    if (deployment->mock_response) {
        health.is_healthy = true;
        co_return health;
    }
    const auto mode = deployment->model_info.is_object() ? deployment->model_info.value("mode", std::string("chat")) : std::string("chat");
    const bool embed = mode == "embedding";
    const auto operation = embed ? providers::Operation::embeddings : providers::Operation::chat_completions;
    Json body = Json::object();
    body["model"] = deployment->endpoint.model;
    if (embed) {
        body["input"] = Json::array({"test from litellm"});
    } else {
        Json message{{"role", "user"}, {"content", "Hey, how's it going?"}};
        body["messages"] = Json::array({std::move(message)});
        body["max_tokens"] = 5;
    }
    const auto& adapter = *deployment->endpoint.adapter;
    http::ClientRequest request;
    request.headers = deployment->json_headers;
    request.total_timeout = std::chrono::seconds(30);
    if (adapter.is_openai_shaped(deployment->endpoint, operation)) {
        request.url = deployment->url(operation, false);
        request.body = to_text(body);
    } else {
        auto encoded = adapter.encode(deployment->endpoint, operation, body, false);
        if (!encoded) {
            health.error = encoded.error().message;
            co_return health;
        }
        request.url = std::move(encoded->url);
        request.body = std::move(encoded->body);
        for (const auto& [name, value] : encoded->headers)
            request.extra_headers.push_back(fmt::format("{}: {}", name, value));
    }
    const auto transfer = client.start(std::move(request));
    const auto answer = co_await transfer->collect(max_answer_bytes);
    const auto head = co_await transfer->head();
    if (!answer || !head)
        health.error = from_transfer(deployment->endpoint, answer ? head.error() : answer.error()).message;
    else if ((*head)->status >= 300)
        health.error = providers::error_from_response(deployment->endpoint, (*head)->status, to_headers((*head)->fields), *answer).message;
    else
        health.is_healthy = true;
    co_return health;
}

} // namespace litellm::inference
