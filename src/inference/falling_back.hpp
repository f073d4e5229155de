#pragma once
// Which other models take a call over that its own group could not serve (the reference 4.5).

#include "litellm/core/error.hpp"
#include "routing_policy.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace litellm::inference {

/// What a request says about fallbacks. Only calls that say something have one.
struct RequestFallbacks {
    bool disabled = false;
    std::optional<std::vector<Fallback>> simple; ///< `["m1", "m2"]`: after any error
    std::optional<FallbackTable> table;          ///< `[{"group": ["m1"]}]`
    std::optional<FallbackTable> context_window;
    std::optional<FallbackTable> content_policy;
};

/// The models to try after `error` of `group`, in order; none when nobody is named. `asked` may be null.
[[nodiscard]] std::vector<Fallback> fallbacks_after(
    const RoutingPolicy& policy, const RequestFallbacks* asked, std::string_view group, const Error& error
);

/// Whether `group` has models for answers that were cut by a content filter.
[[nodiscard]] bool has_content_policy_fallbacks(
    const RoutingPolicy& policy, const RequestFallbacks* asked, std::string_view group
);

} // namespace litellm::inference
