// The attempts of one model call: which deployment, how often, and which other model when none of them
// answers.

#include "asking.hpp"
#include "deployment_state.hpp"
#include "litellm/core/log.hpp"
#include "service_state.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace litellm::inference {

namespace {

constexpr int most_retries = 10;
constexpr double timeout_latency_seconds = 1000;

/// Counts an attempt as under way for as long as it lives.
class InFlight {
public:
    explicit InFlight(DeploymentState& state) : state_(state)
    {
        state_.in_flight.fetch_add(1, std::memory_order_relaxed);
    }
    ~InFlight() { state_.in_flight.fetch_sub(1, std::memory_order_relaxed); }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;

private:
    DeploymentState& state_;
};

/// `told`: by whoever counts for all processes; it knows how long to wait.
Error over_its_limit(const Error& told)
{
    Error error{
        ErrorKind::rate_limited,
        "litellm.RateLimitError: Deployment over defined rpm limit",
        {},
        "throttling_error",
        429};
    for (const auto& [name, value] : told.headers) {
        if (name == "retry-after")
            error.headers.emplace_back(name, value);
    }
    if (error.headers.empty())
        error.headers.emplace_back("retry-after", "60");
    return error;
}

/// A form that was passed on while it came may be gone.
bool can_be_sent_again(const ModelCall& call)
{
    return !call.upload || call.upload->can_begin_again();
}

/// mock_testing_*: what a provider might have answered.
Error staged_error(const std::string& name)
{
    if (name == "RateLimitError")
        return Error{
            ErrorKind::rate_limited,
            "litellm.RateLimitError: This is a mock exception for testing",
            {},
            "throttling_error",
            429};
    if (name == "ContextWindowExceededError")
        return Error{
            ErrorKind::invalid_input,
            "litellm.ContextWindowExceededError: litellm.BadRequestError: This is a mock exception for "
            "testing",
            {},
            {},
            400};
    if (name == "ContentPolicyViolationError")
        return Error{
            ErrorKind::invalid_input,
            "litellm.BadRequestError: litellm.ContentPolicyViolationError: This is a mock exception for "
            "testing",
            {},
            {},
            400};
    return Error{
        ErrorKind::upstream_failed,
        "litellm.InternalServerError: This is a mock exception for testing",
        {},
        {},
        500};
}

} // namespace

std::optional<int> ModelService::State::asked_retries(const ModelCall& call) const
{
    if (call.retries_override)
        return call.retries_override;
    if (call.deployment) {
        const auto own = call.deployment->params.find("num_retries");
        if (own != call.deployment->params.end() && own->is_number_integer())
            return std::clamp(own->get<int>(), 0, most_retries);
    }
    return std::nullopt;
}

Task<void> ModelService::State::pause(const ModelCall& call, std::chrono::milliseconds time)
{
    if (time > std::chrono::milliseconds(0)) {
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, time);
        call.context.exchange.on_client_gone([&timer] { timer.cancel(); });
        co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        call.context.exchange.on_client_gone(nullptr);
    }
    if (call.context.exchange.is_client_gone())
        co_return client_gone();
    co_return Result<void>();
}

void ModelService::State::direct(ModelCall& call, DeploymentPtr deployment)
{
    call.deployment = std::move(deployment);
    call.own_endpoint.reset();
    if (!call.found.model.empty())
        call.make_own_endpoint().model = call.found.model;
    {
        const std::lock_guard lock(mutex);
        // What was learnt of the deployment's own server says nothing about a client's.
        if (const auto other =
                call.credentials ? fallback_adapters.end() : fallback_adapters.find(call.deployment->id);
            other != fallback_adapters.end())
            call.make_own_endpoint().adapter = other->second;
    }
}

void ModelService::State::aim(ModelCall& call, DeploymentPtr deployment)
{
    direct(call, std::move(deployment));
    const Deployment& target = *call.deployment;
    if (!target.price)
        warn_unknown_price(target);
    call.open.set_target(
        call.endpoint().model,
        target.id,
        call.endpoint().provider,
        target.public_api_base,
        target.price ? &*target.price : nullptr
    );
}

Task<void> ModelService::State::counted_attempt(ModelCall& call)
{
    if (!call.staged_error.empty())
        co_return staged_error(std::exchange(call.staged_error, {}));
    const DeploymentPtr deployment = call.deployment;
    const int limit = deployment->max_parallel_requests > 0 ? deployment->max_parallel_requests
                                                            : policy.max_parallel_requests;
    ParallelGate::Slot slot;
    if (limit > 0) {
        const auto longest = call.timeout_override.value_or(deployment->timeout);
        auto entered = co_await deployment->state->gate.enter(limit, call.context.exchange, longest);
        if (!entered)
            co_return entered.error();
        slot = std::move(*entered);
    }
    const auto began = clock.steady_now();
    std::optional<spend::RateTicket> shared;
    if (policy.counts_use()) {
        const bool is_strict = policy.enforces_rates || policy.strategy == Strategy::usage_v2;
        if (is_strict) {
            auto taken = co_await take_deployment_rates(call);
            if (!taken)
                co_return over_its_limit(taken.error());
            shared = std::move(*taken);
        }
        const auto most = is_strict && !shared ? deployment->rpm : std::nullopt;
        if (!deployment->state->take_request(began, most))
            co_return over_its_limit(Error());
    }
    const InFlight counted(*deployment->state);
    auto done = co_await attempt(call);
    if (shared)
        tell_deployment_rates(call, *shared, done ? call.open.entry().log.total_tokens : 0);
    if (!policy.counts_use())
        co_return done;
    const auto ended = clock.steady_now();
    const store::SpendLog& log = call.open.entry().log;
    if (done)
        deployment->state->add_use(ended, 0, log.total_tokens);
    if (policy.strategy == Strategy::latency) {
        double seconds = std::chrono::duration<double>(ended - began).count();
        if (!done && done.error().kind == ErrorKind::timed_out)
            seconds = timeout_latency_seconds;
        else if (call.stream && log.completion_start_time)
            seconds = std::chrono::duration<double>(*log.completion_start_time - call.started).count();
        else if (log.completion_tokens > 0)
            seconds /= static_cast<double>(log.completion_tokens);
        if (done || done.error().kind == ErrorKind::timed_out)
            deployment->state->add_latency(ended, std::max(0.0, seconds), policy.latency_samples);
    }
    co_return done;
}

Task<void> ModelService::State::try_group(ModelCall& call)
{
    const Group& group = *call.found.group;
    std::vector<const Deployment*> tried;
    std::optional<Error> first_error;
    std::size_t over_budget = 0; ///< deployments in a row that have used their budgets up
    call.retries = 0;
    Choice choice;
    choice.tags = call.tags;
    choice.prompt_tokens = estimated_prompt_tokens(call);
    choice.model = call.requested_model;
    choice.has_messages = call.operation() == providers::Operation::chat_completions;
    for (;;) {
        choice.tried = tried;
        auto picked = picker.pick(group, choice);
        if (!picked)
            co_return first_error ? *first_error : picked.error();
        tried.push_back(picked->get());
        if (call.credentials) {
            auto own = with_client_credentials(**picked, *call.credentials, config.environment);
            if (!own)
                co_return own.error();
            *picked = std::move(*own);
        }
        aim(call, std::move(*picked));
        auto charged = charge_target(call);
        if (!charged && call.open.needs_leases()) {
            const std::function<Result<void>()> again = [&] { return charge_target(call); };
            charged = co_await retry_with_leases(call, charged.error(), again);
        }
        if (!charged) {
            if (++over_budget < group.deployments.size())
                continue;
            co_return charged.error();
        }
        over_budget = 0;
        call.is_in_doubt = false;
        call.lost_texts.clear();
        const bool is_counted = policy.counts_use() || policy.strategy == Strategy::least_busy ||
            policy.max_parallel_requests > 0 || call.deployment->max_parallel_requests > 0 ||
            !call.staged_error.empty();
        const int interruptions = call.interruptions;
        Result<void> done;
        if (is_counted)
            done = co_await counted_attempt(call);
        else
            done = co_await attempt(call);
        if (done) {
            rules.note_success(*call.deployment);
            co_return done;
        }
        const Error& error = done.error();
        if (!call.open.is_open() || error.kind == ErrorKind::client_closed || !can_be_sent_again(call))
            co_return error;
        rules.note_failure(*call.deployment, error, group.deployments.size());
        if (!first_error)
            first_error = error;
        // Its beginning is with the client: only another model may go on.
        if (call.interruptions > interruptions)
            co_return error;
        log::debug(
            "inference", "attempt {} on {} failed: {}", call.retries + 1, call.deployment->id, error.message
        );
        GroupHealth health;
        health.deployments = group.deployments.size();
        health.has_healthy = picker.has_healthy(group);
        health.has_fresh = picker.has_fresh(group, tried);
        health.has_fallbacks = !fallbacks_after(policy, call.fallbacks.get(), group.name, error).empty();
        if (call.retries >= rules.retries(error, group.name, asked_retries(call), health))
            co_return *first_error;
        const auto paused = co_await pause(call, rules.pause(error, call.retries, health, random));
        if (!paused)
            co_return paused.error();
        ++call.retries;
    }
}

Result<void> ModelService::State::redirect(ModelCall& call, const Fallback& fallback)
{
    const auth::Principal& principal = *call.context.principal;
    const std::string model = auth::apply_aliases(principal, call.models->resolve_alias(fallback.model));
    const auto found = call.models->find(model);
    if (!found || found->group->is_hidden_from(principal))
        return invalid_input(fmt::format("there is no model {}", fallback.model));
    if (policy.checks_fallback_access) {
        const auto catalog = models_of(principal).catalog;
        if (const auto allowed = auth::may_use_model(principal, fallback.model, *catalog); !allowed)
            return allowed.error();
    }
    // A fallback that cannot be paid leaves the request as it was.
    const Found before = std::exchange(call.found, *found);
    std::optional<std::pair<std::string, Scan>> request_before;
    Json overrides = fallback.overrides.is_object() ? fallback.overrides : Json::object();
    if (call.interruption && !call.context.api)
        overrides["messages"] = continued(call.interruption->messages, *call.interruption);
    if (!overrides.empty()) {
        std::vector<Splice> splices;
        std::vector<std::pair<std::string_view, std::string>> added;
        for (const auto& [name, value] : overrides.items()) {
            if (const Member* member = call.scan.find(name))
                splices.push_back({member->name, to_text(value), {}});
            else
                added.emplace_back(name, to_text(value));
        }
        std::string body = rebuild(call.scan, splices, added);
        constexpr std::size_t padding = 64;
        body.reserve(body.size() + padding);
        auto scan = scan_object(body);
        if (!scan) {
            call.found = before;
            return scan.error();
        }
        // The views of a scan follow the buffer, which moves with its string.
        request_before.emplace(
            std::exchange(call.own_body, std::move(body)), std::exchange(call.scan, std::move(*scan))
        );
    }
    std::vector<spend::Payer> payers = principal.payers;
    payers.insert(payers.end(), call.other_payers.begin(), call.other_payers.end());
    if (const auto paid = call.open.redirect(payers, found->group->name, demand_of(call)); !paid) {
        call.found = before;
        if (request_before)
            std::tie(call.own_body, call.scan) = std::move(*request_before);
        return paid.error();
    }
    call.model = model;
    return {};
}

Task<void> ModelService::State::fall_back(ModelCall& call, Error error)
{
    if (!can_be_sent_again(call))
        co_return error;
    const std::string group = call.found.group->name;
    const auto fallbacks = fallbacks_after(policy, call.fallbacks.get(), group, error);
    std::vector<std::string_view> names;
    for (const Fallback& fallback : fallbacks)
        names.push_back(fallback.model);
    std::string trouble;
    for (const Fallback& fallback : fallbacks) {
        if (call.fallen_back >= policy.max_fallbacks)
            break;
        if (fallback.model == group)
            continue;
        auto redirected = redirect(call, fallback);
        if (!redirected && call.open.needs_leases()) {
            const std::function<Result<void>()> again = [&] { return redirect(call, fallback); };
            redirected = co_await retry_with_leases(call, redirected.error(), again);
        }
        if (!redirected) {
            trouble = redirected.error().message;
            log::debug("inference", "no fallback from {} to {}: {}", group, fallback.model, trouble);
            continue;
        }
        ++call.fallen_back;
        log::info(
            "inference", "call {} falls back from {} to {}", call.context.call_id, group, fallback.model
        );
        auto done = co_await try_group(call);
        if (!done && call.open.is_open() && done.error().kind != ErrorKind::client_closed)
            done = co_await fall_back(call, done.error());
        if (done || !call.open.is_open() || done.error().kind == ErrorKind::client_closed)
            co_return done;
        trouble = done.error().message;
    }
    if (error.message.starts_with("litellm.") &&
        error.message.find(". Received Model Group=") == std::string::npos) {
        const std::string list = names.empty() ? std::string("None") : fmt::format("{}", names);
        error.message +=
            fmt::format(". Received Model Group={}\nAvailable Model Group Fallbacks={}", group, list);
    }
    if (!trouble.empty())
        error.message += "\nError doing the fallback: " + trouble;
    co_return error;
}

bool ModelService::State::was_filtered(const ModelCall& call, std::string_view body) const
{
    if (!policy.content_policy_fallbacks && policy.default_fallbacks.empty() && call.fallbacks == nullptr)
        return false;
    return has_content_policy_fallbacks(policy, call.fallbacks.get(), call.found.group->name) &&
        (body.find(R"("finish_reason":"content_filter")") != std::string_view::npos ||
         body.find(R"("finish_reason": "content_filter")") != std::string_view::npos);
}

} // namespace litellm::inference
