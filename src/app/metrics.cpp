#include "metrics.hpp"

namespace litellm::app {

namespace {

boost::asio::awaitable<void>
add_letters(management::LetterService& letters, const Clock& clock, MetricsText& figures)
{
    const auto report = co_await letters.report();
    if (!report)
        co_return;
    figures.describe("email_outbox_pending", "gauge", "Letters that wait to be sent");
    figures.sample("email_outbox_pending", {}, static_cast<double>(report->waiting));
    const auto age = report->oldest ? clock.now() - *report->oldest : std::chrono::microseconds(0);
    figures.describe("email_outbox_oldest_seconds", "gauge", "Age of the oldest letter that waits");
    figures.sample("email_outbox_oldest_seconds", {}, std::chrono::duration<double>(age).count());
    figures.describe(
        "email_sent_total", "counter", "Letters that a server has taken, since the start of this process"
    );
    for (const auto& each : report->counts) {
        if (each.outcome == "sent")
            figures.sample(
                "email_sent_total",
                {{"event", each.event}, {"transport", each.transport}},
                static_cast<double>(each.count)
            );
    }
    figures.describe(
        "email_failed_total", "counter", "Tries to send a letter that failed, since the start of this process"
    );
    for (const auto& each : report->counts) {
        if (each.outcome != "sent")
            figures.sample(
                "email_failed_total",
                {{"event", each.event}, {"transport", each.transport}, {"class", each.outcome}},
                static_cast<double>(each.count)
            );
    }
}

boost::asio::awaitable<void> add_ledger(const spend::Ledger& ledger, MetricsText& figures)
{
    figures.describe(
        "litellm_ledger_backlog", "gauge", "Calls in the journal that are not in the database yet"
    );
    figures.sample("litellm_ledger_backlog", {}, static_cast<double>(ledger.backlog()));
    figures.describe("litellm_ledger_journal_bytes", "gauge", "Size of the journal's files");
    figures.sample("litellm_ledger_journal_bytes", {}, static_cast<double>(ledger.journal_bytes()));
    figures.describe(
        "litellm_ledger_unrecorded_total", "counter", "Calls served although the journal had no room for them"
    );
    figures.sample("litellm_ledger_unrecorded_total", {}, static_cast<double>(ledger.unrecorded()));
    co_return;
}

boost::asio::awaitable<void>
add_redis(const std::vector<std::shared_ptr<redis::Connection>>& connections, MetricsText& figures)
{
    redis::Figures sum;
    for (const auto& connection : connections) {
        const redis::Figures each = connection->figures();
        sum.commands += each.commands;
        sum.failures += each.failures;
        sum.is_away = sum.is_away || each.is_away;
    }
    if (connections.empty())
        co_return;
    figures.describe(
        "litellm_redis_away",
        "gauge",
        "1 while Redis does not answer in time: limits hold in each process by itself"
    );
    figures.sample("litellm_redis_away", {}, sum.is_away ? 1 : 0);
    figures.describe("litellm_redis_commands_total", "counter", "Commands, since the start of this process");
    figures.sample("litellm_redis_commands_total", {}, static_cast<double>(sum.commands));
    figures.describe(
        "litellm_redis_failures_total", "counter", "Commands that Redis did not answer in time or at all"
    );
    figures.sample("litellm_redis_failures_total", {}, static_cast<double>(sum.failures));
}

} // namespace

api::MetricsSource letter_figures(management::LetterService& letters, const Clock& clock)
{
    return [&letters, &clock](MetricsText& figures) { return add_letters(letters, clock, figures); };
}

api::MetricsSource ledger_figures(const spend::Ledger& ledger)
{
    return [&ledger](MetricsText& figures) { return add_ledger(ledger, figures); };
}

api::MetricsSource redis_figures(const std::vector<std::shared_ptr<redis::Connection>>& connections)
{
    return [&connections](MetricsText& figures) { return add_redis(connections, figures); };
}

} // namespace litellm::app
