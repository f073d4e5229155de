#include "litellm/mail/post_office.hpp"

#include "outbox.hpp"

#include "litellm/core/log.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <map>

namespace litellm::mail {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t letters_a_round = 10;
constexpr seconds lease_length = minutes(2);
constexpr auto longest_age = hours(72);
constexpr auto kept_for = std::chrono::days(30);
constexpr std::array<seconds, 7> pauses{seconds(10), seconds(30), minutes(2), minutes(10), minutes(30), hours(1), hours(2)};

/// Runs blocking work on the mail thread and resumes the coroutine on its own executor.
struct RunOnThread {
    boost::asio::thread_pool* thread;
    std::function<void()>* work;

    template <class Handler>
    void operator()(Handler&& handler) const
    {
        const auto executor = boost::asio::get_associated_executor(handler);
        auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
        boost::asio::post(*thread, [shared, task = work, guard = boost::asio::make_work_guard(executor)] {
            (*task)();
            boost::asio::post(guard.get_executor(), [shared] { std::move (*shared)(); });
        });
    }
};

} // namespace

struct PostOffice::State {
    Transports transports;
    Branding branding;
    TextSeal seal;
    const Clock& clock;
    Random& random;
    // The last member: its thread ends before what it uses.
    boost::asio::thread_pool thread{1};

    [[nodiscard]] Transport* find(std::string_view name) const
    {
        const auto found = std::ranges::find(transports.all, name, [](const auto& each) { return each->name(); });
        return found == transports.all.end() ? nullptr : found->get();
    }

    /// Longer with each attempt, and never the same for two letters.
    [[nodiscard]] Timestamp next_attempt(std::int64_t attempts, const Delivery& delivery)
    {
        const auto index = std::min<std::size_t>(static_cast<std::size_t>(std::max<std::int64_t>(attempts, 1) - 1), pauses.size() - 1);
        const seconds pause = delivery.retry_after.value_or(pauses[index]);
        const double factor = 0.8 + 0.4 * random.unit();
        const auto milliseconds = static_cast<std::int64_t>(static_cast<double>(pause.count()) * 1000 * factor);
        return clock.now() + std::chrono::milliseconds(milliseconds);
    }

    [[nodiscard]] Result<Letter> letter_of(const LeasedLetter& leased) const
    {
        const auto event = event_from(leased.event);
        const auto facts = seal.open(leased.payload);
        if (!event || !facts)
            return invalid_input("the letter was sealed under another key and cannot be read");
        const auto document = parse_json(*facts);
        if (!document)
            return document.error();
        return letter_from(*event, *document, branding);
    }

    [[nodiscard]] Result<void> note(db::Transaction& transaction, const LeasedLetter& leased, const Delivery& delivery)
    {
        switch (delivery.outcome) {
        case Delivery::Outcome::sent:
            return mark_sent(transaction, leased.id, clock.now());
        case Delivery::Outcome::refused:
            return mark_dead(transaction, leased.id, delivery.error);
        case Delivery::Outcome::again:
        case Delivery::Outcome::misconfigured:
            break;
        }
        if (clock.now() - leased.created_at > longest_age)
            return mark_dead(transaction, leased.id, "given up: " + delivery.error);
        return mark_for_later(transaction, leased.id, next_attempt(leased.attempts, delivery), delivery.error);
    }
};

PostOffice::PostOffice(Transports transports, Branding branding, TextSeal seal, const Clock& clock, Random& random)
    : state_(std::make_unique<State>(std::move(transports), std::move(branding), std::move(seal), clock, random))
{
}

PostOffice::~PostOffice() { stop(); }

void PostOffice::stop()
{
    for (const auto& transport : state_->transports.all)
        transport->stop();
    state_->thread.join();
}

bool PostOffice::is_open() const { return !state_->transports.all.empty(); }
const Branding& PostOffice::branding() const { return state_->branding; }

Result<bool> PostOffice::post(
    db::Transaction& transaction, Event event, const std::string& to, const Json& facts, const std::string& dedupe_key
)
{
    if (!is_open())
        return false;
    if (!is_address(to)) {
        log::warning("mail", "no letter for the event \"{}\": its recipient has no e-mail address", to_string(event));
        return false;
    }
    const auto switches = load_event_settings(transaction);
    if (!switches)
        return switches.error();
    if (switches->value(std::string(to_string(event)), Json()) == Json(false))
        return false;
    const std::string sealed = state_->seal.seal(to_text(facts), state_->random);
    for (const auto& transport : state_->transports.all) {
        NewLetter letter;
        letter.id = new_uuid(state_->random);
        letter.event = to_string(event);
        letter.transport = transport->name();
        letter.recipient = to;
        letter.payload = sealed;
        letter.dedupe_key = dedupe_key + ":" + letter.transport;
        const auto inserted = insert_letter(transaction, letter, state_->clock.now());
        if (!inserted)
            return inserted.error();
    }
    return true;
}

Task<std::size_t> PostOffice::deliver_due(db::Database& database)
{
    auto leased = co_await database.transact<std::vector<LeasedLetter>>([&](db::Transaction& transaction) {
        return lease_due_letters(transaction, state_->clock.now(), lease_length, letters_a_round);
    });
    if (!leased)
        co_return leased.error();
    if (leased->empty())
        co_return std::size_t(0);
    for (const LeasedLetter& each : *leased) {
        Delivery delivery;
        const auto letter = state_->letter_of(each);
        Transport* const transport = state_->find(each.transport);
        if (!letter) {
            delivery.outcome = Delivery::Outcome::refused;
            delivery.error = letter.error().message;
        } else if (transport == nullptr) {
            delivery.outcome = Delivery::Outcome::misconfigured;
            delivery.error = each.transport + " is not configured any more";
        } else {
            std::function<void()> work = [&] { delivery = transport->send(*letter, each.id, state_->clock.now()); };
            RunOnThread run{&state_->thread, &work};
            co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(run, boost::asio::use_awaitable);
        }
        if (delivery.outcome != Delivery::Outcome::sent)
            log::warning("mail", "letter {} was not sent at attempt {}: {}", each.id, each.attempts, delivery.error);
        const auto noted = co_await database.transact<void>([&](db::Transaction& transaction) {
            return state_->note(transaction, each, delivery);
        });
        if (!noted)
            co_return noted.error();
    }
    const auto cleaned = co_await database.transact<void>([&](db::Transaction& transaction) {
        return remove_old_letters(transaction, state_->clock.now() - kept_for);
    });
    if (!cleaned)
        co_return cleaned.error();
    co_return leased->size();
}

Task<void> PostOffice::send_test_letter(const std::string& to)
{
    if (!is_open())
        co_return invalid_input("No e-mail transport is configured. Add smtp_email or resend_email to litellm_settings.callbacks.");
    if (!is_address(to))
        co_return invalid_input("TEST_EMAIL_ADDRESS is no e-mail address.", "email");
    KeyFacts facts;
    facts.to = to;
    facts.key = "sk-this-is-a-test-letter";
    facts.key_alias = "test";
    const Letter letter = key_created_letter(facts, state_->branding);
    std::string problems;
    std::function<void()> work = [&] {
        for (const auto& transport : state_->transports.all) {
            const Delivery delivery = transport->send(letter, new_uuid(state_->random), state_->clock.now());
            if (delivery.outcome != Delivery::Outcome::sent)
                problems += std::string(transport->name()) + ": " + delivery.error + ". ";
        }
    };
    RunOnThread run{&state_->thread, &work};
    co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(run, boost::asio::use_awaitable);
    if (!problems.empty())
        co_return Error{ErrorKind::upstream_failed, problems};
    co_return Result<void>();
}

Result<void> PostOffice::retry(db::Transaction& transaction, const std::string& id)
{
    return make_letter_due(transaction, id, state_->clock.now());
}

} // namespace litellm::mail
