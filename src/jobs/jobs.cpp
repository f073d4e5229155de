#include "litellm/jobs/jobs.hpp"

#include "litellm/core/log.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::jobs {

namespace {

Task<void> catch_up(spend::Ledger& ledger, db::Database& database)
{
    while (ledger.backlog() > 0) {
        const auto written = co_await ledger.apply_batch(database);
        if (!written)
            co_return written.error();
        if (*written == 0)
            break;
    }
    co_return Result<void>();
}

Task<void> collect(spend::Accounts& accounts)
{
    accounts.collect_garbage();
    co_return Result<void>();
}

/// `task` without its count, which goes to the log when there is one.
Task<void> count_work(Task<std::int64_t> task, const char* what)
{
    const auto count = co_await std::move(task);
    if (!count)
        co_return count.error();
    if (*count > 0)
        log::info("jobs", "{}: {}", what, *count);
    co_return Result<void>();
}

Task<void> without_count(Task<std::int64_t> task)
{
    const auto count = co_await std::move(task);
    if (!count)
        co_return count.error();
    co_return Result<void>();
}

/// general_settings.proxy_budget_rescheduler_min_time in seconds. LiteLLM waits ten minutes; a look at what
/// is due costs little, and a budget of 30 s should not last for ten minutes.
std::chrono::milliseconds reset_period(const config::Config& config)
{
    constexpr double usual = 30;
    const auto& raw = config.general.raw;
    const auto found = raw.is_object() ? raw.find("proxy_budget_rescheduler_min_time") : raw.end();
    const double wanted =
        raw.is_object() && found != raw.end() && found->is_number() ? found->get<double>() : usual;
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(wanted, 0.1, 86'400.0) * 1000));
}

Task<void> send_due(mail::PostOffice& office, db::Database& database)
{
    std::size_t tried = 1;
    while (tried > 0) {
        const auto round = co_await office.deliver_due(database);
        if (!round)
            co_return round.error();
        tried = *round;
    }
    co_return Result<void>();
}

} // namespace

Job write_ledger(spend::Ledger& ledger, db::Database& database, const config::Config& config)
{
    Job job;
    job.name = "write_ledger";
    job.period = std::chrono::milliseconds(static_cast<std::int64_t>(
        std::clamp(config.general.proxy_batch_write_at_seconds, 0.05, 3600.0) * 1000
    ));
    job.step = [&ledger, &database] { return catch_up(ledger, database); };
    return job;
}

Job forget_idle_accounts(spend::Accounts& accounts)
{
    Job job;
    job.name = "forget_idle_accounts";
    job.period = std::chrono::minutes(5);
    job.step = [&accounts] { return collect(accounts); };
    return job;
}

Job reset_budgets(management::Caretaker& caretaker, const config::Config& config)
{
    Job job;
    job.name = "reset_budgets";
    job.period = reset_period(config);
    job.step = [&caretaker] { return count_work(caretaker.reset_budgets(), "budgets that began anew"); };
    return job;
}

Job rotate_keys(management::Caretaker& caretaker, const config::Config& config)
{
    Job job;
    job.name = "rotate_keys";
    job.period = management::rotation_settings(config.environment).interval;
    job.step = [&caretaker] { return count_work(caretaker.rotate_keys(), "keys that got a new text"); };
    return job;
}

Job remove_what_expired(management::Caretaker& caretaker)
{
    Job job;
    job.name = "remove_what_expired";
    job.period = std::chrono::minutes(1);
    job.step = [&caretaker] {
        return count_work(caretaker.remove_what_expired(), "sessions and hidden keys that ended");
    };
    return job;
}

Job warn_of_budgets(management::BudgetAlerts& alerts)
{
    Job job;
    job.name = "warn_of_budgets";
    job.period = std::chrono::seconds(5);
    job.step = [&alerts] { return without_count(alerts.look()); };
    return job;
}

Job send_letters(mail::PostOffice& office, db::Database& database)
{
    Job job;
    job.name = "send_letters";
    job.period = std::chrono::seconds(1);
    job.step = [&office, &database] { return send_due(office, database); };
    return job;
}

} // namespace litellm::jobs
