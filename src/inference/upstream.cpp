// One attempt of a model call: what is sent, and answers that come in one piece.

#include "answer_headers.hpp"
#include "asking.hpp"
#include "counted_usage.hpp"
#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"
#include "response_scan.hpp"
#include "service_state.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::inference {

namespace {

constexpr std::size_t simdjson_padding = 64;

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

namespace {

/// In tokens, as the row says it or else the price list.
std::optional<std::int64_t> longest_answer_of(const Deployment& deployment)
{
    const Json& info = deployment.model_info;
    const auto own = info.is_object() ? info.find("max_output_tokens") : info.end();
    if (info.is_object() && own != info.end() && own->is_number_integer())
        return own->get<std::int64_t>();
    return deployment.price ? deployment.price->max_output_tokens : std::nullopt;
}

/// Providers of OpenAI's kind tell the usage of a stream when asked, whatever else of the request changes.
bool asks_for_usage(const ModelCall& call)
{
    return call.stream && !call.client_wants_usage &&
        call.endpoint().adapter->takes_stream_options(call.endpoint(), call.operation());
}

} // namespace

bool ModelService::State::says_modify(const Json& settings)
{
    const auto said = settings.is_object() ? settings.find("modify_params") : settings.end();
    return settings.is_object() && said != settings.end() && *said == Json(true);
}

Result<http::ClientRequest> ModelService::State::compose(ModelCall& call)
{
    const bool modifies = modifies_params || says_modify(call.deployment->params);
    call.longest_answer = modifies ? longest_answer_of(*call.deployment) : std::nullopt;
    if (call.context.api) {
        if (const auto chosen = choose_shape(call); !chosen)
            return chosen.error();
        if (call.is_native())
            return make_native_request(call);
    }
    return make_request(call, asks_for_usage(call));
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
    call.fell_back = false;
    auto request = compose(call);
    if (!request)
        co_return request.error();
    if (call.is_native() && call.interruption)
        co_return cannot_continue(call);
    if (call.is_native())
        co_return co_await send(call, std::move(*request), true);
    const bool asked_for_usage = asks_for_usage(call);
    bool openai_shaped = call.endpoint().adapter->is_openai_shaped(call.endpoint(), call.operation());
    auto done = co_await send(call, std::move(*request), openai_shaped);
    // Old servers refuse a parameter that the client did not send: ask again without it.
    const bool refuses_options = !done && asked_for_usage &&
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

Result<ProviderRequest> ModelService::transform(CallContext& context, std::string body)
{
    ModelCall call(context);
    auto [models, catalog] = state_->models_of(*context.principal);
    call.models = std::move(models);
    call.own_body = std::move(body);
    call.own_body.reserve(call.own_body.size() + simdjson_padding);
    if (const auto understood = understand(call, call.own_body, state_->config, *catalog); !understood)
        return understood.error();
    Choice choice;
    choice.model = call.requested_model;
    auto picked = state_->picker.pick(*call.found.group, choice);
    if (!picked)
        return picked.error();
    if (call.credentials) {
        auto own = with_client_credentials(**picked, *call.credentials, state_->config.environment);
        if (!own)
            return own.error();
        *picked = std::move(*own);
    }
    state_->direct(call, std::move(*picked));
    auto request = state_->compose(call);
    if (!request)
        return request.error();
    const providers::Endpoint& endpoint = call.endpoint();
    ProviderRequest made;
    made.url = providers::without_secrets_of(endpoint, std::move(request->url));
    made.body = providers::without_secrets_of(endpoint, std::move(request->body));
    made.headers.emplace_back("content-type", "application/json");
    for (const auto& [name, value] : endpoint.headers)
        made.headers.emplace_back(name, providers::without_secrets_of(endpoint, value));
    for (const std::string& line : request->extra_headers) {
        const auto colon = line.find(':');
        const std::string value(trim(std::string_view(line).substr(std::min(colon + 1, line.size()))));
        made.headers.emplace_back(line.substr(0, colon), providers::without_secrets_of(endpoint, value));
    }
    return made;
}

Task<void> ModelService::State::send(ModelCall& call, http::ClientRequest request, bool openai_shaped)
{
    auto sent_at = clock.steady_now();
    const auto transfer = call.context.exchange.worker().client->start(std::move(request));
    const CancelWhenGone guard(call.context.exchange, *transfer);
    if (call.upload) {
        const auto passed = co_await call.upload->pass_on(*transfer);
        if (!passed)
            co_return passed.error();
        call.stream = call.stream || call.upload->asks_for_stream();
        sent_at = clock.steady_now();
    }
    if (call.stream)
        co_return co_await relay_answer(call, *transfer, sent_at, openai_shaped);
    if (call.is_native() && call.context.api == providers::NativeApi::speech)
        co_return co_await relay_recording(call, *transfer, sent_at);
    co_return co_await collect_answer(call, *transfer, sent_at, openai_shaped);
}

Task<void> ModelService::State::collect_answer(
    ModelCall& call,
    http::Transfer& transfer,
    std::chrono::steady_clock::time_point sent_at,
    bool openai_shaped
)
{
    auto body = co_await transfer.collect(max_answer_bytes);
    call.upstream_time += std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady_now() - sent_at);
    if (!body) {
        call.is_in_doubt = is_in_doubt(body.error());
        co_return from_transfer(call.endpoint(), body.error());
    }
    const auto head = co_await transfer.head();
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

} // namespace litellm::inference
