#include "batch.hpp"

#include <map>
#include <tuple>

namespace litellm::spend {

namespace {

using Sums = std::map<std::string, Money>;
using Entity = store::DailySpend::Entity;

void add(Sums& sums, const std::string& id, Money amount)
{
    if (!id.empty() && amount != Money())
        sums[id] += amount;
}

std::vector<store::SpendIncrement> to_increments(const Sums& sums)
{
    std::vector<store::SpendIncrement> out;
    out.reserve(sums.size());
    for (const auto& [id, amount] : sums)
        out.push_back({id, amount});
    return out;
}

using DailyKey = std::tuple<Entity, std::string, std::string, std::string, std::string, std::string, std::string>;

void add_daily(std::map<DailyKey, store::DailySpend>& rows, Entity entity, const std::string& id, const Entry& entry)
{
    const store::SpendLog& log = entry.log;
    const std::string date = to_day(log.start_time);
    auto& row = rows[DailyKey(entity, id, date, log.api_key, log.model, log.custom_llm_provider, entry.endpoint)];
    row.entity = entity;
    row.entity_id = id;
    row.date = date;
    row.api_key = log.api_key;
    row.model = log.model;
    row.model_group = log.model_group;
    row.custom_llm_provider = log.custom_llm_provider;
    row.endpoint = entry.endpoint;
    row.prompt_tokens += log.prompt_tokens;
    row.completion_tokens += log.completion_tokens;
    row.cache_read_input_tokens += entry.cached_read_tokens;
    row.cache_creation_input_tokens += entry.cached_write_tokens;
    row.spend += log.spend;
    row.api_requests += 1;
    (log.status == "failure" ? row.failed_requests : row.successful_requests) += 1;
}

} // namespace

std::string member_id(std::string_view team_id, std::string_view user_id)
{
    return std::string(team_id) + ":" + std::string(user_id);
}

std::vector<Amount> amounts_of(const Entry& entry)
{
    const store::SpendLog& log = entry.log;
    std::vector<Amount> amounts;
    if (log.spend == Money())
        return amounts;
    const auto pay = [&](ScopeKind kind, const std::string& id) {
        if (!id.empty())
            amounts.push_back({kind, id, log.spend});
    };
    pay(ScopeKind::key, log.api_key);
    pay(ScopeKind::user, log.user);
    if (log.team_id) {
        pay(ScopeKind::team, *log.team_id);
        if (!log.user.empty())
            pay(ScopeKind::team_member, member_id(*log.team_id, log.user));
    }
    if (log.organization_id)
        pay(ScopeKind::organization, *log.organization_id);
    if (log.end_user)
        pay(ScopeKind::end_user, *log.end_user);
    return amounts;
}

Batch make_batch(const std::vector<Entry>& entries)
{
    Batch batch;
    Sums keys, users, teams, organizations, end_users, tags;
    std::map<std::pair<std::string, std::string>, Money> members;
    std::map<DailyKey, store::DailySpend> daily;
    for (const Entry& entry : entries) {
        const store::SpendLog& log = entry.log;
        batch.logs.push_back(log);
        add(keys, log.api_key, log.spend);
        add(users, log.user, log.spend);
        add_daily(daily, Entity::user, log.user, entry);
        if (log.team_id && !log.team_id->empty()) {
            add(teams, *log.team_id, log.spend);
            add_daily(daily, Entity::team, *log.team_id, entry);
            if (!log.user.empty() && log.spend != Money())
                members[{*log.team_id, log.user}] += log.spend;
        }
        if (log.organization_id && !log.organization_id->empty()) {
            add(organizations, *log.organization_id, log.spend);
            add_daily(daily, Entity::organization, *log.organization_id, entry);
        }
        if (log.end_user && !log.end_user->empty()) {
            add(end_users, *log.end_user, log.spend);
            add_daily(daily, Entity::end_user, *log.end_user, entry);
        }
        for (const auto& tag : entry.tags) {
            add(tags, tag, log.spend);
            add_daily(daily, Entity::tag, tag, entry);
        }
    }
    batch.increments.keys = to_increments(keys);
    batch.increments.users = to_increments(users);
    batch.increments.teams = to_increments(teams);
    batch.increments.organizations = to_increments(organizations);
    batch.increments.end_users = to_increments(end_users);
    batch.increments.tags = to_increments(tags);
    for (const auto& [who, amount] : members)
        batch.increments.members.push_back({who.first, who.second, amount});
    batch.daily.reserve(daily.size());
    for (auto& [key, row] : daily)
        batch.daily.push_back(std::move(row));
    return batch;
}

} // namespace litellm::spend
