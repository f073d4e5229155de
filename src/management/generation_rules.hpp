#pragma once
// litellm_settings.key_generation_settings: who may make keys, and what he has to send.

#include "litellm/management/context.hpp"
#include "litellm/management/new_key.hpp"
#include "litellm/store/teams.hpp"

#include <optional>
#include <string>

namespace litellm::management {

/// invalid_input (400) with LiteLLM's texts, or `team_member_permission_error`. `team` is the one that the
/// request names, if it exists; `route` is the permission that a plain member needs.
[[nodiscard]] Result<void> may_generate(
    const Caller& by,
    const NewKey& wanted,
    const std::optional<store::Team>& team,
    const Json& settings,
    const std::string& route
);

} // namespace litellm::management
