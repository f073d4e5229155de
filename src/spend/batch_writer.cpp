#include "batch_writer.hpp"

#include "batch.hpp"
#include "entry_codec.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"
#include "litellm/store/budget_leases.hpp"

#include <unordered_set>

namespace litellm::spend {

namespace {

/// As many rows as one INSERT takes on Postgres.
constexpr std::size_t chunk_size = 64;

std::string with_suffix(const std::string& request_id, Random& random)
{
    return request_id + "_" + new_uuid(random);
}

/// Some providers repeat their response ids. The checkpoint tells that a row was not written before, so a
/// taken id means another call: it gets a suffix.
Result<void> insert_logs(db::Transaction& transaction, std::span<store::SpendLog> logs, Random& random)
{
    std::unordered_set<std::string> seen;
    for (auto& log : logs) {
        while (!seen.insert(log.request_id).second)
            log.request_id = with_suffix(log.request_id, random);
    }
    const auto inserted = store::insert_spend_logs(transaction, logs);
    if (!inserted)
        return inserted.error();
    if (inserted->size() == logs.size())
        return {};
    for (const auto& id : *inserted)
        seen.erase(id);
    std::vector<store::SpendLog> again;
    for (auto& log : logs) {
        if (!seen.contains(log.request_id))
            continue;
        again.push_back(std::move(log));
        again.back().request_id = with_suffix(again.back().request_id, random);
    }
    const auto second = store::insert_spend_logs(transaction, again);
    if (!second)
        return second.error();
    return {};
}

/// Rows of one chunk at a time; its memory is used again for the next.
class BatchWriter {
public:
    BatchWriter(db::Transaction& transaction, const BatchContext& context, std::int64_t checkpoint)
        : transaction_(transaction), context_(context), checkpoint_(checkpoint), logs_(chunk_size)
    {
    }

    Result<void> write(std::span<const Journal::Outcome> chunk)
    {
        std::size_t count = 0;
        for (const auto& outcome : chunk) {
            if (!decode_into(outcome.payload, entry_)) {
                log::error("spend", "journal record {} cannot be read and is left out", outcome.sequence);
                continue;
            }
            amounts_.add(entry_);
            if (static_cast<std::int64_t>(outcome.sequence) <= checkpoint_)
                continue;
            totals_.add(entry_);
            std::swap(logs_[count++], entry_.log);
        }
        if (!context_.write_logs || count == 0)
            return {};
        return insert_logs(transaction_, std::span(logs_).first(count), context_.random);
    }

    Result<std::vector<Amount>> finish(std::int64_t last)
    {
        const Timestamp now = context_.clock.now();
        if (checkpoint_ < last) {
            if (const auto applied = store::apply_spend(transaction_, totals_.increments()); !applied)
                return applied.error();
            const auto new_id = [this] { return new_uuid(context_.random); };
            const auto applied = store::apply_daily_spend(transaction_, totals_.take_daily(), now, new_id);
            if (!applied)
                return applied.error();
            if (const auto added = store::add_period_spend(transaction_, totals_.take_periods()); !added)
                return added.error();
            if (const auto saved = store::save_checkpoint(transaction_, context_.journal.id(), last, now);
                !saved)
                return saved.error();
        }
        auto amounts = amounts_.take();
        if (checkpoint_ < last) {
            if (const auto reduced = reduce_leases(amounts); !reduced)
                return reduced.error();
        }
        return amounts;
    }

private:
    /// What is in the database now is not leased any more.
    Result<void> reduce_leases(const std::vector<Amount>& amounts)
    {
        for (const Amount& each : amounts) {
            if (!context_.accounts.has_lease(each.kind, each.id))
                continue;
            const store::LeaseScope scope{std::string(to_string(each.kind)), each.id, each.period_end};
            if (const auto reduced =
                    store::reduce_lease(transaction_, scope, context_.journal.id(), each.amount);
                !reduced)
                return reduced.error();
        }
        return {};
    }

    db::Transaction& transaction_;
    const BatchContext& context_;
    const std::int64_t checkpoint_;
    std::vector<store::SpendLog> logs_;
    Entry entry_;
    AmountSums amounts_;
    Totals totals_;
};

} // namespace

Result<std::vector<Amount>> write_batch(
    db::Transaction& transaction, const BatchContext& context, std::span<const Journal::Outcome> outcomes
)
{
    const auto checkpoint = store::load_checkpoint(transaction, context.journal.id());
    if (!checkpoint)
        return checkpoint.error();
    BatchWriter writer(transaction, context, *checkpoint);
    const auto last = static_cast<std::int64_t>(outcomes.back().sequence);
    for (; !outcomes.empty(); outcomes = outcomes.subspan(std::min(chunk_size, outcomes.size()))) {
        const auto chunk = outcomes.first(std::min(chunk_size, outcomes.size()));
        if (const auto written = writer.write(chunk); !written)
            return written.error();
    }
    return writer.finish(last);
}

} // namespace litellm::spend
