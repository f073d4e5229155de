#pragma once
// Totals of what was spent, from the daily roll-ups: one definition for every report.

#include "litellm/core/money.hpp"
#include "litellm/core/task.hpp"
#include "litellm/management/context.hpp"
#include "litellm/store/daily_reports.hpp"
#include "litellm/store/keys.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace litellm::management {

/// Days are UTC, both ends included. Without dates: the last 30 days.
struct TotalsQuery {
    store::DailySpend::Entity entity = store::DailySpend::Entity::user;
    std::vector<store::DailyColumn> by;
    std::optional<std::vector<std::string>> ids;
    std::optional<std::string> api_key; ///< plain or hash
    std::optional<std::string> start_date;
    std::optional<std::string> end_date;
    bool wants_dates = false;   ///< both dates must be there
    bool sort_by_spend = false; ///< most first; otherwise in the order of the columns
    std::optional<std::int64_t> limit;
};

struct Totals {
    std::vector<store::DailySum> sums;
    Money spend; ///< of all sums, those behind the limit included
    std::string first_day;
    std::string last_day;
};

struct LogPage {
    std::vector<store::SpendLog> logs;
    std::int64_t total_count = 0;
};

/// Callers who do not see everything see only what their own keys spent.
class SpendTotals {
public:
    explicit SpendTotals(const Context& context) : context_(context) {}

    [[nodiscard]] Task<Totals> load(const Caller& by, const TotalsQuery& query);
    /// litellm_settings.max_budget: what the whole proxy may spend, in USD.
    [[nodiscard]] std::optional<double> whole_budget() const { return context_.settings.litellm.max_budget; }
    /// Names of the keys with these hashes, as far as there are any.
    [[nodiscard]] Task<std::map<std::string, store::Key>> keys_of(const std::vector<std::string>& hashes);
    /// Aliases of these teams; the id for those without.
    [[nodiscard]] Task<std::map<std::string, std::string>> aliases_of(const std::vector<std::string>& team_ids
    );

    /// Sets the spend of every key and team to 0. For the master key alone: forbidden to everybody else.
    [[nodiscard]] Task<void> reset_everything(const Caller& by);

    /// Rows of the ledger page by page. `key_alias` names a key as `filter.api_key` does. Admins of a team
    /// see the team's calls when they ask for them.
    [[nodiscard]] Task<LogPage>
    list_logs(const Caller& by, store::SpendLogFilter filter, const std::optional<std::string>& key_alias);

private:
    const Context context_;
};

} // namespace litellm::management
