#pragma once
// The ledger: every dispatched call ends as exactly one row.
//
// Before a call is dispatched its intent is in the write-ahead journal; before its last byte is released its
// outcome is. Both live in files that are mapped into memory, so `kill -9` loses nothing; `strict` durability
// also waits for the disk. A job carries outcomes from the journal to the database in batches, each in one
// transaction together with the journal position it covers, so that nothing is counted twice.

#include "litellm/core/money.hpp"
#include "litellm/core/random.hpp"
#include "litellm/core/task.hpp"
#include "litellm/core/time.hpp"
#include "litellm/db/database.hpp"
#include "litellm/spend/accounts.hpp"
#include "litellm/store/spend_logs.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::spend {

/// One finished call, as the ledger keeps it.
struct Entry {
    store::SpendLog log;
    std::string endpoint; ///< /chat/completions
    std::int64_t cached_read_tokens = 0;
    std::int64_t cached_write_tokens = 0;
    std::vector<std::string> tags;
    std::vector<Charge> charges; ///< accounts of a period that pay, too
};

/// A call that is under way.
struct Ticket {
    std::uint64_t sequence = 0;  ///< 0: not recorded (spend updates are off), or not yet
    bool is_unannounced = false; ///< the journal was full when the call began: only its outcome is recorded,
                                 ///< if there is room by then
};

struct LedgerOptions {
    std::filesystem::path directory;
    std::size_t segment_bytes = 4 * 1024 * 1024;
    /// New calls are refused with 503 when the journal is this large, or the disk is full: better than
    /// serving what cannot be recorded.
    std::size_t max_bytes = 512 * 1024 * 1024;
    /// Serve all the same: the journal grows beyond max_bytes, and on a full disk calls go unrecorded.
    bool serve_when_full = false;
    bool strict = false;
    bool write_logs = true;     ///< general_settings.disable_spend_logs turns it off
    bool write_anything = true; ///< general_settings.disable_spend_updates turns it off
};

class Ledger {
public:
    /// Opens or makes the journal and recovers what an earlier process left: outcomes that the database lacks
    /// are queued; calls without an outcome are charged at their upper bound, with `"measure": "bound"` in
    /// their metadata. unavailable when the directory is in use by another process or cannot be written.
    /// `database`, where it is given, tells which outcomes it has, so that they are not counted as unwritten.
    [[nodiscard]] static Result<std::unique_ptr<Ledger>> open(
        const LedgerOptions& options,
        const Clock& clock,
        Random& random,
        Accounts& accounts,
        db::Database* database = nullptr
    );
    virtual ~Ledger() = default;

    /// Records that a call is about to be dispatched. `draft` holds what is known and, as `log.spend`, the
    /// upper bound. unavailable when the journal is full, unless the options say serve_when_full.
    [[nodiscard]] virtual Result<Ticket> open_call(const Entry& draft) = 0;
    /// Replaces what open_call() recorded: the call goes on with another model, and perhaps a higher upper
    /// bound. unavailable when the journal is full.
    [[nodiscard]] virtual Result<void> redirect_call(Ticket ticket, const Entry& draft) = 0;
    /// Records its outcome; never fails for lack of space, which open_call() set aside. Only the outcome of
    /// an unannounced call can be lost, which is counted and logged.
    virtual void settle(Ticket ticket, const Entry& entry) = 0;
    /// Waits until everything recorded so far is as durable as configured: at once unless `strict`.
    [[nodiscard]] virtual Task<void> make_durable() = 0;

    /// Writes the next batch to the database; how many outcomes it covered. An error leaves everything for
    /// the next try.
    [[nodiscard]] virtual Task<std::size_t> apply_batch(db::Database& database) = 0;
    /// Names the journal, after a restart, too.
    [[nodiscard]] virtual const std::string& id() const = 0;
    /// Outcomes that the database lacks.
    [[nodiscard]] virtual std::size_t backlog() const = 0;
    [[nodiscard]] virtual std::size_t journal_bytes() const = 0;
    /// Calls whose outcome found no room: since the start, and only with serve_when_full.
    [[nodiscard]] virtual std::uint64_t unrecorded() const = 0;
};

} // namespace litellm::spend
