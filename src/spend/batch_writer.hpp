#pragma once
// One batch of the journal's outcomes as rows, in one transaction.

#include "journal.hpp"

#include "litellm/core/time.hpp"
#include "litellm/db/database.hpp"
#include "litellm/spend/accounts.hpp"

#include <span>
#include <vector>

namespace litellm::spend {

struct BatchContext {
    const Journal& journal;
    const Clock& clock;
    Random& random;
    const Accounts& accounts;
    bool write_logs = true;
};

/// Writes ledger rows, spend columns, daily tables and, with them, the journal position that they cover; what
/// an earlier transaction covered already is left out. Returns what all of `outcomes` cost each scope. Reads
/// a few outcomes at a time, so that a batch of any size works in memory that stays in the processor's cache.
/// Runs on a database thread.
[[nodiscard]] Result<std::vector<Amount>> write_batch(
    db::Transaction& transaction, const BatchContext& context, std::span<const Journal::Outcome> outcomes
);

} // namespace litellm::spend
