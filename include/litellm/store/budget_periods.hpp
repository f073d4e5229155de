#pragma once
// Our own table of what was spent in a period, for budgets whose spend no column of LiteLLM's keeps.

#include "litellm/core/money.hpp"
#include "litellm/core/time.hpp"
#include "litellm/db/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace litellm::store {

struct PeriodSpend {
    std::string kind; ///< model_per_key, provider, proxy, tag
    std::string id;
    Timestamp period_end{};
    Money amount;
};

/// Adds to the rows, which are made where missing. In sorted order, so that several writers never deadlock.
[[nodiscard]] Result<void> add_period_spend(db::Transaction& transaction, std::vector<PeriodSpend> amounts);
/// Periods that are not over at `now`; of one kind, and of ids that begin with `id_prefix`.
[[nodiscard]] Result<std::vector<PeriodSpend>> list_period_spend(
    db::Transaction& transaction, const std::string& kind, const std::string& id_prefix, Timestamp now
);
/// Forgets periods that ended before `time`; how many.
[[nodiscard]] Result<std::int64_t> remove_past_periods(db::Transaction& transaction, Timestamp time);
/// What was spent under a key's old hash is the new one's.
[[nodiscard]] Result<void>
rename_key_periods(db::Transaction& transaction, const std::string& old_hash, const std::string& new_hash);

} // namespace litellm::store
