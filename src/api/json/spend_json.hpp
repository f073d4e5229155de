#pragma once
// The ledger on the wire.

#include "litellm/api/service.hpp"
#include "litellm/core/json.hpp"
#include "litellm/management/spend_report.hpp"

#include <vector>

namespace litellm::api {

[[nodiscard]] Result<management::SpendQuery> spend_query_from(const Call& call);

[[nodiscard]] Json to_json(const store::SpendLog& log);
[[nodiscard]] Json to_json(const std::vector<store::SpendLog>& logs);
/// `[{startTime, spend, "<key hash>": spend, users: {…}, models: {…}}]`
[[nodiscard]] Json to_json(const std::vector<management::SpendDay>& days);

} // namespace litellm::api
