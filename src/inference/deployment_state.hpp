#pragma once
// What is known of one deployment from the calls it had. Shared by all event loops.

#include "litellm/core/time.hpp"
#include "parallel_gate.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace litellm::inference {

using SteadyTime = std::chrono::steady_clock::time_point;

class DeploymentState {
public:
    /// Cooldown: no call goes to the deployment before that time.
    [[nodiscard]] bool is_cooling(SteadyTime now) const
    {
        return cooled_until_.load(std::memory_order_relaxed) > ticks(now);
    }
    [[nodiscard]] std::chrono::milliseconds cooling_left(SteadyTime now) const;
    void cool(SteadyTime now, std::chrono::milliseconds time);

    /// Calls of the current minute.
    struct Minute {
        std::int64_t successes = 0;
        std::int64_t failures = 0;
    };
    Minute count_success(SteadyTime now) { return count(now, one_success); }
    Minute count_failure(SteadyTime now) { return count(now, one_failure); }

    /// Failures since the last pause of `memory` without one, this one included.
    std::int64_t count_allowed_failure(SteadyTime now, std::chrono::milliseconds memory);

    /// Requests and tokens of the current minute.
    struct Use {
        std::int64_t requests = 0;
        std::int64_t tokens = 0;
    };
    [[nodiscard]] Use use(SteadyTime now) const;
    /// Counts a request in advance unless that would pass `rpm`.
    [[nodiscard]] bool take_request(SteadyTime now, std::optional<std::int64_t> rpm);
    void add_use(SteadyTime now, std::int64_t requests, std::int64_t tokens);

    /// The latest `size` latencies no older than `lifetime`, in seconds for each token.
    void add_latency(SteadyTime now, double seconds, std::size_t size);
    [[nodiscard]] std::optional<double> latency(SteadyTime now, std::chrono::milliseconds lifetime) const;

    std::atomic<std::int64_t> in_flight{0};
    std::atomic<bool> is_unwell{
        false}; ///< the last health check failed: others are asked while there are any
    ParallelGate gate;

private:
    static constexpr std::uint64_t one_success = 1;
    static constexpr std::uint64_t one_failure = std::uint64_t{1} << 22;
    [[nodiscard]] static std::int64_t ticks(SteadyTime time) { return time.time_since_epoch().count(); }
    Minute count(SteadyTime now, std::uint64_t what);
    void roll(SteadyTime now) const;

    std::atomic<std::int64_t> cooled_until_{0};
    /// Minute, failures, successes: 20, 22 and 22 bits.
    std::atomic<std::uint64_t> minute_{0};

    mutable std::mutex mutex_;
    mutable std::int64_t use_minute_ = 0;
    mutable Use use_;
    std::int64_t allowed_failures_ = 0;
    SteadyTime allowed_failures_end_{};
    struct Sample {
        SteadyTime at;
        double seconds;
    };
    std::vector<Sample> latencies_; ///< a ring
    std::size_t next_latency_ = 0;
};

} // namespace litellm::inference
