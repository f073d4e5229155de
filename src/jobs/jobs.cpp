#include "litellm/jobs/jobs.hpp"

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

} // namespace

Job write_ledger(spend::Ledger& ledger, db::Database& database, const config::Config& config)
{
    Job job;
    job.name = "write_ledger";
    job.period = std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(config.general.proxy_batch_write_at_seconds, 0.05, 3600.0) * 1000));
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

} // namespace litellm::jobs
