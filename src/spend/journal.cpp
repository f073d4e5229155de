#include "journal.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>
#include <utility>

namespace litellm::spend {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view magic = "LLCPPJ01";
constexpr std::size_t file_header_bytes = 64;
constexpr std::size_t record_header_bytes = 32;
constexpr std::size_t id_bytes = 36;
constexpr std::size_t first_sequence_at = 44;
constexpr std::size_t applied_at = 52;
/// More segments than this with an old open call in front: move that call's intent forward.
constexpr std::size_t max_segments_before_carry = 4;
constexpr std::size_t outcome_bytes_set_aside = 4096;

struct RecordHeader {
    std::uint32_t length_plus_one;
    std::uint32_t crc;
    std::uint64_t sequence;
    std::uint64_t reference;
    std::uint64_t type;
};
static_assert(sizeof(RecordHeader) == record_header_bytes);

std::uint32_t checksum(const char* record, std::size_t payload)
{
    return crc32c(std::string_view(record + 8, record_header_bytes - 8 + payload));
}

Error io_error(const std::string& what, const fs::path& path)
{
    return unavailable(fmt::format("{} {}: {}", what, path.string(), std::strerror(errno)));
}

} // namespace

struct Journal::Segment {
    fs::path path;
    int file = -1;
    char* map = nullptr;
    std::size_t size = 0;
    std::size_t used = file_header_bytes;
    std::uint64_t first_sequence = 0;
    std::uint64_t last_outcome = 0;
    std::size_t open_intents = 0;

    Segment() = default;
    Segment(const Segment&) = delete;
    Segment& operator=(const Segment&) = delete;
    ~Segment()
    {
        if (map != nullptr)
            munmap(map, size);
        if (file >= 0)
            ::close(file);
    }
    [[nodiscard]] bool map_file()
    {
        void* address = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (address == MAP_FAILED)
            return false;
        map = static_cast<char*>(address);
        return true;
    }
};

Journal::Journal(const JournalOptions& options, std::string id) : options_(options), id_(std::move(id)) {}

Journal::~Journal()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (helper_.joinable())
        helper_.join();
    if (spare_) {
        std::error_code ignored;
        fs::remove(spare_->path, ignored);
    }
    if (lock_file_ >= 0)
        ::close(lock_file_);
}

Result<std::unique_ptr<Journal>> Journal::open(const JournalOptions& options, Random& random)
{
    std::error_code failed;
    fs::create_directories(options.directory, failed);
    if (failed)
        return unavailable(fmt::format(
            "cannot make the journal directory {}: {}", options.directory.string(), failed.message()
        ));
    fs::permissions(options.directory, fs::perms::owner_all, failed);
    const fs::path id_file = options.directory / "id";
    std::string id;
    std::ifstream(id_file) >> id;
    if (id.size() != id_bytes) {
        id = new_uuid(random);
        std::ofstream(id_file) << id << '\n';
    }
    std::unique_ptr<Journal> journal(new Journal(options, std::move(id)));
    if (const auto locked = journal->take_lock(); !locked)
        return locked.error();
    if (const auto recovered = journal->recover(); !recovered)
        return recovered.error();
    if (const auto rotated = journal->rotate(); !rotated)
        return rotated.error();
    journal->remove_finished();
    journal->helper_ = std::thread([raw = journal.get()] { raw->work(); });
    return journal;
}

Result<void> Journal::take_lock()
{
    const fs::path path = options_.directory / "lock";
    lock_file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_file_ < 0)
        return io_error("cannot open", path);
    if (flock(lock_file_, LOCK_EX | LOCK_NB) != 0)
        return unavailable(
            fmt::format("the data directory {} is in use by another process", options_.directory.string())
        );
    return {};
}

Result<void> Journal::recover()
{
    std::vector<fs::path> files;
    for (const auto& item : fs::directory_iterator(options_.directory)) {
        if (item.path().extension() == ".wal")
            files.push_back(item.path());
    }
    for (const auto& item : fs::directory_iterator(options_.directory)) {
        std::error_code ignored;
        if (item.path().extension() == ".tmp")
            fs::remove(item.path(), ignored);
    }
    std::sort(files.begin(), files.end());
    for (const auto& path : files) {
        auto segment = std::make_unique<Segment>();
        segment->path = path;
        segment->file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
        if (segment->file < 0)
            return io_error("cannot open", path);
        segment->size = fs::file_size(path);
        if (segment->size < file_header_bytes || !segment->map_file())
            return io_error("cannot map", path);
        if (std::string_view(segment->map, magic.size()) != magic) {
            // A file that was allocated and never begun.
            std::error_code ignored;
            fs::remove(path, ignored);
            continue;
        }
        read_segment(*segment);
        segments_.push_back(std::move(segment));
    }
    std::erase_if(outcomes_, [&](const Pending& pending) { return pending.sequence <= applied_; });
    for (const auto& [sequence, place] : open_)
        ++place.segment->open_intents;
    return {};
}

void Journal::read_segment(Segment& segment)
{
    std::memcpy(&segment.first_sequence, segment.map + first_sequence_at, sizeof segment.first_sequence);
    std::uint64_t applied = 0;
    std::memcpy(&applied, segment.map + applied_at, sizeof applied);
    applied_ = std::max(applied_, applied);
    next_sequence_ = std::max(next_sequence_, segment.first_sequence);
    while (segment.used + record_header_bytes <= segment.size) {
        const char* record = segment.map + segment.used;
        RecordHeader header{};
        std::memcpy(&header, record, sizeof header);
        if (header.length_plus_one == 0)
            break;
        const std::size_t payload = header.length_plus_one - 1;
        if (segment.used + record_header_bytes + payload > segment.size ||
            checksum(record, payload) != header.crc) {
            log::warning(
                "spend",
                "journal {} has a torn record at byte {}; reading stops there",
                segment.path.string(),
                segment.used
            );
            break;
        }
        const Place place{&segment, segment.used};
        switch (static_cast<Type>(header.type)) {
        case Type::intent:
            open_[header.sequence] = place;
            break;
        case Type::carried_intent:
            open_[header.reference] = place;
            break;
        case Type::outcome:
            open_.erase(header.reference);
            outcomes_.push_back({header.sequence, place});
            segment.last_outcome = header.sequence;
            break;
        }
        next_sequence_ = std::max(next_sequence_, header.sequence + 1);
        segment.used += record_bytes(payload);
    }
}

std::size_t Journal::record_bytes(std::size_t payload) const
{
    return (record_header_bytes + payload + 7) / 8 * 8;
}

std::string_view Journal::payload_at(const Place& place) const
{
    RecordHeader header{};
    std::memcpy(&header, place.segment->map + place.offset, sizeof header);
    return {place.segment->map + place.offset + record_header_bytes, header.length_plus_one - 1};
}

Result<std::unique_ptr<Journal::Segment>> Journal::make_segment() const
{
    auto segment = std::make_unique<Segment>();
    segment->path = options_.directory / fmt::format("spare-{}.tmp", next_spare_++);
    segment->size = options_.segment_bytes;
    segment->file = ::open(segment->path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (segment->file < 0)
        return io_error("cannot make", segment->path);
    if (const int failed = posix_fallocate(segment->file, 0, static_cast<off_t>(segment->size));
        failed != 0) {
        errno = failed;
        const Error error = io_error("cannot allocate", segment->path);
        ::unlink(segment->path.c_str());
        return error;
    }
    if (!segment->map_file())
        return io_error("cannot map", segment->path);
    return segment;
}

Result<void> Journal::rotate()
{
    if (!spare_) {
        auto made = make_segment();
        if (!made)
            return made.error();
        spare_ = std::move(*made);
    }
    Segment& segment = *spare_;
    segment.first_sequence = next_sequence_;
    std::memcpy(segment.map + magic.size(), id_.data(), id_bytes);
    std::memcpy(segment.map + first_sequence_at, &segment.first_sequence, sizeof segment.first_sequence);
    std::memcpy(segment.map + applied_at, &applied_, sizeof applied_);
    std::memcpy(segment.map, magic.data(), magic.size());
    const fs::path path = options_.directory / fmt::format("{:020}.wal", segment.first_sequence);
    std::error_code failed;
    fs::rename(segment.path, path, failed);
    if (failed)
        return unavailable(fmt::format("cannot rename {}: {}", segment.path.string(), failed.message()));
    segment.path = path;
    if (options_.strict && !sync_directory())
        return io_error("cannot sync", options_.directory);
    segments_.push_back(std::move(spare_));
    spare_wanted_ = true;
    wake_.notify_all();
    return {};
}

/// A file's new name is on the disk only when its directory is.
bool Journal::sync_directory() const
{
    const int directory = ::open(options_.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return false;
    const bool is_synced = fsync(directory) == 0;
    ::close(directory);
    return is_synced;
}

Journal::Place
Journal::append(Type type, std::uint64_t sequence, std::uint64_t reference, std::string_view payload)
{
    Segment& segment = *segments_.back();
    char* record = segment.map + segment.used;
    const RecordHeader header{0, 0, sequence, reference, static_cast<std::uint64_t>(type)};
    std::memcpy(record, &header, sizeof header);
    std::memcpy(record + record_header_bytes, payload.data(), payload.size());
    const std::uint32_t crc = checksum(record, payload.size());
    std::memcpy(record + 4, &crc, sizeof crc);
    // The length makes the record valid, so nothing may move behind it.
    std::atomic_signal_fence(std::memory_order_seq_cst);
    std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t*>(record))
        .store(static_cast<std::uint32_t>(payload.size() + 1), std::memory_order_release);
    const Place place{&segment, segment.used};
    segment.used += record_bytes(payload.size());
    return place;
}

/// Whether the database has kept up so far that the journal is within its bound.
Result<void> Journal::check_bound() const
{
    // One segment is written to, and one more must be allowed or nothing could be.
    if (segments_.size() > std::max<std::size_t>(2, options_.max_bytes / options_.segment_bytes))
        return unavailable("The spend journal is full because the database is behind; try again later.");
    return {};
}

/// What clients are told, without the machine's paths; the log gets the reason when it begins.
Error Journal::no_room(const Error& reason)
{
    if (!std::exchange(is_out_of_room_, true))
        log::error("spend", "calls are refused until there is room again: {}", reason.message);
    return unavailable("The spend journal has no room on its disk; try again later.");
}

/// For a record of `payload` bytes while the outcomes of `calls` calls are still to come.
Result<void> Journal::make_room(std::size_t payload, std::size_t calls)
{
    const std::size_t needed = record_bytes(payload);
    if (needed + file_header_bytes + record_header_bytes > options_.segment_bytes / 4)
        return internal_error("journal record too large");
    const std::size_t set_aside = calls * outcome_bytes_set_aside;
    if (!spare_ && segments_.back()->used + needed + set_aside > segments_.back()->size) {
        // Without a next segment the rest of this one belongs to the outcomes of calls that are under way.
        auto made = make_segment();
        if (!made)
            return no_room(made.error());
        spare_ = std::move(*made);
        is_out_of_room_ = false;
    }
    if (segments_.back()->used + needed + record_header_bytes > segments_.back()->size) {
        if (const auto rotated = rotate(); !rotated)
            return no_room(rotated.error());
        carry_over_oldest();
    }
    return {};
}

Result<std::uint64_t> Journal::append_intent(std::string_view payload)
{
    const std::lock_guard lock(mutex_);
    if (const auto bound = check_bound(); !bound)
        return bound.error();
    if (const auto room = make_room(payload.size(), open_.size() + 1); !room)
        return room.error();
    const std::uint64_t sequence = next_sequence_++;
    open_[sequence] = append(Type::intent, sequence, 0, payload);
    ++segments_.back()->open_intents;
    return sequence;
}

Result<void> Journal::replace_intent(std::uint64_t intent, std::string_view payload)
{
    const std::lock_guard lock(mutex_);
    if (const auto bound = check_bound(); !bound)
        return bound.error();
    if (const auto room = make_room(payload.size(), open_.size()); !room)
        return room.error();
    const auto found = open_.find(intent);
    if (found == open_.end())
        return internal_error("an intent that is not open cannot be replaced");
    --found->second.segment->open_intents;
    found->second = append(Type::carried_intent, next_sequence_++, intent, payload);
    ++segments_.back()->open_intents;
    return {};
}

void Journal::append_outcome(std::uint64_t intent, std::string_view payload)
{
    const std::lock_guard lock(mutex_);
    // A payload never fills more than a quarter of a segment: the ledger's encoder cuts its texts.
    if (segments_.back()->used + record_bytes(payload.size()) + record_header_bytes >
        segments_.back()->size) {
        if (const auto rotated = rotate(); !rotated)
            throw Failure(rotated.error());
    }
    add_outcome(intent, payload);
}

Result<void> Journal::append_unannounced(std::string_view payload)
{
    const std::lock_guard lock(mutex_);
    if (const auto room = make_room(payload.size(), open_.size()); !room)
        return room.error();
    // No intent has the number 0.
    add_outcome(0, payload);
    return {};
}

void Journal::add_outcome(std::uint64_t intent, std::string_view payload)
{
    const std::uint64_t sequence = next_sequence_++;
    const Place place = append(Type::outcome, sequence, intent, payload);
    place.segment->last_outcome = sequence;
    outcomes_.push_back({sequence, place});
    if (const auto found = open_.find(intent); found != open_.end()) {
        --found->second.segment->open_intents;
        open_.erase(found);
    }
}

void Journal::carry_over_oldest()
{
    if (segments_.size() <= max_segments_before_carry || segments_.front()->open_intents == 0)
        return;
    Segment* const oldest = segments_.front().get();
    for (auto& [sequence, place] : open_) {
        if (place.segment != oldest)
            continue;
        const std::string_view payload = payload_at(place);
        if (segments_.back()->used + record_bytes(payload.size()) + record_header_bytes >
            segments_.back()->size)
            return;
        place = append(Type::carried_intent, next_sequence_++, sequence, payload);
        ++segments_.back()->open_intents;
        --oldest->open_intents;
    }
}

std::vector<Journal::Outcome> Journal::next_outcomes(std::size_t count) const
{
    std::vector<Outcome> next;
    const std::lock_guard lock(mutex_);
    next.reserve(std::min(count, outcomes_.size()));
    for (const Pending& pending : outcomes_) {
        if (next.size() == count)
            break;
        next.push_back({pending.sequence, payload_at(pending.place)});
    }
    return next;
}

void Journal::mark_applied(std::uint64_t sequence)
{
    const std::lock_guard lock(mutex_);
    applied_ = std::max(applied_, sequence);
    while (!outcomes_.empty() && outcomes_.front().sequence <= applied_)
        outcomes_.pop_front();
    // Only spares the next process some work: what really counts is the checkpoint in the database.
    std::memcpy(segments_.back()->map + applied_at, &applied_, sizeof applied_);
    remove_finished();
}

void Journal::remove_finished()
{
    // The last segment stays: it carries the sequence numbers on to the next process.
    while (segments_.size() > 1) {
        const Segment& oldest = *segments_.front();
        if (oldest.open_intents > 0 || oldest.last_outcome > applied_)
            return;
        std::error_code failed;
        fs::remove(oldest.path, failed);
        if (failed)
            log::warning("spend", "cannot remove {}: {}", oldest.path.string(), failed.message());
        segments_.pop_front();
    }
}

std::size_t Journal::backlog() const
{
    const std::lock_guard lock(mutex_);
    return outcomes_.size();
}

std::size_t Journal::bytes() const
{
    const std::lock_guard lock(mutex_);
    return segments_.size() * options_.segment_bytes;
}

std::vector<std::pair<std::uint64_t, std::string>> Journal::left_open() const
{
    std::vector<std::pair<std::uint64_t, std::string>> intents;
    const std::lock_guard lock(mutex_);
    for (const auto& [sequence, place] : open_)
        intents.emplace_back(sequence, payload_at(place));
    std::sort(intents.begin(), intents.end());
    return intents;
}

bool Journal::when_durable(std::function<void(bool)> done)
{
    if (!options_.strict)
        return false;
    {
        const std::lock_guard lock(mutex_);
        waiting_for_disk_.push_back(std::move(done));
    }
    wake_.notify_all();
    return true;
}

void Journal::work()
{
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [&] {
            return stopping_ || (spare_wanted_ && !spare_) || !waiting_for_disk_.empty();
        });
        if (spare_wanted_ && !spare_ && !stopping_) {
            spare_wanted_ = false;
            lock.unlock();
            auto made = make_segment();
            lock.lock();
            if (made && !spare_)
                spare_ = std::move(*made);
            else if (!made)
                log::warning("spend", "cannot prepare the next journal segment: {}", made.error().message);
        }
        if (!waiting_for_disk_.empty()) {
            // Everybody who came while the disk was busy shares the next flush.
            std::vector<std::function<void(bool)>> served;
            served.swap(waiting_for_disk_);
            std::vector<int> files;
            for (const auto& segment : segments_)
                files.push_back(dup(segment->file));
            lock.unlock();
            bool is_written = true;
            for (const int file : files) {
                is_written = file >= 0 && fdatasync(file) == 0 && is_written;
                if (file >= 0)
                    ::close(file);
            }
            if (!is_written)
                log::error("spend", "the journal cannot be written to the disk: {}", std::strerror(errno));
            for (const auto& done : served)
                done(is_written);
            lock.lock();
        }
        if (stopping_ && waiting_for_disk_.empty())
            return;
    }
}

} // namespace litellm::spend
