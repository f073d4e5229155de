#include "batch.hpp"

namespace litellm::spend {

namespace {

using Entity = store::DailySpend::Entity;

template <class Sums>
void add_to(Sums& sums, std::string_view id, Money amount)
{
    if (id.empty() || amount == Money())
        return;
    const auto found = sums.find(id);
    if (found == sums.end())
        sums.emplace(id, amount);
    else
        found->second += amount;
}

template <class Sums>
std::vector<store::SpendIncrement> to_increments(const Sums& sums)
{
    std::vector<store::SpendIncrement> out;
    out.reserve(sums.size());
    for (const auto& [id, amount] : sums)
        out.push_back({id, amount});
    return out;
}

store::DailySpend new_daily(Entity entity, std::string_view id, std::string date, const Entry& entry)
{
    store::DailySpend row;
    row.entity = entity;
    row.entity_id = id;
    row.date = std::move(date);
    row.api_key = entry.log.api_key;
    row.model = entry.log.model;
    row.model_group = entry.log.model_group;
    row.custom_llm_provider = entry.log.custom_llm_provider;
    row.endpoint = entry.endpoint;
    return row;
}

} // namespace

std::string member_id(std::string_view team_id, std::string_view user_id)
{
    return std::string(team_id) + ":" + std::string(user_id);
}

void AmountSums::add(const Entry& entry)
{
    const store::SpendLog& log = entry.log;
    if (log.spend == Money())
        return;
    const auto pay = [&](ScopeKind kind, const std::string& id) {
        if (!id.empty())
            sums_[{kind, id, Timestamp()}] += log.spend;
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
    for (const auto& tag : entry.tags)
        pay(ScopeKind::tag, tag);
    for (const auto& [kind, id, period_end] : entry.charges)
        sums_[{kind, id, period_end}] += log.spend;
}

std::vector<Amount> AmountSums::take()
{
    std::vector<Amount> amounts;
    amounts.reserve(sums_.size());
    for (auto& [scope, amount] : sums_)
        amounts.push_back({std::get<0>(scope), std::get<1>(scope), amount, std::get<2>(scope)});
    sums_.clear();
    return amounts;
}

void Totals::add(const Entry& entry)
{
    const store::SpendLog& log = entry.log;
    add_to(keys_, log.api_key, log.spend);
    add_to(users_, log.user, log.spend);
    add_daily(Entity::user, log.user, entry);
    if (log.team_id && !log.team_id->empty()) {
        add_to(teams_, *log.team_id, log.spend);
        add_daily(Entity::team, *log.team_id, entry);
        if (!log.user.empty() && log.spend != Money())
            members_[{*log.team_id, log.user}] += log.spend;
    }
    if (log.organization_id && !log.organization_id->empty()) {
        add_to(organizations_, *log.organization_id, log.spend);
        add_daily(Entity::organization, *log.organization_id, entry);
    }
    if (log.end_user && !log.end_user->empty()) {
        add_to(end_users_, *log.end_user, log.spend);
        add_daily(Entity::end_user, *log.end_user, entry);
    }
    for (const auto& tag : entry.tags) {
        add_to(tags_, tag, log.spend);
        add_daily(Entity::tag, tag, entry);
    }
    if (log.spend == Money())
        return;
    for (const auto& [kind, id, period_end] : entry.charges)
        periods_[{kind, id, period_end}] += log.spend;
}

void Totals::add_daily(Entity entity, std::string_view id, const Entry& entry)
{
    const store::SpendLog& log = entry.log;
    std::string date = to_day(log.start_time);
    daily_key_.assign(1, static_cast<char>(entity));
    for (const std::string_view part :
         {id,
          std::string_view(date),
          std::string_view(log.api_key),
          std::string_view(log.model),
          std::string_view(log.custom_llm_provider),
          std::string_view(entry.endpoint)})
        daily_key_.append(part).append(1, '\0');
    auto found = daily_.find(daily_key_);
    if (found == daily_.end())
        found = daily_.emplace(daily_key_, new_daily(entity, id, std::move(date), entry)).first;
    store::DailySpend& row = found->second;
    row.prompt_tokens += log.prompt_tokens;
    row.completion_tokens += log.completion_tokens;
    row.cache_read_input_tokens += entry.cached_read_tokens;
    row.cache_creation_input_tokens += entry.cached_write_tokens;
    row.spend += log.spend;
    row.api_requests += 1;
    (log.status == "failure" ? row.failed_requests : row.successful_requests) += 1;
}

store::SpendIncrements Totals::increments() const
{
    store::SpendIncrements increments;
    increments.keys = to_increments(keys_);
    increments.users = to_increments(users_);
    increments.teams = to_increments(teams_);
    increments.organizations = to_increments(organizations_);
    increments.end_users = to_increments(end_users_);
    increments.tags = to_increments(tags_);
    for (const auto& [who, amount] : members_)
        increments.members.push_back({who.first, who.second, amount});
    return increments;
}

std::vector<store::DailySpend> Totals::take_daily()
{
    std::vector<store::DailySpend> rows;
    rows.reserve(daily_.size());
    for (auto& [key, row] : daily_)
        rows.push_back(std::move(row));
    daily_.clear();
    return rows;
}

std::vector<store::PeriodSpend> Totals::take_periods()
{
    std::vector<store::PeriodSpend> rows;
    rows.reserve(periods_.size());
    for (const auto& [scope, amount] : periods_)
        rows.push_back(
            {std::string(to_string(std::get<0>(scope))), std::get<1>(scope), std::get<2>(scope), amount}
        );
    periods_.clear();
    return rows;
}

} // namespace litellm::spend
