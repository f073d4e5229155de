#include "litellm/mail/post_office.hpp"

#include "outbox.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>

namespace litellm::mail {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// One at a time: no letter's lease may end while it waits behind another that a slow server holds up.
constexpr std::int64_t letters_a_round = 1;
/// How much longer than the longest sending a letter belongs to whoever sends it.
constexpr seconds lease_reserve(15);
/// A transport that refuses to work at all is left alone for so long.
constexpr seconds pause_of_transport = minutes(1);
constexpr auto kept_for = std::chrono::days(30);
constexpr std::array<seconds, 7> pauses{
    seconds(10), seconds(30), minutes(2), minutes(10), minutes(30), hours(1), hours(2)};

/// Runs blocking work on the mail thread and resumes the coroutine on its own executor.
struct RunOnThread {
    boost::asio::thread_pool* thread;
    std::function<void()>* work;

    template <class Handler>
    void operator()(Handler&& handler) const
    {
        const auto executor = boost::asio::get_associated_executor(handler);
        auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
        // The loop may end once the coroutine has gone on: nothing of it stays behind on the thread.
        boost::asio::post(
            *thread,
            [shared, task = work, guard = boost::asio::make_work_guard(executor)]() mutable {
                (*task)();
                auto target = guard.get_executor();
                boost::asio::post(
                    std::move(target),
                    [shared = std::move(shared), guard = std::move(guard)]() mutable {
                        std::move (*shared)();
                    }
                );
            }
        );
    }
};

std::string_view name_of(Delivery::Outcome outcome)
{
    switch (outcome) {
    case Delivery::Outcome::sent:
        return "sent";
    case Delivery::Outcome::again:
        return "again";
    case Delivery::Outcome::refused:
        return "refused";
    case Delivery::Outcome::misconfigured:
        break;
    }
    return "misconfigured";
}

std::optional<std::string> text_or_nothing(const std::string& text)
{
    return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<double> positive_number(const Environment& environment, const char* name)
{
    const auto text = environment(name);
    if (!text || trim(*text).empty())
        return std::nullopt;
    const std::string number(trim(*text));
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    if (*end == '\0' && std::isfinite(value) && value > 0)
        return value;
    log::warning("mail", "{} is no positive number; the usual value is used", name);
    return std::nullopt;
}

} // namespace

PostOfficeOptions post_office_options(const Environment& environment)
{
    constexpr double longest = 24.0 * 365;
    PostOfficeOptions options;
    // A letter waits for its turn while it is leased: less than one in ten seconds would outlast that.
    options.letters_per_second =
        std::max(positive_number(environment, "EMAIL_RATE_PER_SECOND").value_or(2), 0.1);
    if (const auto age = positive_number(environment, "EMAIL_MAX_AGE_HOURS"))
        options.longest_age = hours(static_cast<std::int64_t>(std::ceil(std::min(*age, longest))));
    return options;
}

struct PostOffice::State {
    Transports transports;
    Branding branding;
    TextSeal seal;
    const Clock& clock;
    Random& random;
    PostOfficeOptions options;
    mutable std::mutex mutex;                                   ///< of the counts
    std::map<std::array<std::string, 3>, std::uint64_t> counts; ///< by event, transport, outcome
    std::map<std::string, std::chrono::steady_clock::time_point>
        next_slots; ///< by transport; of the delivering job alone
    // The last members: their threads end before what they use. A test does not wait behind letters that a
    // server holds up.
    boost::asio::thread_pool thread{1};
    boost::asio::thread_pool test_thread{1};

    [[nodiscard]] Transport* find(std::string_view name) const
    {
        const auto found =
            std::ranges::find(transports.all, name, [](const auto& each) { return each->name(); });
        return found == transports.all.end() ? nullptr : found->get();
    }

    /// Nobody else sends a letter while this process may be at it.
    [[nodiscard]] seconds lease_length() const
    {
        seconds longest(0);
        for (const auto& each : transports.all)
            longest = std::max(longest, each->longest_send());
        return longest + lease_reserve;
    }

    /// Longer with each attempt, and never the same for two letters.
    [[nodiscard]] Timestamp next_attempt(std::int64_t attempts, const Delivery& delivery)
    {
        const auto index = std::min<std::size_t>(
            static_cast<std::size_t>(std::max<std::int64_t>(attempts, 1) - 1), pauses.size() - 1
        );
        const seconds pause = delivery.retry_after.value_or(pauses[index]);
        const double factor = 0.8 + 0.4 * random.unit();
        const auto milliseconds =
            static_cast<std::int64_t>(static_cast<double>(pause.count()) * 1000 * factor);
        return clock.now() + std::chrono::milliseconds(milliseconds);
    }

    void count(const LeasedLetter& leased, const Delivery& delivery)
    {
        const std::lock_guard lock(mutex);
        ++counts[{leased.event, leased.transport, std::string(name_of(delivery.outcome))}];
    }

    /// How long the transport must wait for its next letter; takes that place.
    [[nodiscard]] std::chrono::steady_clock::duration take_slot(const std::string& transport)
    {
        if (options.letters_per_second <= 0)
            return {};
        const auto now = std::chrono::steady_clock::now();
        auto& next = next_slots[transport];
        const auto slot = std::max(now, next);
        next = slot + std::chrono::microseconds(static_cast<std::int64_t>(1e6 / options.letters_per_second));
        return slot - now;
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

    [[nodiscard]] Result<void>
    note(db::Transaction& transaction, const LeasedLetter& leased, const Delivery& delivery)
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
        const Timestamp now = clock.now();
        if (now - leased.created_at > options.longest_age || (leased.give_up_at && *leased.give_up_at <= now))
            return mark_dead(transaction, leased.id, "given up: " + delivery.error);
        if (delivery.outcome == Delivery::Outcome::misconfigured) {
            const auto postponed = postpone_letters(transaction, leased.transport, now + pause_of_transport);
            if (!postponed)
                return postponed.error();
        }
        return mark_for_later(
            transaction, leased.id, next_attempt(leased.attempts, delivery), delivery.error
        );
    }
};

PostOffice::PostOffice(
    Transports transports,
    Branding branding,
    TextSeal seal,
    const Clock& clock,
    Random& random,
    PostOfficeOptions options
)
    : state_(new State{
          std::move(transports), std::move(branding), std::move(seal), clock, random, options, {}, {}, {}})
{
}

PostOffice::~PostOffice()
{
    stop();
}

void PostOffice::stop()
{
    for (const auto& transport : state_->transports.all)
        transport->stop();
    state_->thread.join();
    state_->test_thread.join();
}

bool PostOffice::is_open() const
{
    return !state_->transports.all.empty();
}
const Branding& PostOffice::branding() const
{
    return state_->branding;
}

Result<bool> PostOffice::post(db::Transaction& transaction, const Occasion& occasion, const Json& facts)
{
    if (!is_open())
        return false;
    if (!is_address(occasion.to)) {
        log::warning(
            "mail",
            "no letter for the event \"{}\": its recipient has no e-mail address",
            to_string(occasion.event)
        );
        return false;
    }
    const auto switches = load_event_settings(transaction);
    if (!switches)
        return switches.error();
    if (switches->value(std::string(to_string(occasion.event)), Json()) == Json(false))
        return false;
    const std::string sealed = state_->seal.seal(to_text(facts), state_->random);
    for (const auto& transport : state_->transports.all) {
        NewLetter letter;
        letter.id = new_ordered_uuid(state_->random, state_->clock.now());
        letter.event = to_string(occasion.event);
        letter.transport = transport->name();
        letter.recipient = occasion.to;
        letter.payload = sealed;
        letter.dedupe_key = occasion.dedupe_key + ":" + letter.transport;
        letter.key_token = text_or_nothing(occasion.key_token);
        letter.user_id = text_or_nothing(occasion.user_id);
        letter.give_up_at = occasion.give_up_at;
        const auto inserted = insert_letter(transaction, letter, state_->clock.now());
        if (!inserted)
            return inserted.error();
    }
    return true;
}

Result<PostOfficeReport> PostOffice::report(db::Transaction& transaction) const
{
    const auto backlog = load_backlog(transaction);
    if (!backlog)
        return backlog.error();
    PostOfficeReport report;
    report.waiting = backlog->count;
    report.oldest = backlog->oldest;
    const std::lock_guard lock(state_->mutex);
    for (const auto& [names, count] : state_->counts)
        report.counts.push_back({names[0], names[1], names[2], count});
    return report;
}

Task<std::size_t> PostOffice::deliver_due(db::Database& database)
{
    auto leased = co_await database.transact<std::vector<LeasedLetter>>(
        [&](db::Transaction& transaction) -> Result<std::vector<LeasedLetter>> {
            const Timestamp now = state_->clock.now();
            if (const auto dropped = drop_pointless_letters(transaction, now); !dropped)
                return dropped.error();
            return lease_due_letters(transaction, now, state_->lease_length(), letters_a_round);
        }
    );
    if (!leased)
        co_return leased.error();
    if (leased->empty())
        co_return std::size_t(0);
    for (const LeasedLetter& each : *leased) {
        Delivery delivery;
        const auto letter = state_->letter_of(each);
        Transport* const transport = state_->find(each.transport);
        if (!letter) {
            // The next process may hold the key: the master key was rotated, and this one does not know the
            // new one yet.
            delivery.outcome = Delivery::Outcome::again;
            delivery.error = letter.error().message;
        } else if (transport == nullptr) {
            delivery.outcome = Delivery::Outcome::misconfigured;
            delivery.error = each.transport + " is not configured any more";
        } else {
            if (const auto pause = state_->take_slot(each.transport); pause.count() > 0) {
                boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
                timer.expires_after(pause);
                co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
            }
            std::function<void()> work = [&] {
                delivery = transport->send(*letter, each.id, state_->clock.now());
            };
            RunOnThread run{&state_->thread, &work};
            co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
                run, boost::asio::use_awaitable
            );
        }
        state_->count(each, delivery);
        if (delivery.outcome != Delivery::Outcome::sent)
            log::warning(
                "mail", "letter {} was not sent at attempt {}: {}", each.id, each.attempts, delivery.error
            );
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
        co_return invalid_input(
            "No e-mail transport is configured. Add smtp_email or resend_email to litellm_settings.callbacks."
        );
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
    RunOnThread run{&state_->test_thread, &work};
    co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
        run, boost::asio::use_awaitable
    );
    if (!problems.empty())
        co_return Error{ErrorKind::upstream_failed, problems};
    co_return Result<void>();
}

Result<void> PostOffice::retry(db::Transaction& transaction, const std::string& id)
{
    return make_letter_due(transaction, id, state_->clock.now());
}

} // namespace litellm::mail
