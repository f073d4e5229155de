// What several processes share through Redis: limits of requests, tokens and calls, and answers.

#include "litellm/core/log.hpp"
#include "service_state.hpp"

#include <boost/asio/co_spawn.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::inference {

namespace {

std::string cache_name(const std::string& key)
{
    return "litellm_cpp:answer:" + key;
}

Json to_json(const providers::Usage& usage)
{
    return Json{
        {"prompt", usage.prompt},
        {"completion", usage.completion},
        {"total", usage.total},
        {"cached_read", usage.cached_read},
        {"cached_write", usage.cached_write},
        {"reasoning", usage.reasoning}};
}

providers::Usage usage_from(const Json& json)
{
    const auto count = [&](const char* name) { return json.value(name, std::int64_t{0}); };
    providers::Usage usage;
    usage.prompt = count("prompt");
    usage.completion = count("completion");
    usage.total = count("total");
    usage.cached_read = count("cached_read");
    usage.cached_write = count("cached_write");
    usage.reasoning = count("reasoning");
    return usage;
}

/// A line of JSON about the answer, then its bytes.
std::string packed(const CachedAnswer& answer)
{
    const auto stored =
        std::chrono::duration_cast<std::chrono::microseconds>(answer.stored.time_since_epoch()).count();
    return to_text(Json{{"usage", to_json(answer.usage)}, {"model_id", answer.model_id}, {"stored", stored}}
           ) +
        "\n" + answer.bytes;
}

std::shared_ptr<const CachedAnswer> unpacked(const std::string& text)
{
    const auto end = text.find('\n');
    const auto head = end == std::string::npos ? Result<Json>(invalid_input("no head"))
                                               : parse_json(std::string_view(text).substr(0, end));
    if (!head || !head->is_object() || !head->value("usage", Json()).is_object())
        return nullptr;
    auto answer = std::make_shared<CachedAnswer>();
    answer->usage = usage_from(head->at("usage"));
    answer->model_id = head->value("model_id", "");
    answer->stored = Timestamp(std::chrono::microseconds(head->value("stored", std::int64_t{0})));
    answer->bytes = text.substr(end + 1);
    return answer;
}

/// What is left once the call is over and has used `tokens`.
void true_up(std::vector<spend::LimitState>& left, const spend::RateTicket& ticket, std::int64_t tokens)
{
    auto state = left.begin();
    for (const auto& share : ticket.shares) {
        const spend::Limits& limits = share.scope.limits;
        state += limits.rpm ? 1 : 0;
        if (limits.tpm) {
            state->remaining =
                std::clamp<std::int64_t>(state->remaining + share.tokens - tokens, 0, state->limit);
            ++state;
        }
        if (limits.max_parallel_requests) {
            state->remaining = std::min(state->limit, state->remaining + 1);
            ++state;
        }
    }
}

} // namespace

std::shared_ptr<redis::Connection> ModelService::State::redis_of(const ModelCall& call) const
{
    const auto index = static_cast<std::size_t>(call.context.exchange.worker().index);
    return index < redis.size() ? redis[index] : nullptr;
}

Task<void> ModelService::State::take_shared_rates(ModelCall& call, spend::Demand demand)
{
    const auto connection = redis_of(call);
    if (shared_rates == nullptr || !connection)
        co_return Result<void>();
    std::vector<spend::Payer> payers = call.context.principal->payers;
    payers.insert(payers.end(), call.other_payers.begin(), call.other_payers.end());
    auto scopes = accounts.rated_scopes(payers);
    if (scopes.empty())
        co_return Result<void>();
    auto taken = co_await shared_rates->take(*connection, std::move(scopes), demand, call.context.call_id);
    if (!taken && taken.error().kind == ErrorKind::unavailable)
        co_return Result<void>();
    if (!taken)
        co_return taken.error();
    call.shared_limits = taken->left;
    const auto executor = call.context.exchange.worker().executor;
    call.open.take_over_rates([&call, rates = shared_rates, connection, executor, ticket = std::move(*taken)](
                                  std::optional<std::int64_t> used
                              ) {
        if (used)
            true_up(call.shared_limits, ticket, *used);
        const auto done = [connection](std::exception_ptr, const Result<void>& finished) {
            if (!finished)
                log::debug(
                    "redis", "what a call used of its limits cannot be told: {}", finished.error().message
                );
        };
        if (used)
            boost::asio::co_spawn(executor, rates->settle(*connection, ticket, *used), done);
        else
            boost::asio::co_spawn(executor, rates->cancel(*connection, ticket), done);
    });
    co_return Result<void>();
}

Task<std::optional<spend::RateTicket>> ModelService::State::take_deployment_rates(const ModelCall& call)
{
    const auto connection = redis_of(call);
    const Deployment& deployment = *call.deployment;
    std::optional<spend::RateTicket> ticket;
    if (shared_rates == nullptr || !connection || call.credentials || (!deployment.rpm && !deployment.tpm))
        co_return ticket;
    spend::RatedScope scope;
    scope.kind = spend::ScopeKind::deployment;
    scope.id = deployment.id;
    scope.limits.rpm = deployment.rpm;
    scope.limits.tpm = deployment.tpm;
    std::vector<spend::RatedScope> scopes;
    scopes.push_back(std::move(scope));
    spend::Demand demand;
    demand.tokens = estimated_prompt_tokens(call);
    demand.least_tokens = 1;
    // A retry is another call to its deployment.
    std::string name = fmt::format("{}-{}-{}", call.context.call_id, call.fallen_back, call.retries);
    auto taken = co_await shared_rates->take(*connection, std::move(scopes), demand, std::move(name));
    if (taken)
        ticket = std::move(*taken);
    else if (taken.error().kind != ErrorKind::unavailable)
        co_return taken.error();
    co_return ticket;
}

void ModelService::State::tell_deployment_rates(
    const ModelCall& call, const spend::RateTicket& ticket, std::int64_t used
) const
{
    const auto connection = redis_of(call);
    const auto done = [connection](std::exception_ptr, const Result<void>& finished) {
        if (!finished)
            log::debug("redis", "what a deployment was used cannot be told: {}", finished.error().message);
    };
    const auto& executor = call.context.exchange.worker().executor;
    boost::asio::co_spawn(executor, shared_rates->settle(*connection, ticket, used), done);
}

Task<std::shared_ptr<const CachedAnswer>> ModelService::State::find_shared_answer(const ModelCall& call)
{
    std::shared_ptr<const CachedAnswer> answer;
    const auto connection = redis_of(call);
    if (!connection)
        co_return answer;
    std::vector<std::string> command{"GET", cache_name(call.cache->key)};
    const auto reply = co_await connection->run(std::move(command));
    if (!reply || reply->kind != redis::Reply::Kind::text)
        co_return answer;
    answer = unpacked(reply->text);
    if (answer && call.cache->oldest && clock.now() - answer->stored > *call.cache->oldest)
        answer = nullptr;
    co_return answer;
}

void ModelService::State::keep_shared_answer(const ModelCall& call, const CachedAnswer& answer)
{
    const auto connection = redis_of(call);
    if (!connection)
        return;
    std::vector<std::string> command{"SET", cache_name(call.cache->key), packed(answer)};
    if (call.cache->lifetime) {
        command.emplace_back("EX");
        command.push_back(std::to_string(std::max<std::int64_t>(1, call.cache->lifetime->count())));
    }
    boost::asio::co_spawn(
        call.context.exchange.worker().executor,
        connection->run(std::move(command)),
        [connection](std::exception_ptr, const Result<redis::Reply>& kept) {
            if (!kept)
                log::debug("redis", "an answer cannot be kept: {}", kept.error().message);
        }
    );
}

} // namespace litellm::inference
