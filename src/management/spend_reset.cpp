#include "litellm/management/spend_totals.hpp"

#include "change_record.hpp"
#include "refusals.hpp"

#include "litellm/auth/change_notice.hpp"
#include "litellm/store/budget_resets.hpp"

#include <nlohmann/json.hpp>

namespace litellm::management {

namespace {

Result<bool> reset_in(db::Transaction& transaction, const Context& context, const Caller& by)
{
    const std::pair<store::BudgetOwner, spend::ScopeKind> owners[] = {
        {store::BudgetOwner::key, spend::ScopeKind::key}, {store::BudgetOwner::team, spend::ScopeKind::team}};
    Json counts = Json::object();
    for (const auto& [owner, scope] : owners) {
        const auto ids = store::reset_all_spend(transaction, owner);
        if (!ids)
            return ids.error();
        if (const auto told = auth::announce_spend(transaction, scope, *ids); !told)
            return told.error();
        counts[std::string(spend::to_string(scope))] = ids->size();
    }
    // The rows themselves are too many for one record: it says how many there were.
    Change made{ChangeAction::updated, key_table, "global_spend_reset", std::nullopt, std::nullopt};
    made.after = std::move(counts);
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    if (const auto told = auth::announce(transaction, auth::ChangeNotice()); !told)
        return told.error();
    return true;
}

} // namespace

Task<void> SpendTotals::reset_everything(const Caller& by)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.principal->is_master)
        co_return forbidden("/global/spend/reset is only for the master key.");
    const auto reset = co_await context_.database->transact<bool>([&](db::Transaction& transaction) {
        return reset_in(transaction, context_, by);
    });
    if (!reset)
        co_return reset.error();
    co_return Result<void>();
}

} // namespace litellm::management
