#pragma once
// Which calls may be answered from memory, and what of them makes the question.

#include "litellm/config/config.hpp"
#include "litellm/core/error.hpp"
#include "response_cache.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace litellm::inference {

struct ModelCall;

struct CachePolicy {
    bool only_when_asked = false; ///< mode: default_off
    std::string name_space;
    std::optional<std::chrono::seconds> lifetime;
    std::set<std::string, std::less<>> call_types; ///< empty: all
};

/// Nothing when litellm_settings.cache is off.
[[nodiscard]] std::optional<CachePolicy> make_cache_policy(const config::Config& config);

/// What one call does with the cache.
struct CacheUse {
    std::string key;
    bool reads = true;
    bool stores = true;
    std::optional<std::chrono::seconds> lifetime;
    std::optional<std::chrono::seconds> oldest;
    std::string recorded; ///< of a stream, while it passes
};

/// Null when the call has nothing to do with it; forbidden for controls that its key may not set.
[[nodiscard]] Result<std::unique_ptr<CacheUse>>
cache_use_of(const ModelCall& call, const CachePolicy& policy);

} // namespace litellm::inference
