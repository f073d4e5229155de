#include "litellm/management/spend_report.hpp"

#include "date_range.hpp"
#include "key_text.hpp"
#include "refusals.hpp"

#include <fmt/format.h>

namespace litellm::management {

namespace {

using std::chrono::days;

Result<store::SpendLogFilter> filter_from(const Caller& by, const SpendQuery& query)
{
    store::SpendLogFilter filter;
    const auto from = date_from(query.start_date, "start_date");
    if (!from)
        return from.error();
    const auto end = date_from(query.end_date, "end_date");
    if (!end)
        return end.error();
    filter.from = *from;
    if (*end)
        filter.until = past(**end, *query.end_date);
    if (query.api_key)
        filter.api_key = hash_of(*query.api_key);
    filter.user_id = query.user_id;
    filter.request_id = query.request_id;
    filter.limit = query.limit;
    filter.offset = query.offset;
    if (by.may_see_everything())
        return filter;
    if (by.principal->user_id.empty() && by.principal->key_hash.empty())
        return forbidden("Spend is shown to its owner only.");
    if (by.principal->user_id.empty())
        filter.api_key = by.principal->key_hash;
    else
        filter.user_id = by.principal->user_id;
    return filter;
}

Result<void> add(Money& sum, double usd)
{
    const auto amount = Money::from_usd(usd);
    if (!amount)
        return amount.error();
    sum += *amount;
    return {};
}

Result<std::map<std::string, SpendDay>> sums_by_day(const std::vector<store::SpendSummaryRow>& rows)
{
    std::map<std::string, SpendDay> by_day;
    for (const auto& row : rows) {
        SpendDay& day = by_day[row.day];
        day.day = row.day;
        for (Money* sum :
             {&day.spend, &day.keys[row.api_key], &day.users[row.user], &day.models[row.model]}) {
            if (const auto added = add(*sum, row.spend); !added)
                return added.error();
        }
    }
    return by_day;
}

std::vector<SpendDay> filled_to(std::map<std::string, SpendDay> by_day, const std::optional<Timestamp>& until)
{
    std::vector<SpendDay> result;
    for (auto& [day, sums] : by_day)
        result.push_back(std::move(sums));
    if (result.empty() || !until)
        return result;
    // A far end date must not make an endless answer.
    constexpr std::size_t most_days = 10'000;
    const auto last = parse_timestamp(result.back().day);
    for (auto day = last.value_or(*until) + days(1); day < *until && result.size() < most_days;
         day += days(1)) {
        SpendDay empty;
        empty.day = to_day(day);
        result.push_back(std::move(empty));
    }
    return result;
}

} // namespace

Task<std::vector<store::SpendLog>> SpendReport::list(const Caller& by, const SpendQuery& query)
{
    if (context_.database == nullptr)
        co_return no_database();
    const auto filter = filter_from(by, query);
    if (!filter)
        co_return filter.error();
    co_return co_await context_.database->transact<std::vector<store::SpendLog>>(
        [&](db::Transaction& transaction) { return store::list_spend_logs(transaction, *filter); }
    );
}

Task<std::vector<SpendDay>> SpendReport::summarize(const Caller& by, const SpendQuery& query)
{
    if (context_.database == nullptr)
        co_return no_database();
    const auto filter = filter_from(by, query);
    if (!filter)
        co_return filter.error();
    const auto rows = co_await context_.database->transact<std::vector<store::SpendSummaryRow>>(
        [&](db::Transaction& transaction) { return store::summarize_spend(transaction, *filter); }
    );
    if (!rows)
        co_return rows.error();
    auto by_day = sums_by_day(*rows);
    if (!by_day)
        co_return by_day.error();
    co_return filled_to(std::move(*by_day), filter->until);
}

} // namespace litellm::management
