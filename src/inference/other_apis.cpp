// Calls of clients that speak another API than chat, completions and embeddings: passed on as they are to
// deployments that speak it too, as a chat to the others.

#include "answer_headers.hpp"
#include "litellm/core/encoding.hpp"
#include "litellm/providers/surface.hpp"
#include "service_state.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::inference {

using providers::NativeApi;

namespace {

constexpr std::size_t simdjson_padding = 64;
constexpr std::size_t max_count_bytes = 64 * 1024;

std::string_view name_of(NativeApi api)
{
    constexpr std::array<std::string_view, 11> names = {
        "Messages",
        "Responses",
        "generateContent",
        "Moderations",
        "Images",
        "Speech",
        "Transcriptions",
        "Rerank",
        "Edits of images",
        "Variations of images",
        "Translations"};
    return names[static_cast<std::size_t>(api)];
}

/// The API's own `metadata` is not the proxy's.
bool belongs_to_proxy(std::string_view name)
{
    return name != "metadata" && name != "ttl" && providers::is_proxy_parameter(name);
}

std::string native_body(const ModelCall& call)
{
    std::vector<Splice> splices;
    std::vector<std::pair<std::string_view, std::string>> added;
    const auto put = [&](std::string_view name, std::string value) {
        if (const Member* member = call.scan.find(name))
            splices.push_back({member->name, std::move(value), {}});
        else
            added.emplace_back(name, std::move(value));
    };
    for (const Member& member : call.scan.members) {
        if (belongs_to_proxy(member.name))
            splices.push_back({member.name, std::nullopt, {}});
    }
    if (*call.context.api != NativeApi::generate_content)
        put("model", json_quoted(call.endpoint().model));
    for (const auto& [name, limit] : lowered_limits(call, call.scan))
        put(name, limit);
    const Json edits = call.endpoint().adapter->native_edits(call.endpoint(), *call.context.api);
    std::vector<std::string> names;
    if (edits.is_object()) {
        for (const auto& [name, value] : edits.items()) {
            std::erase_if(splices, [&](const Splice& splice) { return splice.name == name; });
            std::erase_if(added, [&](const auto& item) { return item.first == name; });
            if (!value.is_null()) {
                put(name, to_text(value));
            } else if (const Member* member = call.scan.find(name)) {
                splices.push_back({member->name, std::nullopt, {}});
            }
        }
    }
    for (const Json* more : {&call.endpoint().extra_body}) {
        if (!more->is_object())
            continue;
        for (const auto& [name, value] : more->items())
            put(name, to_text(value));
    }
    return rebuild(call.scan, splices, added);
}

/// Where the provider counts. Only Anthropic's and Google's own servers are known to do that.
bool aim_at_counter(ModelCall& call)
{
    constexpr std::string_view answers = ":generateContent";
    if (call.endpoint().provider == "anthropic") {
        call.native_url += "/count_tokens";
        return true;
    }
    if (call.endpoint().provider != "gemini" || !call.native_url.ends_with(answers))
        return false;
    call.native_url.replace(call.native_url.size() - answers.size(), answers.size(), ":countTokens");
    return true;
}

/// What Anthropic or Google counted.
std::optional<std::int64_t> count_in(const Json& answer)
{
    for (const char* name : {"input_tokens", "totalTokens"}) {
        if (answer.is_object() && answer.contains(name) && answer.at(name).is_number_integer())
            return answer.at(name).get<std::int64_t>();
    }
    return std::nullopt;
}

} // namespace

providers::SurfaceAnswer ModelService::State::surface_answer(const ModelCall& call)
{
    providers::SurfaceAnswer facts;
    facts.model = call.requested_model;
    for (const char letter : new_uuid(random)) {
        if (letter != '-')
            facts.id += letter;
    }
    facts.created = std::chrono::duration_cast<std::chrono::seconds>(call.started.time_since_epoch()).count();
    for (const std::string_view name : providers::repeated_members(*call.context.api)) {
        const Member* member = call.scan.find(name);
        if (auto value = member != nullptr ? parse_json(member->value) : Result<Json>(Json());
            value && !value->is_null())
            facts.request[std::string(name)] = std::move(*value);
    }
    return facts;
}

Result<void> ModelService::State::choose_shape(ModelCall& call)
{
    const NativeApi api = *call.context.api;
    const auto& adapter = *call.endpoint().adapter;
    auto url = adapter.native_url(call.endpoint(), api, call.stream);
    if (!url)
        return url.error();
    call.native_url = url->value_or(std::string());
    if (call.is_native())
        return {};
    const providers::Surface* const surface = providers::find_surface(api);
    if (surface == nullptr)
        return Error{
            ErrorKind::invalid_input,
            fmt::format(
                "litellm.BadRequestError: {} are not offered by the provider {}.",
                name_of(api),
                call.endpoint().provider
            ),
            {},
            {},
            400};
    const auto request = parse_json(call.scan.text);
    if (!request)
        return request.error();
    const bool keeps_thoughts = !adapter.is_openai_shaped(call.endpoint(), call.operation());
    auto chat = surface->chat_request(*request, call.stream, keeps_thoughts);
    if (!chat)
        return chat.error();
    if (call.interruption)
        (*chat)["messages"] = continued((*chat)["messages"], *call.interruption);
    call.chat_body = to_text(*chat);
    call.chat_body.reserve(call.chat_body.size() + simdjson_padding);
    auto scan = scan_object(call.chat_body);
    if (!scan)
        return scan.error();
    call.chat_scan = std::move(*scan);
    // The API tells usage whether it is asked for or not.
    call.client_wants_usage = true;
    return {};
}

Result<http::ClientRequest> ModelService::State::make_native_request(const ModelCall& call)
{
    http::ClientRequest request;
    request.url = call.native_url;
    if (call.form.empty()) {
        request.headers = call.deployment->json_headers;
        request.body = native_body(call);
    } else {
        providers::Headers headers = call.endpoint().headers;
        headers.emplace_back("Content-Type", call.form_type);
        request.headers = std::make_shared<const http::HeaderBlock>(headers);
        request.body = form_with_model(call);
        request.fed_bytes = call.upload ? call.upload->rest_bytes() : 0;
    }
    if (*call.context.api == NativeApi::messages) {
        const std::string_view beta = trim(call.context.exchange.request().fields.find("anthropic-beta"));
        if (!beta.empty())
            request.extra_headers.push_back(fmt::format("anthropic-beta: {}", beta));
    }
    if (const auto finished = finish_request(call.endpoint(), *call.deployment, request); !finished)
        return finished.error();
    if (call.stream)
        request.idle_timeout = call.timeout_override.value_or(call.deployment->stream_timeout);
    else
        request.total_timeout = call.timeout_override.value_or(call.deployment->timeout);
    return request;
}

Task<void> ModelService::State::send_native(ModelCall& call, const http::ResponseHead& head, std::string body)
{
    Outcome outcome;
    outcome.success = true;
    bool has_usage = false;
    const auto answer = parse_json(body);
    const bool is_json = to_lower(head.fields.find("content-type")).starts_with("application/json");
    if (is_json && (!answer || !answer->is_object())) {
        const std::string detail = fmt::format(
            "litellm.APIError: the provider's answer is not JSON: {}", excerpt(call.endpoint(), body)
        );
        co_return Error{ErrorKind::upstream_failed, detail, {}, "api_error", 500};
    }
    if (answer && answer->is_object()) {
        if (auto error = answer->value("error", Json()).is_null()
                ? std::nullopt
                : providers::error_inside(call.endpoint(), *answer))
            co_return std::move(*error);
        auto facts = providers::native_facts(*call.context.api, *answer);
        outcome.response_id = std::move(facts.id);
        has_usage = facts.usage.has_value();
        if (has_usage)
            outcome.usage = *facts.usage;
        count_picture_tokens(call, outcome.usage);
    }
    const Json told = answer ? *answer : Json();
    outcome.units = answered_units(call, told);
    settle_on_picture_price(call, told, has_usage);
    const bool is_told = call.open.is_paid_by_units() && tells_units(call, told);
    if (!has_usage) {
        outcome.measure = is_told ? Measure::measured : Measure::counted;
        // The size of a recording says nothing of tokens.
        if (!is_told || call.form.empty())
            outcome.usage.prompt = outcome.usage.total = estimated_prompt_tokens(call);
    }
    outcome.first_byte = clock.now();
    const Money cost = call.open.settle(outcome);
    const auto durable = co_await ledger.make_durable();
    if (!durable)
        co_return durable.error();
    http::HeaderLines headers;
    const std::string_view type = head.fields.find("content-type");
    headers.add("content-type", type.empty() ? "application/json" : type);
    add_call_headers(headers, call, accounts);
    add_cost_headers(headers, call, cost, elapsed(call));
    add_limit_headers(headers, call, accounts);
    add_provider_headers(headers, call.endpoint(), head.fields);
    const std::string_view piece = body;
    co_await call.context.exchange.respond(200, headers, std::span(&piece, 1));
    co_return Result<void>();
}

Task<std::int64_t> ModelService::count_tokens(CallContext& context)
{
    ModelCall call(context);
    auto [models, catalog] = state_->models_of(*context.principal);
    call.models = std::move(models);
    const auto prepared = co_await prepare(call, state_->config, *catalog);
    if (!prepared)
        co_return prepared.error();
    const Choice choice;
    auto picked = state_->picker.pick(*call.found.group, choice);
    if (!picked || call.credentials)
        co_return estimated_prompt_tokens(call);
    state_->direct(call, std::move(*picked));
    const auto chosen = call.deployment->mock_response ? Result<void>() : state_->choose_shape(call);
    if (!chosen || !call.is_native() || !aim_at_counter(call))
        co_return estimated_prompt_tokens(call);
    auto request = state_->make_native_request(call);
    if (!request)
        co_return request.error();
    request->total_timeout = std::chrono::seconds(30);
    const auto transfer = context.exchange.worker().client->start(std::move(*request));
    const auto body = co_await transfer->collect(max_count_bytes);
    const auto head = co_await transfer->head();
    const auto answer =
        body && head && (*head)->status == 200 ? parse_json(*body) : Result<Json>(internal_error("no count"));
    const auto counted = answer ? count_in(*answer) : std::nullopt;
    if (counted)
        co_return *counted;
    co_return estimated_prompt_tokens(call);
}

} // namespace litellm::inference
