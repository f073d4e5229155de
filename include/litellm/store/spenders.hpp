#pragma once
// Who has spent lately: read from the tables of days, which every batch of the ledger writes.

#include "litellm/db/database.hpp"

#include <string>
#include <vector>

namespace litellm::store {

struct Spenders {
    std::vector<std::string> key_tokens;
    std::vector<std::string> team_ids;
    std::vector<std::string> organization_ids;
};

/// Those whose figures were written at `since` or later, for calls of the two days before it and after.
[[nodiscard]] Result<Spenders> list_spenders(db::Transaction& transaction, Timestamp since);

} // namespace litellm::store
