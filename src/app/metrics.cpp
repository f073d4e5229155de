#include "metrics.hpp"

namespace litellm::app {

namespace {

boost::asio::awaitable<void> add_letters(management::LetterService& letters, const Clock& clock, MetricsText& figures)
{
    const auto report = co_await letters.report();
    if (!report)
        co_return;
    figures.describe("email_outbox_pending", "gauge", "Letters that wait to be sent");
    figures.sample("email_outbox_pending", {}, static_cast<double>(report->waiting));
    const auto age = report->oldest ? clock.now() - *report->oldest : std::chrono::microseconds(0);
    figures.describe("email_outbox_oldest_seconds", "gauge", "Age of the oldest letter that waits");
    figures.sample("email_outbox_oldest_seconds", {}, std::chrono::duration<double>(age).count());
    figures.describe("email_sent_total", "counter", "Letters that a server has taken, since the start of this process");
    for (const auto& each : report->counts) {
        if (each.outcome == "sent")
            figures.sample("email_sent_total", {{"event", each.event}, {"transport", each.transport}}, static_cast<double>(each.count));
    }
    figures.describe("email_failed_total", "counter", "Tries to send a letter that failed, since the start of this process");
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
    figures.describe("litellm_ledger_backlog", "gauge", "Calls in the journal that are not in the database yet");
    figures.sample("litellm_ledger_backlog", {}, static_cast<double>(ledger.backlog()));
    co_return;
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

} // namespace litellm::app
