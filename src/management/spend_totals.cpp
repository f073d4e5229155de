#include "litellm/management/spend_totals.hpp"

#include "date_range.hpp"
#include "key_text.hpp"
#include "refusals.hpp"
#include "team_roles.hpp"

#include "litellm/store/teams.hpp"

#include <algorithm>

namespace litellm::management {

namespace {

using std::chrono::days;

constexpr days usual_days{30};

Result<std::optional<std::string>>
day_from(const std::optional<std::string>& text, const std::string& name, bool is_needed)
{
    const auto date = date_from(text, name);
    if (!date)
        return date.error();
    std::optional<std::string> day;
    if (*date)
        day = to_day(**date);
    else if (is_needed)
        return bad_request("Please provide start_date and end_date", name);
    return day;
}

Result<store::DailyFilter> filter_from(const TotalsQuery& query, Timestamp now)
{
    store::DailyFilter filter;
    filter.entity = query.entity;
    filter.ids = query.ids;
    auto from = day_from(query.start_date, "start_date", query.wants_dates);
    if (!from)
        return from.error();
    auto to = day_from(query.end_date, "end_date", query.wants_dates);
    if (!to)
        return to.error();
    filter.from = from->value_or(to_day(now - usual_days));
    filter.to = to->value_or(to_day(now));
    if (query.api_key)
        filter.api_keys = std::vector<std::string>{hash_of(*query.api_key)};
    return filter;
}

/// The hashes of the caller's keys, the one he calls with included.
Result<std::vector<std::string>> own_keys(db::Transaction& transaction, const Caller& by)
{
    std::vector<std::string> hashes{by.principal->key_hash};
    if (by.principal->user_id.empty())
        return hashes;
    const auto keys = store::list_keys_of_user(transaction, by.principal->user_id);
    if (!keys)
        return keys.error();
    for (const auto& key : *keys)
        hashes.push_back(key.token);
    return hashes;
}

Result<void> restrict_filter(db::Transaction& transaction, const Caller& by, store::DailyFilter& filter)
{
    if (by.may_see_everything())
        return {};
    const std::string& own = by.principal->user_id;
    if (filter.entity == store::DailySpend::Entity::user && !own.empty()) {
        filter.ids = std::vector<std::string>{own};
        return {};
    }
    auto keys = own_keys(transaction, by);
    if (!keys)
        return keys.error();
    if (filter.api_keys)
        std::erase_if(*keys, [&](const std::string& hash) {
            return std::find(filter.api_keys->begin(), filter.api_keys->end(), hash) ==
                filter.api_keys->end();
        });
    filter.api_keys = std::move(*keys);
    return {};
}

Result<Totals>
load_in(db::Transaction& transaction, const Caller& by, const TotalsQuery& query, store::DailyFilter& filter)
{
    if (const auto restricted = restrict_filter(transaction, by, filter); !restricted)
        return restricted.error();
    auto sums = store::sum_daily_spend(transaction, filter, query.by);
    if (!sums)
        return sums.error();
    Totals totals;
    totals.first_day = filter.from.value_or("");
    totals.last_day = filter.to.value_or("");
    totals.sums = std::move(*sums);
    for (const auto& sum : totals.sums)
        totals.spend += sum.spend;
    if (query.sort_by_spend)
        std::stable_sort(totals.sums.begin(), totals.sums.end(), [](const auto& a, const auto& b) {
            return a.spend > b.spend;
        });
    if (query.limit && totals.sums.size() > static_cast<std::size_t>(*query.limit))
        totals.sums.resize(static_cast<std::size_t>(*query.limit));
    return totals;
}

Result<bool>
administers(db::Transaction& transaction, const Caller& by, const std::optional<std::string>& team_id)
{
    if (!team_id)
        return false;
    const auto team = store::find_team(transaction, *team_id);
    if (!team)
        return team.error();
    return *team && is_team_admin(**team, by.principal->user_id);
}

/// Keeps callers to their own calls; admins of the team that was asked for see all of its.
Result<void> restrict_logs(db::Transaction& transaction, const Caller& by, store::SpendLogFilter& filter)
{
    if (by.may_see_everything())
        return {};
    const auto whole_team = administers(transaction, by, filter.team_id);
    if (!whole_team)
        return whole_team.error();
    if (*whole_team)
        return {};
    const std::string& own = by.principal->user_id;
    if (filter.user_id && *filter.user_id != own)
        return forbidden("You are not authorized to see the calls of another user.", "user_id");
    if (!own.empty()) {
        filter.user_id = own;
        return {};
    }
    filter.api_keys = std::vector<std::string>{by.principal->key_hash};
    return {};
}

Result<void> resolve_alias(
    db::Transaction& transaction, const std::optional<std::string>& alias, store::SpendLogFilter& filter
)
{
    if (!alias)
        return {};
    const auto keys = store::list_keys_by_alias(transaction, {*alias});
    if (!keys)
        return keys.error();
    // No key of that name: no call of it.
    filter.api_key = keys->empty() ? std::string("no such key") : keys->front().token;
    return {};
}

Result<LogPage> list_in(
    db::Transaction& transaction,
    const Caller& by,
    store::SpendLogFilter& filter,
    const std::optional<std::string>& alias
)
{
    if (const auto resolved = resolve_alias(transaction, alias, filter); !resolved)
        return resolved.error();
    if (const auto restricted = restrict_logs(transaction, by, filter); !restricted)
        return restricted.error();
    LogPage page;
    const auto count = store::count_spend_logs(transaction, filter);
    if (!count)
        return count.error();
    auto logs = store::list_spend_logs(transaction, filter);
    if (!logs)
        return logs.error();
    page.total_count = *count;
    page.logs = std::move(*logs);
    return page;
}

} // namespace

Task<Totals> SpendTotals::load(const Caller& by, const TotalsQuery& query)
{
    if (context_.database == nullptr)
        co_return no_database();
    auto filter = filter_from(query, context_.now());
    if (!filter)
        co_return filter.error();
    co_return co_await context_.database->transact<Totals>([&](db::Transaction& transaction) {
        return load_in(transaction, by, query, *filter);
    });
}

Task<std::map<std::string, store::Key>> SpendTotals::keys_of(const std::vector<std::string>& hashes)
{
    if (context_.database == nullptr)
        co_return no_database();
    const auto keys =
        co_await context_.database->transact<std::vector<store::Key>>([&](db::Transaction& transaction) {
            return store::list_keys_by_token(transaction, hashes);
        });
    if (!keys)
        co_return keys.error();
    std::map<std::string, store::Key> found;
    for (const auto& key : *keys)
        found[key.token] = key;
    co_return found;
}

Task<std::map<std::string, std::string>> SpendTotals::aliases_of(const std::vector<std::string>& team_ids)
{
    if (context_.database == nullptr)
        co_return no_database();
    const auto teams =
        co_await context_.database->transact<std::vector<store::Team>>([&](db::Transaction& transaction) {
            return store::list_teams_by_id(transaction, team_ids);
        });
    if (!teams)
        co_return teams.error();
    std::map<std::string, std::string> aliases;
    for (const auto& id : team_ids)
        aliases[id] = id;
    for (const auto& team : *teams)
        aliases[team.team_id] = team.team_alias.value_or(team.team_id);
    co_return aliases;
}

Task<LogPage> SpendTotals::list_logs(
    const Caller& by, store::SpendLogFilter filter, const std::optional<std::string>& key_alias
)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (filter.api_key)
        filter.api_key = hash_of(*filter.api_key);
    co_return co_await context_.database->transact<LogPage>([&](db::Transaction& transaction) {
        return list_in(transaction, by, filter, key_alias);
    });
}

} // namespace litellm::management
