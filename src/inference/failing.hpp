#pragma once
// What a failed attempt means: whether it is worth another, after which pause, and whether the deployment
// rests (the reference 4.5, 4.6).

#include "litellm/core/random.hpp"
#include "litellm/inference/models.hpp"
#include "routing_policy.hpp"

#include <chrono>
#include <optional>

namespace litellm::inference {

/// What is true of a group at the moment of a failure.
struct GroupHealth {
    std::size_t deployments = 1;
    bool has_healthy = true; ///< one that does not rest
    bool has_fresh = false;  ///< one that this call has not asked yet
    bool has_fallbacks = false;
};

/// Answers between two calls and the failed one; the class is providers::error_class() of the error.
class FailureRules {
public:
    FailureRules(const RoutingPolicy& policy, const Clock& clock) : policy_(policy), clock_(clock) {}

    /// How many tries may follow the first one. `asked` is what request or row say, if they do.
    [[nodiscard]] int retries(
        const Error& error, const std::string& group, std::optional<int> asked, const GroupHealth& health
    ) const;
    /// How long to wait before retry number `index`, which counts from 0.
    [[nodiscard]] std::chrono::milliseconds
    pause(const Error& error, int index, const GroupHealth& health, Random& random) const;

    void note_success(const Deployment& deployment) const;
    /// Lets the deployment rest if it has failed too often.
    void note_failure(const Deployment& deployment, const Error& error, std::size_t group_size) const;

private:
    [[nodiscard]] bool may_retry(const Error& error, const GroupHealth& health) const;
    [[nodiscard]] bool rests(
        const Deployment& deployment,
        const Error& error,
        std::size_t group_size,
        std::chrono::milliseconds time
    ) const;

    const RoutingPolicy& policy_;
    const Clock& clock_;
};

/// `retry-after` of an error's headers, when it is a number of seconds.
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_after(const Error& error);

} // namespace litellm::inference
