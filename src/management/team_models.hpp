#pragma once
// Models that belong to one team.

#include "litellm/management/context.hpp"
#include "litellm/store/proxy_models.hpp"

#include <string>

namespace litellm::management {

/// Renames the model to `model_name_<team>_<uuid>`, which nobody else's name meets, and lets the team's alias
/// lead from the old name to it. not_found for an unknown team, conflict when the team has such an alias.
[[nodiscard]] Result<void> give_model_to_team(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::string& team_id,
    store::ProxyModel& model
);

/// Takes the alias, and the name in the team's list of models, away again.
[[nodiscard]] Result<void> take_model_from_team(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::string& team_id,
    const store::ProxyModel& model
);

} // namespace litellm::management
