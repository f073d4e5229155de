#pragma once
// "LiteLLM_ObjectPermissionTable": which tools, agents and vector stores a key, user or team may use.

#include "litellm/core/json.hpp"
#include "litellm/db/database.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace litellm::store {

/// The members of a row as a request would write them, without its id.
[[nodiscard]] Result<std::optional<Json>>
find_object_permission(db::Transaction& transaction, const std::string& id);

} // namespace litellm::store
