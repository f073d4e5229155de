#pragma once
// What a batch of finished calls adds to the tables.

#include "litellm/spend/accounts.hpp"
#include "litellm/spend/ledger.hpp"
#include "litellm/store/budget_periods.hpp"
#include "litellm/store/spend_logs.hpp"

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace litellm::spend {

/// What each scope pays for a set of calls.
class AmountSums {
public:
    void add(const Entry& entry);
    [[nodiscard]] std::vector<Amount> take();

private:
    std::map<std::tuple<ScopeKind, std::string, Timestamp>, Money> sums_;
};

/// Sums by row, for the spend columns and the daily tables.
class Totals {
public:
    void add(const Entry& entry);
    /// In sorted order.
    [[nodiscard]] store::SpendIncrements increments() const;
    [[nodiscard]] std::vector<store::DailySpend> take_daily();
    [[nodiscard]] std::vector<store::PeriodSpend> take_periods();

private:
    using Sums = std::map<std::string, Money, std::less<>>;
    void add_daily(store::DailySpend::Entity entity, std::string_view id, const Entry& entry);

    Sums keys_, users_, teams_, organizations_, end_users_, tags_;
    std::map<std::pair<std::string, std::string>, Money> members_;
    std::map<std::tuple<ScopeKind, std::string, Timestamp>, Money> periods_;
    std::unordered_map<std::string, store::DailySpend> daily_;
    std::string daily_key_; ///< kept for its memory
};

} // namespace litellm::spend
