#include "litellm/spend/ledger.hpp"

#include "batch.hpp"
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
#include <unordered_set>

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
        const auto resume = [shared, guard = boost::asio::make_work_guard(executor)] {
            boost::asio::post(guard.get_executor(), [shared] { std::move (*shared)(); });
        };
        if (!journal->when_durable(resume))
            resume();
    }
};

class JournaledLedger final : public Ledger {
public:
    JournaledLedger(const LedgerOptions& options, std::unique_ptr<Journal> journal, const Clock& clock, Random& random, Accounts& accounts)
        : options_(options), journal_(std::move(journal)), clock_(clock), random_(random), accounts_(accounts)
    {
    }

    Result<Ticket> open_call(const Entry& draft) override
    {
        if (!options_.write_anything)
            return Ticket{};
        const auto sequence = journal_->append_intent(encode(draft));
        if (!sequence)
            return sequence.error();
        return Ticket{*sequence};
    }

    void settle(Ticket ticket, const Entry& entry) override
    {
        if (ticket.sequence != 0)
            journal_->append_outcome(ticket.sequence, encode(entry));
    }

    Task<void> make_durable() override
    {
        if (!options_.strict || !options_.write_anything)
            co_return Result<void>();
        WaitForDisk wait{journal_.get()};
        co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(wait, boost::asio::use_awaitable);
        co_return Result<void>();
    }

    Task<std::size_t> apply_batch(db::Database& database) override
    {
        const std::vector<Journal::Outcome> outcomes = journal_->next_outcomes(batch_size);
        if (outcomes.empty())
            co_return std::size_t{0};
        const auto written = co_await write(database, outcomes);
        if (!written && is_worth_splitting(written.error())) {
            log::warning("spend", "a batch of {} calls was refused by the database, writing them one by one: {}", outcomes.size(), written.error().message);
            co_return co_await apply_singly(database, outcomes);
        }
        if (!written)
            co_return written.error();
        journal_->mark_applied(outcomes.back().sequence);
        co_return outcomes.size();
    }

    std::size_t backlog() const override { return journal_->backlog(); }
    std::size_t journal_bytes() const override { return journal_->bytes(); }

    /// Outcomes of an earlier process are counted as spent; its unfinished calls are settled at their upper bound.
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
            log::warning("spend", "call {} did not end before the last stop; charged at its upper bound of {} USD", entry->log.request_id, entry->log.spend.to_string());
        }
        for (const auto& outcome : journal_->next_outcomes(journal_->backlog())) {
            if (const auto entry = decode(outcome.payload)) {
                for (const auto& [kind, id, amount] : amounts_of(*entry))
                    accounts_.add_spend(kind, id, amount);
            }
        }
    }

private:
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

    Task<void> write(db::Database& database, const std::vector<Journal::Outcome>& outcomes)
    {
        std::vector<Entry> entries;
        std::vector<Amount> amounts;
        entries.reserve(outcomes.size());
        for (const auto& outcome : outcomes) {
            auto entry = decode(outcome.payload);
            if (!entry) {
                log::error("spend", "journal record {} cannot be read and is left out", outcome.sequence);
                continue;
            }
            for (auto& amount : amounts_of(*entry))
                amounts.push_back(std::move(amount));
            entries.push_back(std::move(*entry));
        }
        const auto first = static_cast<std::int64_t>(outcomes.front().sequence);
        const auto last = static_cast<std::int64_t>(outcomes.back().sequence);
        accounts_.begin_apply();
        auto done = co_await database.transact<bool>([&](db::Transaction& transaction) { return write_once(transaction, outcomes, entries, first, last); });
        if (!done) {
            const std::vector<Amount> nothing;
            accounts_.end_apply(nothing);
            co_return done.error();
        }
        accounts_.end_apply(amounts);
        co_return Result<void>();
    }

    /// The checkpoint and what it covers change together, so that a batch counts once however often it is tried.
    Result<bool> write_once(
        db::Transaction& transaction, const std::vector<Journal::Outcome>& outcomes, const std::vector<Entry>& entries, std::int64_t first, std::int64_t last
    )
    {
        const auto checkpoint = store::load_checkpoint(transaction, journal_->id());
        if (!checkpoint)
            return checkpoint.error();
        if (*checkpoint >= last)
            return true;
        const std::vector<Entry>* unwritten = &entries;
        std::vector<Entry> rest;
        if (*checkpoint >= first) {
            for (const auto& outcome : outcomes) {
                auto entry = static_cast<std::int64_t>(outcome.sequence) > *checkpoint ? decode(outcome.payload) : std::nullopt;
                if (entry)
                    rest.push_back(std::move(*entry));
            }
            unwritten = &rest;
        }
        Batch batch = make_batch(*unwritten);
        if (options_.write_logs) {
            if (const auto inserted = insert_logs(transaction, batch.logs); !inserted)
                return inserted.error();
        }
        if (const auto applied = store::apply_spend(transaction, batch.increments); !applied)
            return applied.error();
        const auto new_id = [&] { return new_uuid(random_); };
        if (const auto applied = store::apply_daily_spend(transaction, std::move(batch.daily), clock_.now(), new_id); !applied)
            return applied.error();
        if (const auto saved = store::save_checkpoint(transaction, journal_->id(), last, clock_.now()); !saved)
            return saved.error();
        return true;
    }

    /// Some providers repeat their response ids. The checkpoint tells that a row was not written before, so a taken id means another call: it gets a suffix.
    Result<void> insert_logs(db::Transaction& transaction, std::vector<store::SpendLog>& logs)
    {
        std::unordered_set<std::string> seen;
        for (auto& log : logs) {
            if (!seen.insert(log.request_id).second) {
                log.request_id += "_" + new_uuid(random_);
                seen.insert(log.request_id);
            }
        }
        const auto inserted = store::insert_spend_logs(transaction, logs);
        if (!inserted)
            return inserted.error();
        if (inserted->size() == logs.size())
            return {};
        const std::unordered_set<std::string> written(inserted->begin(), inserted->end());
        std::vector<store::SpendLog> again;
        for (auto& log : logs) {
            if (!written.contains(log.request_id)) {
                again.push_back(std::move(log));
                again.back().request_id += "_" + new_uuid(random_);
            }
        }
        const auto second = store::insert_spend_logs(transaction, again);
        if (!second)
            return second.error();
        return {};
    }

    Task<std::size_t> apply_singly(db::Database& database, const std::vector<Journal::Outcome>& outcomes)
    {
        for (const auto& outcome : outcomes) {
            std::vector<Journal::Outcome> one(1, outcome);
            auto written = co_await write(database, one);
            if (!written && is_worth_splitting(written.error())) {
                log::error("spend", "call {} cannot be stored as it is ({}); its texts are left out", outcome.sequence, written.error().message);
                one.front().payload = without_texts(outcome.payload);
                written = co_await write(database, one);
            }
            if (!written)
                co_return written.error();
            journal_->mark_applied(outcome.sequence);
        }
        co_return outcomes.size();
    }

    static std::string without_texts(const std::string& payload)
    {
        auto entry = decode(payload);
        if (!entry)
            return payload;
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
};

} // namespace

Result<std::unique_ptr<Ledger>> Ledger::open(const LedgerOptions& options, const Clock& clock, Random& random, Accounts& accounts)
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
    ledger->recover();
    return std::unique_ptr<Ledger>(std::move(ledger));
}

} // namespace litellm::spend
