#pragma once
// Guaranteed throughput: the keys of a team together may not promise more than the team has.

#include "litellm/store/keys.hpp"
#include "litellm/store/teams.hpp"

#include <vector>

namespace litellm::management {

/// invalid_input when `key` asks for `guaranteed_throughput` and the sum of its limits and those of `others`
/// (the team's keys) is above the team's, for all models together or for one of them.
[[nodiscard]] Result<void>
check_throughput(const store::Key& key, const store::Team& team, const std::vector<store::Key>& others);
[[nodiscard]] bool wants_guaranteed_throughput(const store::Key& key);

} // namespace litellm::management
