#pragma once
// What was spent: rows of the ledger and sums per day.

#include "litellm/core/money.hpp"
#include "litellm/core/task.hpp"
#include "litellm/management/context.hpp"
#include "litellm/store/spend_logs.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace litellm::management {

/// Dates are UTC days, both ends included.
struct SpendQuery {
    std::optional<std::string> api_key; ///< plain or hash
    std::optional<std::string> user_id;
    std::optional<std::string> request_id;
    std::optional<std::string> start_date;
    std::optional<std::string> end_date;
    std::int64_t limit = 10'000;
    std::int64_t offset = 0;
};

struct SpendDay {
    std::string day;
    Money spend;
    std::map<std::string, Money> keys;
    std::map<std::string, Money> users;
    std::map<std::string, Money> models;
};

/// Callers who do not see everything see only what they spent themselves, whatever they ask for.
class SpendReport {
public:
    explicit SpendReport(const Context& context) : context_(context) {}

    /// Newest first. invalid_input for a date that is none.
    [[nodiscard]] Task<std::vector<store::SpendLog>> list(const Caller& by, const SpendQuery& query);
    /// One entry per day with spend, and empty ones from the last of those to the end date.
    [[nodiscard]] Task<std::vector<SpendDay>> summarize(const Caller& by, const SpendQuery& query);

private:
    const Context context_;
};

} // namespace litellm::management
