#pragma once
// What router_settings and litellm_settings say about choosing, retrying and falling back, ready for use.
// router_settings win.

#include "litellm/config/config.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::inference {

enum class Strategy { shuffle, least_busy, latency, cost, usage, usage_v2 };

/// How often something may happen, by class of error; nothing where no rule exists.
struct ErrorCounts {
    std::map<std::string, int, std::less<>> by_class; ///< RateLimitError, …
    [[nodiscard]] bool empty() const { return by_class.empty(); }
    [[nodiscard]] std::optional<int> of(std::string_view error_class) const;
};

/// A model to go on with, and members of the body that change for it (an object, or null).
struct Fallback {
    std::string model;
    Json overrides;
};

/// By model group; `*` is any group.
using FallbackTable = std::map<std::string, std::vector<Fallback>, std::less<>>;

/// `["m1", {"model": "m2", "temperature": 0}]`; what is neither is left out.
[[nodiscard]] std::vector<Fallback> read_fallback_list(const Json& list);
/// `[{"group": [...]}, …]`
[[nodiscard]] FallbackTable read_fallback_table(const Json& list);

struct RoutingPolicy {
    Strategy strategy = Strategy::shuffle;
    std::chrono::milliseconds latency_lifetime{3'600'000};
    double latency_buffer = 0;
    std::size_t latency_samples = 10;

    int retries = 2;
    std::chrono::milliseconds retry_after{0}; ///< the shortest pause
    ErrorCounts retry_policy;
    std::map<std::string, ErrorCounts, std::less<>> group_retry_policy;

    FallbackTable fallbacks;
    std::vector<Fallback> default_fallbacks;
    std::optional<FallbackTable> context_window_fallbacks;
    std::optional<FallbackTable> content_policy_fallbacks;
    int max_fallbacks = 5;
    bool continues_streams =
        false; ///< enable_mid_stream_fallbacks: another model goes on where a stream broke
    bool checks_fallback_access = false; ///< general_settings.enforce_fallback_model_access

    bool cools = true;
    std::chrono::milliseconds cooldown{5'000};
    std::optional<int> allowed_fails;
    ErrorCounts allowed_fails_policy;

    bool heeds_health = false; ///< enable_health_check_routing: what background health checks find counts
    bool pre_call_checks = false;
    bool enforces_rates = false; ///< optional_pre_call_checks: enforce_model_rate_limits
    bool filters_tags = false;
    bool any_tag_matches = true;
    int max_parallel_requests = 0; ///< of rows that say nothing; 0: unlimited

    /// Requests and tokens of deployments are counted only where somebody asks for them.
    [[nodiscard]] bool counts_use() const
    {
        return enforces_rates || pre_call_checks ||
            (strategy != Strategy::shuffle && strategy != Strategy::least_busy);
    }
};

[[nodiscard]] RoutingPolicy make_routing_policy(const config::Config& config);

} // namespace litellm::inference
