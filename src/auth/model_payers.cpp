#include "model_payers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

namespace litellm::auth {

namespace {

using spend::Limits;
using spend::ScopeKind;

constexpr const char* rpm_member = "model_rpm_limit";
constexpr const char* tpm_member = "model_tpm_limit";

const Json* find_in(const Json& object, std::string_view name)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::int64_t> count_in(const Json& object, std::string_view name)
{
    const Json* const found = find_in(object, name);
    if (found == nullptr || !found->is_number())
        return std::nullopt;
    constexpr double most = 1e15;
    return static_cast<std::int64_t>(std::clamp(found->get<double>(), -1.0, most));
}

/// `metadata.model_rpm_limit.<model>`
std::optional<std::int64_t> limit_in(const Json& metadata, const char* member, const std::string& model)
{
    const Json* const limits = find_in(metadata, member);
    return limits == nullptr ? std::nullopt : count_in(*limits, model);
}

void add_models(const Json* object, std::set<std::string>& models)
{
    if (object == nullptr || !object->is_object())
        return;
    for (const auto& [model, value] : object->items())
        models.insert(model);
}

std::set<std::string> models_of(const store::KeyContext& context)
{
    std::set<std::string> models;
    for (const Json* metadata : {&context.key.metadata, context.team ? &context.team->metadata : nullptr}) {
        if (metadata == nullptr)
            continue;
        for (const char* member : {rpm_member, tpm_member})
            add_models(find_in(*metadata, member), models);
    }
    add_models(&context.key.model_max_budget, models);
    return models;
}

std::optional<Money> amount_in(const Json& entry)
{
    for (const char* name : {"max_budget", "budget_limit"}) {
        const Json* const found = find_in(entry, name);
        if (found == nullptr || !found->is_number())
            continue;
        const auto money = Money::from_usd(found->get<double>());
        return money ? std::optional(*money) : std::nullopt;
    }
    return std::nullopt;
}

std::string period_in(const Json& entry)
{
    for (const char* name : {"budget_duration", "time_period"}) {
        if (const Json* const found = find_in(entry, name); found != nullptr && found->is_string())
            return found->get<std::string>();
    }
    return {};
}

Limits limits_of_key(const store::KeyContext& context, const std::string& model)
{
    static const Json nothing = Json::object();
    const store::Key& key = context.key;
    const Json* const found = find_in(key.model_max_budget, model);
    const Json& entry = found != nullptr ? *found : nothing;
    const Json& team = context.team ? context.team->metadata : nothing;
    Limits limits;
    limits.rpm = limit_in(key.metadata, rpm_member, model);
    limits.tpm = limit_in(key.metadata, tpm_member, model);
    if (!limits.rpm)
        limits.rpm = count_in(entry, "rpm_limit");
    if (!limits.tpm)
        limits.tpm = count_in(entry, "tpm_limit");
    if (!limits.rpm)
        limits.rpm = limit_in(team, rpm_member, model);
    if (!limits.tpm)
        limits.tpm = limit_in(team, tpm_member, model);
    limits.max_budget = amount_in(entry);
    if (limits.max_budget)
        limits.period = period_in(entry);
    return limits;
}

bool says_anything(const Limits& limits)
{
    return limits.rpm || limits.tpm || limits.max_budget;
}

/// The figure of the period that ends then.
Money spent_in(const std::vector<store::PeriodSpend>& periods, const std::string& id, Timestamp end)
{
    for (const auto& each : periods) {
        if (each.id == id && each.period_end == end)
            return each.amount;
    }
    return {};
}

} // namespace

Result<std::vector<store::PeriodSpend>>
list_periods(db::Transaction& transaction, const store::Key& key, Timestamp now)
{
    if (!key.model_max_budget.is_object() || key.model_max_budget.empty())
        return std::vector<store::PeriodSpend>();
    return store::list_period_spend(
        transaction, std::string(to_string(ScopeKind::model_per_key)), key.token + ":", now
    );
}

std::map<std::string, std::vector<spend::Payer>, std::less<>> model_payers(
    const store::KeyContext& context,
    const std::vector<store::PeriodSpend>& periods,
    spend::Accounts& accounts,
    std::uint64_t read_at
)
{
    std::map<std::string, std::vector<spend::Payer>, std::less<>> payers;
    for (const std::string& model : models_of(context)) {
        if (const Limits own = limits_of_key(context, model); says_anything(own)) {
            const std::string id = context.key.token + ":" + model;
            const Timestamp end = own.period ? accounts.end_of_period(*own.period) : Timestamp();
            const Money spent = spent_in(periods, id, end);
            payers[model].push_back(
                {accounts.account(ScopeKind::model_per_key, id, own, spent, read_at, end), true}
            );
        }
        if (!context.team)
            continue;
        Limits of_team;
        of_team.rpm = limit_in(context.team->metadata, rpm_member, model);
        of_team.tpm = limit_in(context.team->metadata, tpm_member, model);
        if (says_anything(of_team)) {
            const std::string id = context.team->team_id + ":" + model;
            payers[model].push_back(
                {accounts.account(ScopeKind::model_per_team, id, of_team, Money(), read_at), true}
            );
        }
    }
    return payers;
}

} // namespace litellm::auth
