#include "deployment_state.hpp"

#include <algorithm>

namespace litellm::inference {

namespace {

constexpr std::uint64_t count_mask = (std::uint64_t{1} << 22) - 1;
constexpr std::uint64_t minute_mask = (std::uint64_t{1} << 20) - 1;

std::int64_t minute_of(SteadyTime time)
{
    return std::chrono::duration_cast<std::chrono::minutes>(time.time_since_epoch()).count();
}

} // namespace

std::chrono::milliseconds DeploymentState::cooling_left(SteadyTime now) const
{
    const SteadyTime end{SteadyTime::duration(cooled_until_.load(std::memory_order_relaxed))};
    return end <= now ? std::chrono::milliseconds(0)
                      : std::chrono::ceil<std::chrono::milliseconds>(end - now);
}

void DeploymentState::cool(SteadyTime now, std::chrono::milliseconds time)
{
    const std::int64_t end = ticks(now + time);
    std::int64_t known = cooled_until_.load(std::memory_order_relaxed);
    while (known < end && !cooled_until_.compare_exchange_weak(known, end, std::memory_order_relaxed)) {
    }
}

DeploymentState::Minute DeploymentState::count(SteadyTime now, std::uint64_t what)
{
    const std::uint64_t minute = (static_cast<std::uint64_t>(minute_of(now)) & minute_mask) << 44;
    std::uint64_t known = minute_.load(std::memory_order_relaxed);
    std::uint64_t next = 0;
    do {
        next = (known & (minute_mask << 44)) == minute ? known : minute;
        const std::uint64_t counted = what == one_success ? next & count_mask : (next >> 22) & count_mask;
        if (counted < count_mask)
            next += what;
    } while (!minute_.compare_exchange_weak(known, next, std::memory_order_relaxed));
    return {
        static_cast<std::int64_t>(next & count_mask), static_cast<std::int64_t>((next >> 22) & count_mask)};
}

std::int64_t DeploymentState::count_allowed_failure(SteadyTime now, std::chrono::milliseconds memory)
{
    const std::lock_guard lock(mutex_);
    if (now >= allowed_failures_end_)
        allowed_failures_ = 0;
    allowed_failures_end_ = now + memory;
    return ++allowed_failures_;
}

void DeploymentState::roll(SteadyTime now) const
{
    if (const auto minute = minute_of(now); minute != use_minute_) {
        use_minute_ = minute;
        use_ = {};
    }
}

DeploymentState::Use DeploymentState::use(SteadyTime now) const
{
    const std::lock_guard lock(mutex_);
    roll(now);
    return use_;
}

bool DeploymentState::take_request(SteadyTime now, std::optional<std::int64_t> rpm)
{
    const std::lock_guard lock(mutex_);
    roll(now);
    if (rpm && use_.requests >= *rpm)
        return false;
    ++use_.requests;
    return true;
}

void DeploymentState::add_use(SteadyTime now, std::int64_t requests, std::int64_t tokens)
{
    const std::lock_guard lock(mutex_);
    roll(now);
    use_.requests += requests;
    use_.tokens += tokens;
}

void DeploymentState::add_latency(SteadyTime now, double seconds, std::size_t size)
{
    const std::lock_guard lock(mutex_);
    size = std::max<std::size_t>(size, 1);
    if (latencies_.size() < size) {
        latencies_.push_back({now, seconds});
        return;
    }
    next_latency_ %= latencies_.size();
    latencies_[next_latency_++] = {now, seconds};
}

std::optional<double> DeploymentState::latency(SteadyTime now, std::chrono::milliseconds lifetime) const
{
    const std::lock_guard lock(mutex_);
    double sum = 0;
    int count = 0;
    for (const Sample& sample : latencies_) {
        if (now - sample.at > lifetime)
            continue;
        sum += sample.seconds;
        ++count;
    }
    if (count == 0)
        return std::nullopt;
    return sum / count;
}

} // namespace litellm::inference
