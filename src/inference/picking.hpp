#pragma once
// Which deployment of a group gets the next call (the reference 4.3, 4.4, 4.9).

#include "litellm/core/random.hpp"
#include "litellm/core/time.hpp"
#include "litellm/inference/models.hpp"
#include "routing_policy.hpp"

#include <span>
#include <string>
#include <vector>

namespace litellm::inference {

/// What a choice depends on beside the group.
struct Choice {
    std::span<const Deployment* const>
        tried; ///< asked by this call already: taken again only when nobody else is left
    std::span<const std::string> tags;
    std::int64_t prompt_tokens = 0;
    std::string_view model; ///< as the client calls it, for messages
    bool has_messages = true;
};

class Picker {
public:
    Picker(const RoutingPolicy& policy, const Clock& clock, Random& random)
        : policy_(policy), clock_(clock), random_(random)
    {
    }

    /// rate_limited when all rest or are used up, invalid_input when the prompt fits nowhere, unauthorized
    /// when no tag fits.
    [[nodiscard]] Result<DeploymentPtr> pick(const Group& group, const Choice& choice) const;
    /// Whether a deployment that does not rest is left.
    [[nodiscard]] bool has_healthy(const Group& group) const;
    /// Whether one is left that `tried` does not name.
    [[nodiscard]] bool has_fresh(const Group& group, std::span<const Deployment* const> tried) const;

private:
    using Candidates = std::vector<const DeploymentPtr*>;
    [[nodiscard]] Result<void> narrow(const Choice& choice, Candidates& left) const;
    [[nodiscard]] Result<void> keep_fitting(const Choice& choice, Candidates& left) const;
    [[nodiscard]] Result<void> keep_tagged(const Choice& choice, Candidates& left) const;
    [[nodiscard]] Result<void> keep_unused(const Choice& choice, Candidates& left) const;
    [[nodiscard]] const DeploymentPtr& by_strategy(const Candidates& left) const;
    [[nodiscard]] const DeploymentPtr& by_weight(const Candidates& left) const;
    [[nodiscard]] const DeploymentPtr& by_latency(const Candidates& left) const;
    [[nodiscard]] Error all_rest(const Group& group, const Choice& choice) const;

    const RoutingPolicy& policy_;
    const Clock& clock_;
    Random& random_;
};

} // namespace litellm::inference
