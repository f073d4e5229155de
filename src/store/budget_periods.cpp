#include "litellm/store/budget_periods.hpp"

#include <algorithm>
#include <tuple>

namespace litellm::store {

namespace {

constexpr std::string_view add = R"(
INSERT INTO budget_periods AS t (kind, id, period_end, spend_nano) VALUES ($1, $2, $3, $4)
ON CONFLICT (kind, id, period_end) DO UPDATE SET spend_nano = t.spend_nano + excluded.spend_nano)";
constexpr std::string_view select_current = R"(
SELECT kind, id, period_end, spend_nano FROM budget_periods
WHERE kind = $1 AND substr(id, 1, $2) = $3 AND period_end > $4)";
constexpr std::string_view remove_past = "DELETE FROM budget_periods WHERE period_end < $1";
constexpr std::string_view copy_renamed = R"(
INSERT INTO budget_periods AS t (kind, id, period_end, spend_nano)
SELECT kind, CAST($2 AS text) || substr(id, $3), period_end, spend_nano FROM budget_periods
WHERE kind = 'model_per_key' AND substr(id, 1, $4) = $1
ON CONFLICT (kind, id, period_end) DO UPDATE SET spend_nano = t.spend_nano + excluded.spend_nano)";
constexpr std::string_view remove_renamed =
    "DELETE FROM budget_periods WHERE kind = 'model_per_key' AND substr(id, 1, $2) = $1";

} // namespace

Result<void> add_period_spend(db::Transaction& transaction, std::vector<PeriodSpend> amounts)
{
    std::sort(amounts.begin(), amounts.end(), [](const PeriodSpend& a, const PeriodSpend& b) {
        return std::tie(a.kind, a.id, a.period_end) < std::tie(b.kind, b.id, b.period_end);
    });
    for (const PeriodSpend& each : amounts) {
        const auto done = transaction.execute(add, {each.kind, each.id, each.period_end, each.amount.nano()});
        if (!done)
            return done.error();
    }
    return {};
}

Result<std::vector<PeriodSpend>> list_period_spend(
    db::Transaction& transaction, const std::string& kind, const std::string& id_prefix, Timestamp now
)
{
    const auto length = static_cast<std::int64_t>(id_prefix.size());
    const Result<db::Rows> rows = transaction.query(select_current, {kind, length, id_prefix, now});
    if (!rows)
        return rows.error();
    std::vector<PeriodSpend> periods;
    for (const db::Row& row : *rows)
        periods.push_back(
            {row.text(0),
             row.text(1),
             row.timestamp(2).value_or(Timestamp()),
             Money::from_nano(row.integer(3))}
        );
    return periods;
}

Result<std::int64_t> remove_past_periods(db::Transaction& transaction, Timestamp time)
{
    return transaction.execute(remove_past, {time});
}

Result<void>
rename_key_periods(db::Transaction& transaction, const std::string& old_hash, const std::string& new_hash)
{
    const std::string prefix = old_hash + ":";
    const auto length = static_cast<std::int64_t>(prefix.size());
    const auto rest = static_cast<std::int64_t>(prefix.size());
    const auto copied = transaction.execute(copy_renamed, {prefix, new_hash, rest, length});
    if (!copied)
        return copied.error();
    const auto removed = transaction.execute(remove_renamed, {prefix, length});
    if (!removed)
        return removed.error();
    return {};
}

} // namespace litellm::store
