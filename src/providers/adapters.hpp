#pragma once
// Which adapter serves an endpoint.

#include "litellm/providers/provider.hpp"
#include "rows.hpp"

namespace litellm::providers {

/// `endpoint` with its adapter. invalid_input when its params ask for a route that does not exist.
[[nodiscard]] Result<Endpoint> choose_adapter(Endpoint endpoint, const Row& row);

} // namespace litellm::providers
