#pragma once
// Answers kept in memory, for callers of one tenant each (the reference 8).

#include "litellm/core/time.hpp"
#include "litellm/providers/provider.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace litellm::inference {

/// Whose answers these are. There is no key without one: what one tenant was told is nobody else's.
struct CacheScope {
    std::string tenant;
    std::string name_space; ///< cache_params.namespace or the request's
};

struct CachedAnswer {
    std::string bytes; ///< the body, or all events of a stream but the last
    providers::Usage usage;
    std::string model_id;
    Timestamp stored;
};

class ResponseCache {
public:
    explicit ResponseCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    /// SHA-256 of scope, kind of call and `question`.
    [[nodiscard]] static std::string
    key_of(const CacheScope& scope, std::string_view call_type, std::string_view question);
    /// Null when there is none that is still valid at `now`, or none younger than `oldest`.
    [[nodiscard]] std::shared_ptr<const CachedAnswer>
    find(const std::string& key, Timestamp now, std::optional<std::chrono::seconds> oldest);
    /// Answers that would take more than an eighth of the memory are not kept; the ones that were not asked
    /// for longest make room.
    void store(const std::string& key, CachedAnswer answer, std::optional<std::chrono::seconds> lifetime);
    /// Whether there was one.
    bool remove(const std::string& key);
    void clear();

private:
    struct Entry {
        std::string key;
        std::shared_ptr<const CachedAnswer> answer;
        std::optional<Timestamp> end;
        std::size_t bytes = 0;
    };
    using Place = std::list<Entry>::iterator;
    void erase(Place place);

    const std::size_t most_bytes_;
    std::mutex mutex_;
    std::list<Entry> entries_; ///< the latest one asked for first
    std::unordered_map<std::string, Place> by_key_;
    std::size_t bytes_ = 0;
};

} // namespace litellm::inference
