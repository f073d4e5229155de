#pragma once
// Daily activity on the wire.

#include "litellm/core/json.hpp"
#include "litellm/management/daily_activity.hpp"

namespace litellm::api {

/// `{results: [{date, metrics, breakdown}], metadata}`
[[nodiscard]] Json to_json(const management::Activity& activity);

} // namespace litellm::api
