#include "litellm/inference/model_service.hpp"

#include "answer_headers.hpp"
#include "counted_usage.hpp"
#include "litellm/core/log.hpp"
#include "litellm/providers/surface.hpp"
#include "mock.hpp"
#include "service_state.hpp"

#include <nlohmann/json.hpp>

namespace litellm::inference {

std::string_view version()
{
    return LITELLM_VERSION;
}

ModelService::ModelService(
    const config::Config& config,
    spend::Accounts& accounts,
    spend::Ledger& ledger,
    const Clock& clock,
    Random& random
)
    : state_(std::make_unique<State>(config, accounts, ledger, clock, random))
{
}

ModelService::~ModelService() = default;

void ModelService::set_end_users(auth::EndUsers* end_users)
{
    state_->end_users = end_users;
}

void ModelService::set_shared_budgets(const spend::SharedBudgets* budgets)
{
    state_->shared_budgets = budgets;
}

const spend::SharedBudgets* ModelService::shared_budgets() const
{
    return state_->shared_budgets;
}

void ModelService::set_database(db::Database* database)
{
    state_->database = database;
}

void ModelService::set_leases(spend::BudgetLeases* leases)
{
    state_->leases = leases;
}

void ModelService::set_redis(
    const spend::SharedRates* rates, std::vector<std::shared_ptr<redis::Connection>> connections, bool caches
)
{
    state_->shared_rates = rates;
    state_->redis = std::move(connections);
    state_->caches_in_redis = caches;
}

void ModelService::set_prices(std::shared_ptr<const spend::PriceBook> prices)
{
    const std::lock_guard lock(state_->mutex);
    state_->prices = std::move(prices);
}

void ModelService::set_models(std::shared_ptr<const Models> models)
{
    auto known = with_catalog(std::move(models));
    const std::lock_guard lock(state_->mutex);
    state_->known_models = std::move(known);
}

KnownModels ModelService::State::models_of(const auth::Principal& principal)
{
    const bool are_own = has_own_models(principal);
    std::unique_lock lock(mutex);
    if (!are_own || !prices)
        return known_models;
    const auto book = prices;
    lock.unlock();
    return key_models.find(principal, *book);
}

std::shared_ptr<const Models> ModelService::models() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->known_models.models;
}

std::shared_ptr<const Models> ModelService::models(const auth::Principal& principal) const
{
    return state_->models_of(principal).models;
}

auth::ModelCatalog ModelService::catalog(const auth::Principal& principal) const
{
    return *state_->models_of(principal).catalog;
}

Task<void> ModelService::serve(CallContext& context)
{
    ModelCall call(context);
    auto [models, catalog] = state_->models_of(*context.principal);
    call.models = std::move(models);
    call.started = state_->clock.now();
    call.started_steady = state_->clock.steady_now();
    auto done = co_await prepare(call, state_->config, *catalog);
    if (done && state_->may_name_end_user(call))
        done = co_await state_->resolve_end_user(call);
    if (done && state_->cache) {
        auto use = cache_use_of(call, *state_->cache_policy);
        if (use)
            call.cache = std::move(*use);
        else
            done = use.error();
    }
    if (done) {
        state_->find_other_payers(call);
        if (state_->shared_rates != nullptr)
            done = co_await state_->take_shared_rates(call, state_->demand_of(call));
        if (done)
            done = state_->admit(call);
        if (!done && call.open.needs_leases()) {
            const std::function<Result<void>()> again = [&] { return state_->admit(call); };
            done = co_await state_->retry_with_leases(call, done.error(), again);
        }
    }
    if (!done) {
        Error refused = done.error();
        add_call_headers(refused, call);
        co_return refused;
    }
    const auto durable = co_await state_->ledger.make_durable();
    if (!durable)
        co_return durable.error();
    if (call.cache) {
        const auto answered = co_await state_->answer_from_cache(call);
        if (!answered)
            co_return answered.error();
        if (*answered)
            co_return Result<void>();
    }
    done = co_await state_->try_group(call);
    if (!done && call.open.is_open())
        done = co_await state_->fall_back(call, done.error());
    if (!done && call.interruption) {
        const Error error = done.error();
        co_return co_await state_->end_interrupted(call, error);
    }
    if (!done && call.open.is_open())
        state_->settle_failure(call, done.error());
    if (!done) {
        Error failed = done.error();
        add_call_headers(failed, call);
        co_return failed;
    }
    co_return Result<void>();
}

Task<void> ModelService::State::answer_with_mock(ModelCall& call, const Json& mock)
{
    MockRequest wanted;
    wanted.operation = call.operation();
    wanted.model = call.requested_model;
    wanted.created =
        std::chrono::duration_cast<std::chrono::seconds>(call.started.time_since_epoch()).count();
    wanted.base64 = call.scan.text_of("encoding_format") == "base64";
    wanted.count = call.scan.integer_of("n").value_or(1);
    if (const Member* input = call.scan.find("input"); input != nullptr && input->value.starts_with("[\"")) {
        const auto parsed = parse_json(input->value);
        wanted.count = parsed ? static_cast<std::int64_t>(parsed->size()) : 1;
    }
    auto answer = make_mock_answer(mock, wanted, random);
    if (!answer)
        co_return answer.error();
    Outcome outcome;
    outcome.success = true;
    outcome.measure = Measure::measured;
    outcome.usage = answer->usage;
    if (answer->body.contains("id") && answer->body["id"].is_string())
        outcome.response_id = answer->body["id"].get<std::string>();
    outcome.first_byte = clock.now();
    const Money cost = call.open.settle(outcome);
    const auto durable = co_await ledger.make_durable();
    if (!durable)
        co_return durable.error();

    http::Exchange& exchange = call.context.exchange;
    http::HeaderLines headers;
    headers.add("content-type", call.stream ? "text/event-stream; charset=utf-8" : "application/json");
    add_call_headers(headers, call, accounts);
    if (!call.stream) {
        add_cost_headers(headers, call, cost, elapsed(call));
        add_limit_headers(headers, call, accounts);
        const auto* surface = call.context.api ? providers::find_surface(*call.context.api) : nullptr;
        const std::string body =
            to_text(surface == nullptr ? answer->body : surface->answer(answer->body, surface_answer(call)));
        const std::string_view piece = body;
        co_await exchange.respond(200, headers, std::span(&piece, 1));
        co_return Result<void>();
    }
    bool open = co_await exchange.start_stream(200, headers);
    if (const auto* surface = call.context.api ? providers::find_surface(*call.context.api) : nullptr) {
        const auto shape = surface->stream(surface_answer(call));
        std::string events;
        for (const Json& chunk : answer->chunks)
            shape->take(chunk, events);
        const Json last{{"choices", Json::array()}, {"usage", answer->body.value("usage", Json())}};
        shape->take(last, events);
        shape->finish(events);
        if (open)
            open = co_await exchange.write(events);
        if (open)
            open = co_await exchange.end_stream();
        co_return Result<void>();
    }
    for (const Json& chunk : answer->chunks) {
        if (!open)
            break;
        const std::string event = "data: " + to_text(chunk) + "\n\n";
        open = co_await exchange.write(event);
    }
    if (open && call.client_wants_usage) {
        Json last = answer->chunks.empty() ? Json::object() : answer->chunks.back();
        last["choices"] = Json::array();
        last["usage"] = answer->body["usage"];
        const std::string event = "data: " + to_text(last) + "\n\n";
        open = co_await exchange.write(event);
    }
    if (open)
        open = co_await exchange.write("data: [DONE]\n\n");
    if (open)
        open = co_await exchange.end_stream();
    co_return Result<void>();
}

std::chrono::milliseconds ModelService::State::elapsed(const ModelCall& call) const
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady_now() - call.started_steady);
}

void ModelService::State::settle_failure(ModelCall& call, const Error& error)
{
    Outcome outcome;
    outcome.error_status = error.status;
    outcome.error_class = error.type;
    outcome.error_message = error.message;
    if (call.is_in_doubt) {
        count_usage(call, call.lost_texts, outcome);
        outcome.units = sent_units(call);
    }
    call.open.settle(outcome);
}

} // namespace litellm::inference
