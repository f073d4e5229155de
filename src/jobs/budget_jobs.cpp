#include "litellm/core/log.hpp"
#include "litellm/jobs/jobs.hpp"
#include "litellm/store/budget_periods.hpp"

namespace litellm::jobs {

namespace {

using Mark = spend::Crossing::Mark;

const char* words_for(Mark mark)
{
    switch (mark) {
    case Mark::soft_budget:
        return "has reached its soft budget";
    case Mark::four_fifths:
        return "has used 80% of its budget";
    case Mark::whole:
        break;
    }
    return "has used its budget up";
}

Task<void> tell_all(spend::Accounts& accounts, TellOfCrossings tell)
{
    std::vector<spend::Crossing> crossings = accounts.take_crossings();
    for (const auto& each : crossings)
        log::warning(
            "spend",
            "{} {} {}: {} of {} USD",
            to_string(each.kind),
            each.id,
            words_for(each.mark),
            each.spent.to_string(),
            each.limit.to_string()
        );
    if (crossings.empty() || !tell)
        co_return Result<void>();
    co_return co_await tell(std::move(crossings));
}

Task<void> forget_periods(db::Database& database, const Clock& clock)
{
    // Calls that began in a period may still be written a while after its end.
    const Timestamp time = clock.now() - std::chrono::days(7);
    const auto removed = co_await database.transact<std::int64_t>([&](db::Transaction& transaction) {
        return store::remove_past_periods(transaction, time);
    });
    if (!removed)
        co_return removed.error();
    co_return Result<void>();
}

} // namespace

Job tend_leases(spend::BudgetLeases& leases)
{
    return Job{"tend leases of budgets", std::chrono::seconds(10), [&leases] { return leases.tend(); }};
}

Job read_shared_budgets(spend::SharedBudgets& budgets)
{
    return Job{"read shared budgets", std::chrono::seconds(30), [&budgets] { return budgets.refresh(); }};
}

Job tell_of_budgets(spend::Accounts& accounts, TellOfCrossings tell)
{
    Job job;
    job.name = "tell of budgets";
    job.period = std::chrono::seconds(1);
    job.step = [&accounts, tell = std::move(tell)] { return tell_all(accounts, tell); };
    return job;
}

Job forget_past_periods(db::Database& database, const Clock& clock)
{
    return Job{"forget past periods", std::chrono::hours(1), [&database, &clock] {
                   return forget_periods(database, clock);
               }};
}

} // namespace litellm::jobs
