#pragma once
// What a batch of finished calls adds to the tables.

#include "litellm/spend/accounts.hpp"
#include "litellm/spend/ledger.hpp"
#include "litellm/store/spend_logs.hpp"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace litellm::spend {

/// What each scope pays for a set of calls.
class AmountSums {
public:
    void add(const store::SpendLog& log);
    [[nodiscard]] std::vector<Amount> take();

private:
    std::map<std::pair<ScopeKind, std::string>, Money> sums_;
};

/// Sums by row, for the spend columns and the daily tables.
class Totals {
public:
    void add(const Entry& entry);
    /// In sorted order.
    [[nodiscard]] store::SpendIncrements increments() const;
    [[nodiscard]] std::vector<store::DailySpend> take_daily();

private:
    using Sums = std::map<std::string, Money, std::less<>>;
    void add_daily(store::DailySpend::Entity entity, std::string_view id, const Entry& entry);

    Sums keys_, users_, teams_, organizations_, end_users_, tags_;
    std::map<std::pair<std::string, std::string>, Money> members_;
    std::unordered_map<std::string, store::DailySpend> daily_;
    std::string daily_key_; ///< kept for its memory
};

} // namespace litellm::spend
