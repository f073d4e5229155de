#include "picking.hpp"

#include "deployment_state.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

namespace litellm::inference {

namespace {

bool contains(std::span<const Deployment* const> tried, const Deployment* deployment)
{
    return std::find(tried.begin(), tried.end(), deployment) != tried.end();
}

bool has_tag(const Deployment& deployment, std::string_view tag)
{
    return std::find(deployment.tags.begin(), deployment.tags.end(), tag) != deployment.tags.end();
}

Error rate_limited(std::string message)
{
    Error error{ErrorKind::rate_limited, std::move(message), {}, "throttling_error", 429};
    error.headers.emplace_back("retry-after", "60");
    return error;
}

/// The ones with the smallest `measure`; ties stay together.
template <class Candidates, class Measure>
Candidates smallest(const Candidates& left, Measure measure)
{
    Candidates found;
    auto least = measure(**left.front());
    for (const auto* candidate : left) {
        const auto value = measure(**candidate);
        if (value < least) {
            least = value;
            found.clear();
        }
        if (value == least)
            found.push_back(candidate);
    }
    return found;
}

} // namespace

Result<DeploymentPtr> Picker::pick(const Group& group, const Choice& choice) const
{
    const auto now = clock_.steady_now();
    const bool is_plain =
        !group.is_ordered && !policy_.pre_call_checks && !policy_.filters_tags && !policy_.counts_use();
    if (group.deployments.size() == 1 && is_plain) {
        if (group.deployments.front()->state->is_cooling(now))
            return all_rest(group, choice);
        return group.deployments.front();
    }
    Candidates left;
    left.reserve(group.deployments.size());
    for (const auto& deployment : group.deployments) {
        if (!deployment->state->is_cooling(now))
            left.push_back(&deployment);
    }
    if (left.empty())
        return all_rest(group, choice);
    const auto is_unwell = [](const DeploymentPtr* each) { return (*each)->state->is_unwell.load(); };
    if (!std::ranges::all_of(left, is_unwell))
        std::erase_if(left, is_unwell);
    if (!is_plain) {
        if (const auto narrowed = narrow(choice, left); !narrowed)
            return narrowed.error();
    }
    if (!choice.tried.empty()) {
        Candidates fresh = left;
        std::erase_if(fresh, [&](const DeploymentPtr* deployment) {
            return contains(choice.tried, deployment->get());
        });
        if (!fresh.empty())
            left = std::move(fresh);
    }
    if (group.is_ordered)
        left = smallest(left, [](const Deployment& row) {
            return row.order.value_or(std::numeric_limits<int>::max());
        });
    return by_strategy(left);
}

Result<void> Picker::narrow(const Choice& choice, Candidates& left) const
{
    if (policy_.pre_call_checks) {
        if (const auto kept = keep_fitting(choice, left); !kept)
            return kept;
    }
    if (policy_.filters_tags) {
        if (const auto kept = keep_tagged(choice, left); !kept)
            return kept;
    }
    if (policy_.counts_use()) {
        if (const auto kept = keep_unused(choice, left); !kept)
            return kept;
    }
    return {};
}

Result<void> Picker::keep_fitting(const Choice& choice, Candidates& left) const
{
    if (!choice.has_messages)
        return {};
    std::erase_if(left, [&](const DeploymentPtr* deployment) {
        const auto& most = (*deployment)->max_input_tokens;
        return most && choice.prompt_tokens > *most;
    });
    if (!left.empty())
        return {};
    return Error{
        ErrorKind::invalid_input,
        "litellm.ContextWindowExceededError: litellm.BadRequestError: litellm._pre_call_checks: Context "
        "Window exceeded for given call. No models have "
        "context window large enough for this call.",
        {},
        {},
        400};
}

Result<void> Picker::keep_tagged(const Choice& choice, Candidates& left) const
{
    std::vector<std::string_view> tags;
    for (const auto& tag : choice.tags) {
        if (!tag.starts_with("User-Agent: "))
            tags.push_back(tag);
    }
    Candidates matching;
    for (const auto* deployment : left) {
        const auto has = [&](std::string_view tag) { return has_tag(**deployment, tag); };
        const bool fits = policy_.any_tag_matches ? std::any_of(tags.begin(), tags.end(), has)
                                                  : std::all_of(tags.begin(), tags.end(), has);
        if (!tags.empty() && fits)
            matching.push_back(deployment);
    }
    if (matching.empty()) {
        for (const auto* deployment : left) {
            if (has_tag(**deployment, "default"))
                matching.push_back(deployment);
        }
    }
    if (!matching.empty()) {
        left = std::move(matching);
        return {};
    }
    if (tags.empty())
        return {};
    return Error{
        ErrorKind::unauthorized,
        fmt::format(
            "Not allowed to access model due to tags configuration. Passed model={} and tags={}",
            choice.model,
            fmt::join(tags, ", ")
        ),
        {},
        "auth_error",
        401};
}

Result<void> Picker::keep_unused(const Choice& choice, Candidates& left) const
{
    const auto now = clock_.steady_now();
    std::erase_if(left, [&](const DeploymentPtr* deployment) {
        const Deployment& row = **deployment;
        if (!row.rpm && !row.tpm)
            return false;
        const auto use = row.state->use(now);
        return (row.rpm && use.requests + 1 > *row.rpm) ||
            (row.tpm && use.tokens + choice.prompt_tokens > *row.tpm);
    });
    if (!left.empty())
        return {};
    return rate_limited(fmt::format(
        "litellm.RateLimitError: No deployments available for selected model. Passed model={}. All are at "
        "their rpm or tpm.",
        choice.model
    ));
}

const DeploymentPtr& Picker::by_weight(const Candidates& left) const
{
    if (left.size() == 1)
        return *left.front();
    double total = 0;
    for (const auto* deployment : left)
        total += std::max(0.0, (*deployment)->weight);
    if (total <= 0)
        return *left[random_.below(left.size())];
    double at = random_.unit() * total;
    for (const auto* deployment : left) {
        at -= std::max(0.0, (*deployment)->weight);
        if (at < 0)
            return *deployment;
    }
    return *left.back();
}

const DeploymentPtr& Picker::by_latency(const Candidates& left) const
{
    const auto now = clock_.steady_now();
    const auto latency = [&](const Deployment& row) {
        return row.state->latency(now, policy_.latency_lifetime).value_or(0);
    };
    double lowest = std::numeric_limits<double>::max();
    for (const auto* deployment : left)
        lowest = std::min(lowest, latency(**deployment));
    Candidates fast;
    for (const auto* deployment : left) {
        if (latency(**deployment) <= lowest * (1 + policy_.latency_buffer))
            fast.push_back(deployment);
    }
    return fast.empty() ? *left.front() : *fast[random_.below(fast.size())];
}

const DeploymentPtr& Picker::by_strategy(const Candidates& left) const
{
    if (left.size() == 1)
        return *left.front();
    const auto now = clock_.steady_now();
    switch (policy_.strategy) {
    case Strategy::shuffle:
        return by_weight(left);
    case Strategy::least_busy:
        return *smallest(left, [](const Deployment& row) {
                    return row.state->in_flight.load(std::memory_order_relaxed);
                }).front();
    case Strategy::latency:
        return by_latency(left);
    case Strategy::cost:
        return *smallest(left, [](const Deployment& row) { return row.routing_cost; }).front();
    case Strategy::usage:
    case Strategy::usage_v2:
        break;
    }
    const Candidates idle = smallest(left, [&](const Deployment& row) { return row.state->use(now).tokens; });
    return *idle[random_.below(idle.size())];
}

bool Picker::has_healthy(const Group& group) const
{
    const auto now = clock_.steady_now();
    return std::any_of(group.deployments.begin(), group.deployments.end(), [&](const auto& row) {
        return !row->state->is_cooling(now);
    });
}

bool Picker::has_fresh(const Group& group, std::span<const Deployment* const> tried) const
{
    const auto now = clock_.steady_now();
    return std::any_of(group.deployments.begin(), group.deployments.end(), [&](const auto& row) {
        return !row->state->is_cooling(now) && !contains(tried, row.get());
    });
}

Error Picker::all_rest(const Group& group, const Choice& choice) const
{
    const auto now = clock_.steady_now();
    std::chrono::milliseconds least = std::chrono::milliseconds::max();
    std::vector<std::string_view> ids;
    for (const auto& deployment : group.deployments) {
        least = std::min(least, deployment->state->cooling_left(now));
        ids.push_back(deployment->id);
    }
    const auto seconds = std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(least).count());
    Error error{
        ErrorKind::rate_limited,
        fmt::format(
            "No deployments available for selected model, Try again in {} seconds. Passed model={}. "
            "pre-call-checks={}, cooldown_list=[{}]",
            seconds,
            choice.model,
            policy_.pre_call_checks,
            fmt::join(ids, ", ")
        ),
        {},
        "throttling_error",
        429};
    error.headers.emplace_back("retry-after", std::to_string(seconds));
    return error;
}

} // namespace litellm::inference
