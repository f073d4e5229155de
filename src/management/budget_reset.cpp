#include "litellm/management/caretaker.hpp"

#include "refusals.hpp"

#include "litellm/auth/change_notice.hpp"
#include "litellm/auth/end_users.hpp"
#include "litellm/core/log.hpp"
#include "litellm/store/budget_resets.hpp"

namespace litellm::management {

namespace {

using spend::ScopeKind;

struct Owner {
    store::BudgetOwner table;
    ScopeKind scope;
};

constexpr Owner owners[] = {
    {store::BudgetOwner::key, ScopeKind::key},
    {store::BudgetOwner::user, ScopeKind::user},
    {store::BudgetOwner::team, ScopeKind::team},
};

/// A duration that cannot be read starts again at midnight, as in LiteLLM.
Timestamp next_reset(const std::string& duration, Timestamp now, const TimeZone& zone)
{
    const auto next = next_budget_reset(duration, now, zone);
    if (next && *next > now)
        return *next;
    return next_budget_reset("1d", now, zone).value();
}

Result<std::vector<std::string>>
reset_table(db::Transaction& transaction, const Owner& owner, Timestamp now, const TimeZone& zone)
{
    std::vector<std::string> all;
    const auto durations = store::list_due_durations(transaction, owner.table, now);
    if (!durations)
        return durations.error();
    for (const auto& duration : *durations) {
        std::optional<Timestamp> next;
        if (duration)
            next = next_reset(*duration, now, zone);
        const auto ids = store::reset_owners(transaction, owner.table, duration, next, now);
        if (!ids)
            return ids.error();
        all.insert(all.end(), ids->begin(), ids->end());
    }
    if (!all.empty()) {
        if (const auto told = auth::announce(transaction, auth::ChangeNotice()); !told)
            return told.error();
    }
    if (const auto told = auth::announce_spend(transaction, owner.scope, all); !told)
        return told.error();
    return all;
}

/// Whole periods from the date that was due, so that a late run moves no later date. From the date of
/// creation when there was none.
Timestamp next_period(const store::DueBudget& budget, const Duration& period, Timestamp now)
{
    const Timestamp start = budget.reset_at.value_or(budget.created_at);
    if (period.months > 0) {
        Duration passed = period;
        while (passed.after(start) <= now)
            passed.months += period.months;
        return passed.after(start);
    }
    if (period.seconds.count() == 0)
        return now + std::chrono::days(1);
    if (start > now)
        return start;
    return start + period.seconds * ((now - start) / period.seconds + 1);
}

/// Their figures start again in every process, and so do their keys' cached rows.
Result<void> announce(db::Transaction& transaction, const store::BudgetSpenders& spenders)
{
    std::vector<std::string> members;
    for (const auto& [team_id, user_id] : spenders.members)
        members.push_back(spend::member_id(team_id, user_id));
    const std::pair<ScopeKind, const std::vector<std::string>&> all[] = {
        {ScopeKind::key, spenders.keys},
        {ScopeKind::team_member, members},
        {ScopeKind::organization, spenders.organizations},
        {ScopeKind::end_user, spenders.end_users},
    };
    for (const auto& [scope, ids] : all) {
        if (const auto told = auth::announce_spend(transaction, scope, ids); !told)
            return told.error();
    }
    return auth::announce(transaction, auth::ChangeNotice());
}

/// True when it was due and is reset.
Result<bool> reset_budget(db::Transaction& transaction, const store::DueBudget& budget, Timestamp now)
{
    const auto period = parse_duration(budget.duration);
    if (!period) {
        log::warning(
            "management",
            "the budget {} has a duration that cannot be read: {}",
            budget.budget_id,
            period.error().message
        );
        return false;
    }
    const Timestamp next = next_period(budget, *period, now);
    const auto is_ours = store::set_budget_reset(transaction, budget, next, now);
    if (!is_ours)
        return is_ours.error();
    // Without a date the first period may be under way still.
    const bool is_over = budget.reset_at || period->after(budget.created_at) <= now;
    if (!*is_ours || !is_over)
        return false;
    auto spenders = store::reset_spenders(transaction, budget.budget_id);
    if (!spenders)
        return spenders.error();
    if (const auto told = announce(transaction, *spenders); !told)
        return told.error();
    return true;
}

} // namespace

Task<std::int64_t> Caretaker::reset_budgets()
{
    if (context_.database == nullptr)
        co_return no_database();
    const Timestamp now = context_.now();
    const TimeZone& zone = context_.settings.litellm.zone;
    std::int64_t count = 0;
    for (const Owner& owner : owners) {
        const auto ids =
            co_await context_.database->transact<std::vector<std::string>>([&](db::Transaction& transaction) {
                return reset_table(transaction, owner, now, zone);
            });
        if (!ids)
            co_return ids.error();
        count += static_cast<std::int64_t>(ids->size());
    }
    const auto budgets = co_await context_.database->transact<std::vector<store::DueBudget>>(
        [&](db::Transaction& transaction) { return store::list_due_budgets(transaction, now); }
    );
    if (!budgets)
        co_return budgets.error();
    for (const store::DueBudget& budget : *budgets) {
        const auto is_reset = co_await context_.database->transact<bool>([&](db::Transaction& transaction) {
            return reset_budget(transaction, budget, now);
        });
        if (!is_reset)
            co_return is_reset.error();
        count += *is_reset ? 1 : 0;
    }
    co_return count;
}

} // namespace litellm::management
