#include "litellm/spend/ledger.hpp"

#include "batch.hpp"
#include "batch_writer.hpp"
#include "entry_codec.hpp"
#include "journal.hpp"
#include "litellm/core/log.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>

namespace litellm::spend {

namespace {

constexpr std::size_t batch_size = 2000;

/// Resumes a coroutine when the journal is on the disk.
struct WaitForDisk {
    Journal* journal;

    template <class Handler>
    void operator()(Handler&& handler) const
    {
        const auto executor = boost::asio::get_associated_executor(handler);
        auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
        const auto resume = [shared, guard = boost::asio::make_work_guard(executor)](bool is_written) {
            boost::asio::post(guard.get_executor(), [shared, is_written] {
                std::move (*shared)(is_written);
            });
        };
        if (!journal->when_durable(resume))
            resume(true);
    }
};

class JournaledLedger final : public Ledger {
public:
    JournaledLedger(
        const LedgerOptions& options,
        std::unique_ptr<Journal> journal,
        const Clock& clock,
        Random& random,
        Accounts& accounts
    )
        : options_(options), journal_(std::move(journal)), clock_(clock), random_(random), accounts_(accounts)
    {
    }

    Result<Ticket> open_call(const Entry& draft) override
    {
        if (!options_.write_anything)
            return Ticket{};
        const auto sequence = journal_->append_intent(encode(draft));
        if (!sequence && options_.serve_when_full && sequence.error().kind == ErrorKind::unavailable)
            return Ticket{0, true};
        if (!sequence)
            return sequence.error();
        return Ticket{*sequence};
    }

    Result<void> redirect_call(Ticket ticket, const Entry& draft) override
    {
        if (ticket.sequence == 0)
            return {};
        return journal_->replace_intent(ticket.sequence, encode(draft));
    }

    void settle(Ticket ticket, const Entry& entry) override
    {
        if (ticket.sequence != 0)
            journal_->append_outcome(ticket.sequence, encode(entry));
        else if (ticket.is_unannounced)
            settle_unannounced(entry);
    }

    Task<void> make_durable() override
    {
        if (!options_.strict || !options_.write_anything)
            co_return Result<void>();
        WaitForDisk wait{journal_.get()};
        const bool is_written =
            co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(bool)>(
                wait, boost::asio::use_awaitable
            );
        if (!is_written)
            co_return unavailable("The spend journal cannot be written to the disk; try again later.");
        co_return Result<void>();
    }

    Task<std::size_t> apply_batch(db::Database& database) override
    {
        const std::vector<Journal::Outcome> outcomes = journal_->next_outcomes(batch_size);
        if (outcomes.empty())
            co_return std::size_t{0};
        const auto written = co_await write(database, outcomes);
        if (!written && is_worth_splitting(written.error())) {
            log::warning(
                "spend",
                "a batch of {} calls was refused by the database, writing them one by one: {}",
                outcomes.size(),
                written.error().message
            );
            co_return co_await apply_singly(database, outcomes);
        }
        if (!written)
            co_return written.error();
        journal_->mark_applied(outcomes.back().sequence);
        co_return outcomes.size();
    }

    const std::string& id() const override { return journal_->id(); }
    std::size_t backlog() const override { return journal_->backlog(); }
    std::size_t journal_bytes() const override { return journal_->bytes(); }
    std::uint64_t unrecorded() const override { return unrecorded_; }

    /// What was written before the process died, but not noted in the journal any more.
    void skip_written(db::Database& database)
    {
        const auto checkpoint = database.transact_now<std::int64_t>([&](db::Transaction& transaction) {
            return store::load_checkpoint(transaction, journal_->id());
        });
        if (checkpoint)
            journal_->mark_applied(static_cast<std::uint64_t>(*checkpoint));
        else
            log::warning(
                "spend", "cannot ask the database what it has of the journal: {}", checkpoint.error().message
            );
    }

    /// Outcomes of an earlier process are counted as spent; its unfinished calls are settled at their upper
    /// bound.
    void recover()
    {
        for (const auto& [sequence, payload] : journal_->left_open()) {
            auto entry = decode(payload);
            if (!entry)
                continue;
            entry->log.end_time = clock_.now();
            entry->log.status = "failure";
            mark_as_bound(*entry);
            journal_->append_outcome(sequence, encode(*entry));
            log::warning(
                "spend",
                "call {} did not end before the last stop; charged at its upper bound of {} USD",
                entry->log.request_id,
                entry->log.spend.to_string()
            );
        }
        AmountSums unwritten;
        for (const auto& outcome : journal_->next_outcomes(journal_->backlog())) {
            if (const auto entry = decode(outcome.payload))
                unwritten.add(*entry);
        }
        for (const auto& [kind, id, amount, period_end] : unwritten.take())
            accounts_.add_spend(kind, id, amount, period_end);
    }

private:
    void settle_unannounced(const Entry& entry)
    {
        const auto recorded = journal_->append_unannounced(encode(entry));
        if (recorded)
            return;
        ++unrecorded_;
        log::error(
            "spend",
            "call {} of {} USD is not recorded: {}",
            entry.log.request_id,
            entry.log.spend.to_string(),
            recorded.error().message
        );
    }

    static void mark_as_bound(Entry& entry)
    {
        auto metadata = parse_json(entry.log.metadata_json);
        Json document = metadata && metadata->is_object() ? std::move(*metadata) : Json::object();
        document["measure"] = "bound";
        document["status"] = "failure";
        entry.log.metadata_json = to_text(document);
    }

    static bool is_worth_splitting(const Error& error)
    {
        return error.kind == ErrorKind::invalid_input || error.kind == ErrorKind::conflict;
    }

    /// One transaction; the decoding happens on the database's thread, too.
    Task<void> write(db::Database& database, std::span<const Journal::Outcome> outcomes)
    {
        const BatchContext context{*journal_, clock_, random_, accounts_, options_.write_logs};
        accounts_.begin_apply();
        auto done = co_await database.transact<std::vector<Amount>>([&](db::Transaction& transaction) {
            return write_batch(transaction, context, outcomes);
        });
        const std::vector<Amount> nothing;
        accounts_.end_apply(done ? *done : nothing);
        if (!done)
            co_return done.error();
        co_return Result<void>();
    }

    Task<std::size_t> apply_singly(db::Database& database, const std::vector<Journal::Outcome>& outcomes)
    {
        for (Journal::Outcome outcome : outcomes) {
            const std::span<const Journal::Outcome> one(&outcome, 1);
            auto written = co_await write(database, one);
            if (!written && is_worth_splitting(written.error())) {
                log::error(
                    "spend",
                    "call {} cannot be stored as it is ({}); its texts are left out",
                    outcome.sequence,
                    written.error().message
                );
                const std::string plain = without_texts(outcome.payload);
                outcome.payload = plain;
                written = co_await write(database, one);
            }
            if (!written)
                co_return written.error();
            journal_->mark_applied(outcome.sequence);
        }
        co_return outcomes.size();
    }

    static std::string without_texts(std::string_view payload)
    {
        auto entry = decode(payload);
        if (!entry)
            return std::string(payload);
        entry->log.metadata_json = "{}";
        entry->log.request_tags_json = "[]";
        entry->log.messages_json = entry->log.response_json = entry->log.proxy_server_request_json = "{}";
        entry->tags.clear();
        return encode(*entry);
    }

    LedgerOptions options_;
    std::unique_ptr<Journal> journal_;
    const Clock& clock_;
    Random& random_;
    Accounts& accounts_;
    std::atomic<std::uint64_t> unrecorded_{0};
};

} // namespace

Result<std::unique_ptr<Ledger>> Ledger::open(
    const LedgerOptions& options,
    const Clock& clock,
    Random& random,
    Accounts& accounts,
    db::Database* database
)
{
    JournalOptions journal_options;
    journal_options.directory = options.directory;
    journal_options.segment_bytes = options.segment_bytes;
    journal_options.max_bytes = options.max_bytes;
    journal_options.strict = options.strict;
    auto journal = Journal::open(journal_options, random);
    if (!journal)
        return journal.error();
    auto ledger = std::make_unique<JournaledLedger>(options, std::move(*journal), clock, random, accounts);
    if (database != nullptr)
        ledger->skip_written(*database);
    ledger->recover();
    return std::unique_ptr<Ledger>(std::move(ledger));
}

} // namespace litellm::spend
