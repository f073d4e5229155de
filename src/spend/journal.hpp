#pragma once
// The write-ahead journal: intents and outcomes of calls, in files that are mapped into memory.
//
// Writing to a shared mapping reaches the kernel at once and costs no system call, so a killed process loses
// nothing. A record's length is written last; what follows the last whole record is zero. Files are allocated
// in full before they are used, so that a full disk is noticed when a call is opened and never when it is
// settled.
//
// File: 8-byte magic, 36-byte journal id, u64 first sequence, u64 last applied sequence, zeros up to 64
// bytes, then records aligned to 8 bytes: u32 payload length + 1, u32 CRC-32C of all that follows, u64
// sequence, u64 reference, u64 type, payload.

#include "litellm/core/error.hpp"
#include "litellm/core/random.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

namespace litellm::spend {

struct JournalOptions {
    std::filesystem::path directory;
    std::size_t segment_bytes = 4 * 1024 * 1024;
    std::size_t max_bytes = 512 * 1024 * 1024;
    bool strict = false;
};

class Journal {
public:
    /// Takes the directory's lock, reads what is there and opens a new segment.
    [[nodiscard]] static Result<std::unique_ptr<Journal>> open(const JournalOptions& options, Random& random);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    [[nodiscard]] const std::string& id() const { return id_; }

    /// The sequence number of the new intent; unavailable when the journal is full.
    [[nodiscard]] Result<std::uint64_t> append_intent(std::string_view payload);
    /// Gives an intent another payload; unavailable when the journal is full.
    [[nodiscard]] Result<void> replace_intent(std::uint64_t intent, std::string_view payload);
    void append_outcome(std::uint64_t intent, std::string_view payload);
    /// The outcome of a call that has no intent. It may make the journal larger than max_bytes; unavailable
    /// when the disk is full.
    [[nodiscard]] Result<void> append_unannounced(std::string_view payload);

    struct Outcome {
        std::uint64_t sequence = 0;
        std::string_view payload; ///< in the journal's file: valid until mark_applied()
    };
    /// The oldest outcomes that are not marked as applied, at most `count`, in order.
    [[nodiscard]] std::vector<Outcome> next_outcomes(std::size_t count) const;
    /// Everything up to `sequence` is in the database: frees what is not needed any more.
    void mark_applied(std::uint64_t sequence);
    [[nodiscard]] std::size_t backlog() const;
    [[nodiscard]] std::size_t bytes() const;

    /// Intents that an earlier process left open: sequence and payload.
    [[nodiscard]] std::vector<std::pair<std::uint64_t, std::string>> left_open() const;

    /// Calls `done(true)` once everything appended so far is on the disk (strict), from another thread;
    /// `done(false)` when the disk failed. False when it is durable enough already.
    [[nodiscard]] bool when_durable(std::function<void(bool)> done);

    struct Segment;

private:
    enum class Type : std::uint64_t { intent = 1, outcome = 2, carried_intent = 3 };
    struct Place {
        Segment* segment = nullptr;
        std::size_t offset = 0;
    };
    struct Pending {
        std::uint64_t sequence = 0;
        Place place;
    };

    Journal(const JournalOptions& options, std::string id);
    Result<void> take_lock();
    Result<void> recover();
    void read_segment(Segment& segment);
    [[nodiscard]] Result<std::unique_ptr<Segment>> make_segment() const;
    [[nodiscard]] Result<void> check_bound() const;
    [[nodiscard]] Result<void> make_room(std::size_t payload, std::size_t calls);
    void add_outcome(std::uint64_t intent, std::string_view payload);
    [[nodiscard]] Error no_room(const Error& reason);
    Result<void> rotate();
    [[nodiscard]] bool sync_directory() const;
    Place append(Type type, std::uint64_t sequence, std::uint64_t reference, std::string_view payload);
    [[nodiscard]] std::size_t record_bytes(std::size_t payload) const;
    [[nodiscard]] std::string_view payload_at(const Place& place) const;
    void carry_over_oldest();
    void remove_finished();
    void work();

    JournalOptions options_;
    std::string id_;
    int lock_file_ = -1;

    mutable std::mutex mutex_;
    std::deque<std::unique_ptr<Segment>> segments_; ///< the last one is written to
    std::unique_ptr<Segment> spare_;
    std::uint64_t next_sequence_ = 1;
    std::uint64_t applied_ = 0;
    std::deque<Pending> outcomes_;
    bool is_out_of_room_ = false; ///< and it was logged
    std::unordered_map<std::uint64_t, Place> open_;

    // The helper thread: prepares the next segment and, when strict, waits for the disk.
    std::condition_variable wake_;
    std::vector<std::function<void(bool)>> waiting_for_disk_;
    bool spare_wanted_ = true;
    bool stopping_ = false;
    std::thread helper_;
    mutable std::atomic<unsigned> next_spare_{0};
};

} // namespace litellm::spend
