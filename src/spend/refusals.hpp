#pragma once
// The words in which a call is refused for want of money or of a limit.

#include "litellm/core/error.hpp"
#include "litellm/spend/accounts.hpp"

#include <chrono>

namespace litellm::spend {

[[nodiscard]] Error budget_error(const Account& account, Money upper_bound);

struct RateRefusal {
    std::string_view type; ///< requests, tokens, max_parallel_requests
    std::int64_t limit = 0;
    std::int64_t used = 0;
    std::chrono::seconds window_left{0};
    /// Calls under way hold what is missing: it may be there again at once.
    bool is_held_by_calls = false;
};
[[nodiscard]] Error rate_error(const Account& account, const RateRefusal& refusal, Timestamp now);

} // namespace litellm::spend
