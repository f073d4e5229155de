#pragma once
// What a batch of finished calls adds to the tables.

#include "litellm/spend/accounts.hpp"
#include "litellm/spend/ledger.hpp"
#include "litellm/store/spend_logs.hpp"

#include <string>
#include <vector>

namespace litellm::spend {

struct Batch {
    std::vector<store::SpendLog> logs;
    store::SpendIncrements increments;
    std::vector<store::DailySpend> daily;
};

/// Aggregates by row, in sorted order.
[[nodiscard]] Batch make_batch(const std::vector<Entry>& entries);

/// The scopes that pay for an entry.
[[nodiscard]] std::vector<Amount> amounts_of(const Entry& entry);




} // namespace litellm::spend
