#pragma once
// How a team is laid out in "LiteLLM_TeamTable" and in its archive.

#include "litellm/store/teams.hpp"
#include "record.hpp"

namespace litellm::store {

inline constexpr std::string_view team_table = "LiteLLM_TeamTable";
inline constexpr std::string_view team_archive = "LiteLLM_DeletedTeamTable";

/// The columns of Team that this table has.
[[nodiscard]] Columns<Team> team_columns(db::Transaction& transaction, std::string_view table = team_table);

} // namespace litellm::store
