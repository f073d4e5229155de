#pragma once
// Requests that go to a provider as they are, with the proxy's credentials instead of the caller's (the
// reference 1.5).

#include "litellm/config/config.hpp"
#include "litellm/core/money.hpp"
#include "litellm/providers/provider.hpp"

#include <string>
#include <vector>

namespace litellm::inference {

struct PassThrough {
    std::string path;              ///< `/anthropic`
    std::string target;            ///< without a trailing slash
    std::string provider;          ///< whose prices hold; empty for addresses of the operator's own
    providers::Headers headers;    ///< sent to the target; a later one replaces the client's
    std::string query_key;         ///< sent as `?key=`; empty mostly
    bool needs_key = true;         ///< false: everybody may call it
    bool forwards_headers = false; ///< all of the client's headers but its credentials
    bool includes_subpaths = false;
    bool merges_query = false; ///< the target's own query wins
    Money cost_per_request;
    std::string missing; ///< what has to be configured before it can be used; empty when nothing is
};

/// LiteLLM's own prefixes and those of general_settings.pass_through_endpoints. What cannot be read is told
/// in `problems`.
[[nodiscard]] std::vector<PassThrough>
pass_throughs(const config::Config& config, std::vector<std::string>& problems);

} // namespace litellm::inference
