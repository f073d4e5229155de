#include "failing.hpp"

#include "deployment_state.hpp"
#include "litellm/core/log.hpp"
#include "litellm/providers/provider.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace litellm::inference {

namespace {

using std::chrono::milliseconds;

constexpr double first_delay_seconds = 0.5;
constexpr double longest_delay_seconds = 8;
constexpr double jitter_seconds = 0.75;
constexpr milliseconds longest_retry_after{60'000};
constexpr std::int64_t lone_deployment_failures = 1000;
constexpr std::int64_t least_requests_for_share = 5;

bool is_retriable(int status)
{
    return status == 408 || status == 409 || status == 429 || status >= 500;
}

/// LiteLLM tells a connection that never was from an answer by the name of the class.
bool is_connection_error(const Error& error)
{
    return providers::error_class(error) == "APIConnectionError";
}

bool may_cool(int status)
{
    const bool is_clients_fault = status >= 400 && status < 500;
    return !is_clients_fault || status == 401 || status == 404 || status == 408 || status == 429;
}

} // namespace

std::optional<milliseconds> retry_after(const Error& error)
{
    for (const auto& [name, value] : error.headers) {
        if (name != "retry-after")
            continue;
        double seconds = 0;
        const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), seconds);
        if (failed == std::errc() && end == value.data() + value.size() && seconds >= 0 && seconds < 1e6)
            return milliseconds(static_cast<std::int64_t>(seconds * 1000));
    }
    return std::nullopt;
}

bool FailureRules::may_retry(const Error& error, const GroupHealth& health) const
{
    const int status = error.status;
    if (status == 401 || status == 403)
        return health.deployments > 1 && health.has_healthy;
    if (status == 429 && !health.has_healthy && health.has_fallbacks)
        return false;
    return is_retriable(status);
}

int FailureRules::retries(
    const Error& error, const std::string& group, std::optional<int> asked, const GroupHealth& health
) const
{
    if (error.kind == ErrorKind::client_closed)
        return 0;
    const auto own = policy_.group_retry_policy.find(group);
    const ErrorCounts& counts = own != policy_.group_retry_policy.end() ? own->second : policy_.retry_policy;
    if (const auto wanted = counts.of(providers::error_class(error)))
        return *wanted;
    return may_retry(error, health) ? asked.value_or(policy_.retries) : 0;
}

milliseconds
FailureRules::pause(const Error& error, int index, const GroupHealth& health, Random& random) const
{
    if (health.has_fresh)
        return milliseconds(0);
    const milliseconds jitter(static_cast<std::int64_t>(jitter_seconds * 1000 * random.unit()));
    const auto told = retry_after(error);
    if (told && *told > milliseconds(0) && *told <= longest_retry_after)
        return *told + jitter;
    const double grown = first_delay_seconds * std::pow(2, std::min(index, 10));
    const milliseconds delay(static_cast<std::int64_t>(std::min(grown, longest_delay_seconds) * 1000));
    return std::max(delay, policy_.retry_after) + jitter;
}

void FailureRules::note_success(const Deployment& deployment) const
{
    // Shares of failures are looked at in groups that cool by them, and there everybody has to be counted.
    if (policy_.cools)
        (void)deployment.state->count_success(clock_.steady_now());
}

bool FailureRules::rests(
    const Deployment& deployment, const Error& error, std::size_t group_size, milliseconds time
) const
{
    const auto now = clock_.steady_now();
    const auto minute = deployment.state->count_failure(now);
    if (policy_.allowed_fails || !policy_.allowed_fails_policy.empty()) {
        const auto by_class = policy_.allowed_fails_policy.of(providers::error_class(error));
        constexpr int default_allowed_fails = 3;
        const int allowed = by_class.value_or(policy_.allowed_fails.value_or(default_allowed_fails));
        return deployment.state->count_allowed_failure(now, time) > allowed;
    }
    if (error.status == 401 || error.status == 404)
        return true;
    if (error.status == 429 && group_size > 1)
        return true;
    const std::int64_t requests = minute.successes + minute.failures;
    if (minute.successes == 0 && requests >= lone_deployment_failures)
        return true;
    return group_size > 1 && requests >= least_requests_for_share && minute.failures * 2 > requests;
}

void FailureRules::note_failure(const Deployment& deployment, const Error& error, std::size_t group_size)
    const
{
    // An error without a status was made here, before anybody was asked.
    if (!policy_.cools || deployment.is_wildcard || error.kind == ErrorKind::client_closed ||
        error.status == 0)
        return;
    if (!may_cool(error.status) || is_connection_error(error))
        return;
    const auto own = deployment.cooldown_seconds;
    const milliseconds time = own ? milliseconds(static_cast<std::int64_t>(*own * 1000))
                                  : retry_after(error).value_or(policy_.cooldown);
    if (time <= milliseconds(0) || !rests(deployment, error, group_size, time))
        return;
    deployment.state->cool(clock_.steady_now(), time);
    log::warning(
        "inference",
        "deployment {} of {} rests for {} ms after status {}",
        deployment.id,
        deployment.group,
        time.count(),
        error.status
    );
}

} // namespace litellm::inference
