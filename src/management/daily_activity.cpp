#include "litellm/management/daily_activity.hpp"

#include "date_range.hpp"
#include "key_text.hpp"
#include "refusals.hpp"
#include "team_roles.hpp"

#include "litellm/store/keys.hpp"
#include "litellm/store/organizations.hpp"
#include "litellm/store/teams.hpp"
#include "litellm/store/users.hpp"

#include <algorithm>
#include <set>

namespace litellm::management {

namespace {

using Entity = store::DailySpend::Entity;

/// More rows than one answer may hold.
constexpr std::int64_t most_rows = 200'000;

Result<std::string> day_from(const std::optional<std::string>& text, const std::string& name)
{
    const auto date = date_from(text, name);
    if (!date)
        return date.error();
    if (!*date)
        return bad_request("Please provide start_date and end_date", name);
    return to_day(**date);
}

Result<store::DailyFilter> filter_from(const ActivityQuery& query)
{
    store::DailyFilter filter;
    auto from = day_from(query.start_date, "start_date");
    if (!from)
        return from.error();
    auto to = day_from(query.end_date, "end_date");
    if (!to)
        return to.error();
    filter.entity = query.entity;
    filter.ids = query.ids;
    filter.excluded_ids = query.excluded_ids;
    filter.from = std::move(*from);
    filter.to = std::move(*to);
    filter.model = query.model;
    if (query.api_key)
        filter.api_keys = std::vector<std::string>{hash_of(*query.api_key)};
    return filter;
}

Result<void> keep_to_oneself(const Caller& by, store::DailyFilter& filter)
{
    const std::string& own = by.principal->user_id;
    if (own.empty())
        return forbidden("This key belongs to no user, so there is no activity to show.", "user_id");
    const std::vector<std::string> ids{own};
    if (filter.ids && *filter.ids != ids)
        return forbidden("Non-admin users can only view their own spend data.", "user_id");
    filter.ids = ids;
    return {};
}

/// Plain members see what they did themselves.
Result<void>
keep_to_own_keys(db::Transaction& transaction, const std::string& user_id, store::DailyFilter& filter)
{
    const auto keys = store::list_keys_of_user(transaction, user_id);
    if (!keys)
        return keys.error();
    std::vector<std::string> hashes;
    for (const auto& key : *keys) {
        const bool is_wanted = !filter.api_keys ||
            std::find(filter.api_keys->begin(), filter.api_keys->end(), key.token) != filter.api_keys->end();
        if (is_wanted)
            hashes.push_back(key.token);
    }
    filter.api_keys = std::move(hashes);
    return {};
}

Result<void> keep_to_own_teams(db::Transaction& transaction, const Caller& by, store::DailyFilter& filter)
{
    const std::string& own = by.principal->user_id;
    const auto user = store::find_user(transaction, own);
    if (!user)
        return user.error();
    const auto teams = *user ? (*user)->teams : std::vector<std::string>();
    for (const auto& id : filter.ids.value_or(std::vector<std::string>())) {
        if (std::find(teams.begin(), teams.end(), id) == teams.end())
            return absent("Team not found, or you are not in it: " + id, "team_ids");
    }
    if (!filter.ids)
        filter.ids = teams;
    const auto rows = store::list_teams_by_id(transaction, *filter.ids);
    if (!rows)
        return rows.error();
    const bool administers_all = std::all_of(rows->begin(), rows->end(), [&](const store::Team& team) {
        return is_team_admin(team, own);
    });
    if (administers_all)
        return {};
    return keep_to_own_keys(transaction, own, filter);
}

Result<void>
keep_to_own_organizations(db::Transaction& transaction, const Caller& by, store::DailyFilter& filter)
{
    auto own = store::list_organizations_with_role(transaction, by.principal->user_id, "org_admin");
    if (!own)
        return own.error();
    for (const auto& id : filter.ids.value_or(std::vector<std::string>())) {
        if (std::find(own->begin(), own->end(), id) == own->end())
            return forbidden("You are not an admin of this organization: " + id, "organization_ids");
    }
    if (!filter.ids)
        filter.ids = std::move(*own);
    return {};
}

Result<void> restrict_filter(db::Transaction& transaction, const Caller& by, store::DailyFilter& filter)
{
    if (by.may_see_everything())
        return {};
    if (filter.entity == Entity::user)
        return keep_to_oneself(by, filter);
    if (by.principal->user_id.empty())
        return forbidden("This key belongs to no user, so there is no activity to show.");
    if (filter.entity == Entity::team)
        return keep_to_own_teams(transaction, by, filter);
    if (filter.entity == Entity::organization)
        return keep_to_own_organizations(transaction, by, filter);
    return forbidden("Only proxy admins can see this.");
}

void add_share(Shares& shares, const std::string& name, const store::DailySpend& row)
{
    if (name.empty())
        return;
    Share& share = shares[name];
    share.metrics.add(row);
    share.by_key[row.api_key].add(row);
}

void add_row(ActivityDay& day, const store::DailySpend& row)
{
    day.metrics.add(row);
    add_share(day.models, row.model, row);
    add_share(day.model_groups, row.model_group, row);
    add_share(day.providers, row.custom_llm_provider, row);
    add_share(day.endpoints, row.endpoint, row);
    if (row.entity != Entity::user)
        add_share(day.entities, row.entity_id, row);
    day.keys[row.api_key].add(row);
}

/// The rows come newest day first.
Activity activity_of(const std::vector<store::DailySpend>& rows)
{
    Activity activity;
    for (const auto& row : rows) {
        if (activity.days.empty() || activity.days.back().date != row.date) {
            activity.days.emplace_back();
            activity.days.back().date = row.date;
        }
        add_row(activity.days.back(), row);
        activity.total.add(row);
    }
    return activity;
}

Result<std::map<std::string, KeyName>>
names_of(db::Transaction& transaction, const std::vector<store::DailySpend>& rows)
{
    std::set<std::string> hashes;
    for (const auto& row : rows)
        hashes.insert(row.api_key);
    const std::vector<std::string> wanted(hashes.begin(), hashes.end());
    const auto keys = store::list_keys_by_token(transaction, wanted);
    if (!keys)
        return keys.error();
    std::map<std::string, KeyName> names;
    for (const auto& key : *keys)
        names[key.token] = KeyName{key.key_alias, key.team_id};
    return names;
}

Result<Activity> load_in(
    db::Transaction& transaction, const Caller& by, const ActivityQuery& query, store::DailyFilter& filter
)
{
    if (const auto allowed = restrict_filter(transaction, by, filter); !allowed)
        return allowed.error();
    const std::int64_t limit = query.is_aggregated ? most_rows : query.page_size;
    const std::int64_t offset = query.is_aggregated ? 0 : (query.page - 1) * query.page_size;
    const auto page = store::list_daily_spend(transaction, filter, limit, offset);
    if (!page)
        return page.error();
    if (query.is_aggregated && page->total_count > most_rows)
        return bad_request("This is too much for one answer: ask for fewer days.", "start_date");
    auto names = names_of(transaction, page->rows);
    if (!names)
        return names.error();
    Activity activity = activity_of(page->rows);
    activity.keys = std::move(*names);
    activity.page = query.is_aggregated ? 1 : query.page;
    activity.total_pages = std::max<std::int64_t>(1, (page->total_count + limit - 1) / limit);
    return activity;
}

} // namespace

void Metrics::add(const store::DailySpend& row)
{
    spend += row.spend;
    prompt_tokens += row.prompt_tokens;
    completion_tokens += row.completion_tokens;
    cache_read_input_tokens += row.cache_read_input_tokens;
    cache_creation_input_tokens += row.cache_creation_input_tokens;
    successful_requests += row.successful_requests;
    failed_requests += row.failed_requests;
    api_requests += row.api_requests;
}

Task<Activity> DailyActivity::load(const Caller& by, const ActivityQuery& query)
{
    if (context_.database == nullptr)
        co_return no_database();
    auto filter = filter_from(query);
    if (!filter)
        co_return filter.error();
    co_return co_await context_.database->transact<Activity>([&](db::Transaction& transaction) {
        return load_in(transaction, by, query, *filter);
    });
}

} // namespace litellm::management
