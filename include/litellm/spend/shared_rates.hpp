#pragma once
// Rate limits that several processes share through Redis: requests and tokens a minute, and calls under way.

#include "litellm/core/task.hpp"
#include "litellm/core/time.hpp"
#include "litellm/redis/connection.hpp"
#include "litellm/spend/accounts.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace litellm::spend {

/// What a call took of the limits of its scopes.
struct RateTicket {
    std::string call_id;
    struct Share {
        RatedScope scope;
        std::int64_t window_start = 0; ///< milliseconds by Redis' clock
        std::int64_t tokens = 0;
    };
    std::vector<Share> shares;
    /// What is left of each limit, for headers.
    std::vector<LimitState> left;
};

/// Each decision is one script: every limit of every scope is checked first, and taken from only when all of
/// them hold. Windows are fixed, begin with their first request, and go by Redis' clock, so that processes
/// whose clocks differ agree.
class SharedRates {
public:
    explicit SharedRates(
        const Clock& clock,
        std::string prefix = "litellm_cpp",
        std::chrono::seconds window = std::chrono::seconds(60)
    );

    /// rate_limited, with what headers tell, changes nothing; unavailable when Redis does not answer in time.
    [[nodiscard]] Task<RateTicket>
    take(redis::Connection& redis, std::vector<RatedScope> scopes, Demand demand, std::string call_id) const;
    /// The call is over: what it took of a window that still runs becomes what it used, and it is not under
    /// way any more.
    [[nodiscard]] Task<void> settle(redis::Connection& redis, RateTicket ticket, std::int64_t tokens) const;
    /// As if the call had never asked.
    [[nodiscard]] Task<void> cancel(redis::Connection& redis, RateTicket ticket) const;

private:
    [[nodiscard]] Task<void>
    finish(redis::Connection& redis, RateTicket ticket, std::int64_t tokens, bool gives_request_back) const;
    [[nodiscard]] std::vector<std::string> keys_of(const RatedScope& scope) const;

    const Clock& clock_;
    const std::string prefix_;
    const std::chrono::seconds window_;
    /// Redis' clock minus ours, in milliseconds; 0 before the first answer.
    mutable std::atomic<std::int64_t> redis_ahead_ = 0;
};

} // namespace litellm::spend
