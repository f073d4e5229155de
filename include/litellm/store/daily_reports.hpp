#pragma once
// What the daily roll-ups say. Days are UTC; every figure that is shown to somebody comes from here or from
// the ledger's rows, which are written in the same transaction.

#include "litellm/store/spend_logs.hpp"

#include <optional>
#include <string>
#include <vector>

namespace litellm::store {

struct DailyFilter {
    DailySpend::Entity entity = DailySpend::Entity::user;
    std::optional<std::vector<std::string>> ids;
    std::vector<std::string> excluded_ids;
    std::optional<std::string> from; ///< first day
    std::optional<std::string> to;   ///< last day, included
    std::optional<std::string> model;
    std::optional<std::vector<std::string>> api_keys;
};

struct DailyPage {
    std::vector<DailySpend> rows;
    std::int64_t total_count = 0;
};
/// Rows of the table, newest day first. A database without the table has none.
[[nodiscard]] Result<DailyPage> list_daily_spend(
    db::Transaction& transaction, const DailyFilter& filter, std::int64_t limit, std::int64_t offset
);

/// What sums can be taken by.
enum class DailyColumn { date, entity, api_key, model, model_group, provider };

struct DailySum {
    std::vector<std::string> by; ///< values of the columns, in the order in which they were asked for
    Money spend;
    std::int64_t prompt_tokens = 0;
    std::int64_t completion_tokens = 0;
    std::int64_t api_requests = 0;
    std::int64_t successful_requests = 0;
    std::int64_t failed_requests = 0;
};
/// In the order of the columns.
[[nodiscard]] Result<std::vector<DailySum>>
sum_daily_spend(db::Transaction& transaction, const DailyFilter& filter, const std::vector<DailyColumn>& by);

} // namespace litellm::store
