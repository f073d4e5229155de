// A request that goes to a provider as it is: who pays for it, what of it is forwarded, what of the answer is
// counted.

#include "litellm/inference/pass_through.hpp"

#include "answer_headers.hpp"
#include "asking.hpp"
#include "litellm/core/encoding.hpp"
#include "litellm/core/redaction.hpp"
#include "litellm/providers/surface.hpp"
#include "service_state.hpp"
#include "sse.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace litellm::inference {

namespace {

constexpr std::size_t max_body_bytes = 100 * 1024 * 1024;
constexpr std::size_t max_read_bytes = 16 * 1024 * 1024; ///< of an answer, for its usage
constexpr std::chrono::seconds patience{600};
constexpr std::int64_t default_max_tokens = 4096;

/// Credentials of the caller, and what belongs to one connection.
constexpr std::array<std::string_view, 22> kept_back = {
    "authorization",
    "x-api-key",
    "api-key",
    "x-goog-api-key",
    "ocp-apim-subscription-key",
    "x-litellm-api-key",
    "cookie",
    "host",
    "content-length",
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "proxy-authorization",
    "proxy-connection",
    "accept-encoding",
    "expect",
    "forwarded",
    "x-forwarded-for",
    "x-real-ip"};

bool is_kept_back(std::string_view name, std::string_view key_header)
{
    const std::string lower = to_lower(name);
    return std::find(kept_back.begin(), kept_back.end(), lower) != kept_back.end() ||
        lower.starts_with("x-litellm-") || (!key_header.empty() && lower == to_lower(key_header));
}

providers::Headers
request_headers(const http::Request& request, const PassThrough& target, std::string_view key_header)
{
    providers::Headers headers;
    const auto set = [&](std::string name, std::string_view value) {
        std::erase_if(headers, [&](const auto& header) { return equals_ignoring_case(header.first, name); });
        headers.emplace_back(std::move(name), value);
    };
    for (std::size_t i = 0; i < request.fields.size(); ++i) {
        const std::string_view name = request.fields.name(i);
        if (is_kept_back(name, key_header))
            continue;
        constexpr std::string_view marked = "x-pass-";
        if (to_lower(name).starts_with(marked)) {
            const std::string bare(name.substr(marked.size()));
            if (!bare.empty() && !is_kept_back(bare, key_header))
                set(bare, request.fields.value(i));
        } else if (target.forwards_headers || equals_ignoring_case(name, "content-type") || equals_ignoring_case(name, "accept")) {
            set(std::string(name), request.fields.value(i));
        }
    }
    for (const auto& [name, value] : target.headers)
        set(name, value);
    return headers;
}

/// The client's query without its key; the target's own members win.
std::string url_of(const http::Request& request, const PassThrough& target, std::string_view subpath)
{
    const auto question = target.target.find('?');
    std::string url = target.target.substr(0, question);
    if (!subpath.empty())
        url.append("/").append(subpath);
    const std::string own =
        question == std::string::npos ? std::string() : target.target.substr(question + 1);
    std::string query = own;
    const auto names_it = [&](std::string_view name) {
        return fmt::format("&{}", own).find(fmt::format("&{}=", name)) != std::string::npos;
    };
    if (own.empty() || target.merges_query) {
        for (const auto& [name, value] : request.query_parameters()) {
            if (name == "key" || names_it(name))
                continue;
            query +=
                fmt::format("{}{}={}", query.empty() ? "" : "&", percent_encode(name), percent_encode(value));
        }
    }
    return query.empty() ? url : url + "?" + query;
}

/// Google's model stands in the path.
std::string model_in(std::string_view subpath, const Json& body)
{
    if (body.is_object() && body.contains("model") && body["model"].is_string())
        return body["model"].get<std::string>();
    const auto at = subpath.find("models/");
    if (at == std::string_view::npos)
        return {};
    const std::string_view rest = subpath.substr(at + 7);
    return std::string(rest.substr(0, rest.find_first_of(":/")));
}

/// What belongs to somebody is reached where its owner is known.
bool is_owned(const PassThrough& target, std::string_view subpath)
{
    if (target.provider != "openai")
        return false;
    if (subpath.starts_with("v1/"))
        subpath.remove_prefix(3);
    const std::string_view first = subpath.substr(0, subpath.find('/'));
    return first == "files" || first == "batches" || first == "uploads";
}

providers::NativeApi shape_of(std::string_view provider)
{
    if (provider == "anthropic")
        return providers::NativeApi::messages;
    return provider == "gemini" ? providers::NativeApi::generate_content : providers::NativeApi::responses;
}

/// What of a piece of an answer leaves only after the call was recorded: of a stream the events that may end
/// it, for a client waits for the whole of an event; of anything else its last byte.
std::size_t held_back(std::string_view piece, bool is_stream)
{
    constexpr std::array<std::string_view, 7> last_words = {
        "[DONE]",
        "message_stop",
        "response.completed",
        "response.incomplete",
        "response.failed",
        "\"finish_reason\":\"",
        "\"finishReason\""};
    if (!is_stream)
        return std::min<std::size_t>(piece.size(), 1);
    const bool may_end = std::ranges::any_of(last_words, [piece](std::string_view word) {
        return piece.find(word) != std::string_view::npos;
    });
    return may_end ? piece.size() : 0;
}

/// Reads usage out of an answer while it passes.
class Meter {
public:
    Meter(const providers::Endpoint& endpoint, bool is_stream)
        : endpoint_(endpoint), is_stream_(is_stream), reader_(shape_of(endpoint.provider))
    {
    }

    void take(std::string_view bytes)
    {
        if (is_stream_)
            splitter_.feed(bytes, [&](std::string_view data) { (void)reader_.take(endpoint_, data); });
        else if (whole_.size() + bytes.size() <= max_read_bytes)
            whole_ += bytes;
    }

    [[nodiscard]] providers::NativeFacts facts()
    {
        if (is_stream_)
            return {reader_.usage(), reader_.id()};
        const auto answer = parse_json(whole_);
        return answer && answer->is_object() ? providers::native_facts(shape_of(endpoint_.provider), *answer)
                                             : providers::NativeFacts();
    }

private:
    const providers::Endpoint& endpoint_;
    bool is_stream_;
    providers::NativeReader reader_;
    EventSplitter splitter_;
    std::string whole_;
};

} // namespace

Task<void>
ModelService::pass_through(CallContext& context, const PassThrough& target, std::string_view subpath)
{
    http::Exchange& exchange = context.exchange;
    if (!target.missing.empty())
        co_return Error{ErrorKind::invalid_input, target.missing, {}, "invalid_request_error", 500};
    if (is_owned(target, subpath) && !context.principal->is_admin())
        co_return Error{
            ErrorKind::forbidden,
            "Files and batches are at /v1/files and /v1/batches, where each key sees its own.",
            "endpoint"};
    const auto text = co_await exchange.read_body(max_body_bytes);
    if (!text)
        co_return text.error();
    const auto parsed = parse_json(*text);
    const Json body = parsed ? *parsed : Json();
    ModelCall call(context);
    std::shared_ptr<const auth::ModelCatalog> catalog;
    std::shared_ptr<const spend::PriceBook> prices;
    {
        const std::lock_guard lock(state_->mutex);
        catalog = state_->known_models.catalog;
        prices = state_->prices;
    }
    call.started = state_->clock.now();
    call.started_steady = state_->clock.steady_now();
    call.model = model_in(subpath, body);
    if (!call.model.empty() && target.needs_key) {
        const auto allowed = auth::may_use_model(*context.principal, call.model, *catalog);
        if (!allowed)
            co_return allowed.error();
    }
    providers::Endpoint endpoint;
    endpoint.provider = target.provider.empty() ? std::string("pass_through") : target.provider;
    endpoint.model = call.model;
    const spend::ModelPrice* price = nullptr;
    if (!target.provider.empty() && !call.model.empty() && prices)
        price = prices->find(target.provider, call.model);
    // What passes is understood as far as its tokens go.
    if (price != nullptr && price->is_paid_by_units())
        price = nullptr;
    spend::Demand demand;
    demand.upper_bound = target.cost_per_request;
    demand.tokens = static_cast<std::int64_t>(text->size()) / 4;
    if (price != nullptr)
        demand.upper_bound += spend::upper_bound(
            price->at(call.started),
            static_cast<std::int64_t>(text->size()),
            price->max_output_tokens.value_or(default_max_tokens),
            patience
        );
    const auto rated = co_await state_->take_shared_rates(call, demand);
    if (!rated)
        co_return rated.error();
    const std::function<Result<void>()> begin = [&] {
        return call.open.begin(
            state_->accounts,
            state_->ledger,
            state_->clock,
            context.principal->payers,
            demand,
            pass_through_draft(call, state_->config, target.path)
        );
    };
    auto opened = begin();
    if (!opened && call.open.needs_leases())
        opened = co_await state_->retry_with_leases(call, opened.error(), begin);
    if (!opened)
        co_return opened.error();
    call.open.set_target(
        call.model, "", endpoint.provider, target.target.substr(0, target.target.find('?')), price
    );
    call.open.add_fee(target.cost_per_request);
    const auto durable = co_await state_->ledger.make_durable();
    if (!durable)
        co_return durable.error();

    http::ClientRequest request;
    request.method = exchange.request().method;
    request.url = url_of(exchange.request(), target, subpath);
    request.headers = std::make_shared<const http::HeaderBlock>(
        request_headers(exchange.request(), target, state_->config.general.litellm_key_header_name)
    );
    request.body = *text;
    request.idle_timeout = patience;
    const auto transfer = exchange.worker().client->start(std::move(request));
    const CancelWhenGone guard(exchange, *transfer);
    const auto fail = [&](const Error& error) {
        state_->settle_failure(call, error);
        return error;
    };
    const auto head = co_await transfer->head();
    if (!head)
        co_return fail(providers::error_from_transport(
            endpoint, head.error().kind == ErrorKind::timed_out, head.error().message
        ));
    if ((*head)->status >= 300) {
        auto said = co_await transfer->collect(max_error_bytes);
        // Whoever runs the proxy put these in; a server may repeat what it was sent.
        std::vector<std::string> own;
        for (const auto& [name, value] : target.headers) {
            own.push_back(value);
            if (const auto space = value.find(' '); space != std::string::npos)
                own.push_back(value.substr(space + 1));
        }
        Error error{
            ErrorKind::upstream_failed,
            said ? without_texts(std::move(*said), own) : std::string(),
            {},
            "None",
            (*head)->status};
        co_return fail(error);
    }
    const bool is_stream = to_lower((*head)->fields.find("content-type")).starts_with("text/event-stream");
    Meter meter(endpoint, is_stream);
    http::HeaderLines headers;
    headers.add("x-litellm-call-id", context.call_id);
    for (std::size_t i = 0; i < (*head)->fields.size(); ++i) {
        if (!is_kept_back((*head)->fields.name(i), "") &&
            !equals_ignoring_case((*head)->fields.name(i), "content-encoding") &&
            !equals_ignoring_case((*head)->fields.name(i), "set-cookie"))
            headers.add((*head)->fields.name(i), (*head)->fields.value(i));
    }
    bool open = co_await exchange.start_stream((*head)->status, headers);
    std::optional<Error> failure;
    std::string pending; // leaves after the call was recorded
    std::string out;
    while (open) {
        const auto bytes = co_await transfer->next();
        if (!bytes) {
            failure = providers::error_from_transport(
                endpoint, bytes.error().kind == ErrorKind::timed_out, bytes.error().message
            );
            break;
        }
        if (bytes->empty())
            break;
        meter.take(*bytes);
        const std::size_t ready = bytes->size() - held_back(*bytes, is_stream);
        out.assign(pending).append(bytes->substr(0, ready));
        pending.assign(bytes->substr(ready));
        if (!out.empty())
            open = co_await exchange.write(out);
    }
    const auto facts = meter.facts();
    Outcome outcome;
    outcome.success = open && !failure;
    outcome.first_byte = state_->clock.now();
    outcome.response_id = facts.id;
    outcome.measure = facts.usage ? Measure::measured : Measure::counted;
    outcome.usage = facts.usage.value_or(providers::Usage());
    if (!outcome.success) {
        outcome.error_status = failure ? failure->status : 499;
        outcome.error_message = failure ? failure->message : "Client disconnected the request";
        outcome.error_class = failure ? failure->type : "client_closed_request";
    }
    call.open.settle(outcome);
    const auto recorded = co_await state_->ledger.make_durable();
    if (!recorded || !outcome.success) {
        exchange.abort();
        co_return Result<void>();
    }
    if (!pending.empty())
        open = co_await exchange.write(pending);
    if (open)
        (void)co_await exchange.end_stream();
    co_return Result<void>();
}

} // namespace litellm::inference
