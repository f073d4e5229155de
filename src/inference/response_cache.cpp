#include "response_cache.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

namespace litellm::inference {

namespace {

constexpr std::size_t entry_overhead = 400;

} // namespace

std::string
ResponseCache::key_of(const CacheScope& scope, std::string_view call_type, std::string_view question)
{
    // Lengths keep the parts apart, whatever they hold.
    return sha256_hex(fmt::format(
        "{}:{}{}:{}{}:{}{}",
        scope.tenant.size(),
        scope.tenant,
        scope.name_space.size(),
        scope.name_space,
        call_type.size(),
        call_type,
        question
    ));
}

std::shared_ptr<const CachedAnswer>
ResponseCache::find(const std::string& key, Timestamp now, std::optional<std::chrono::seconds> oldest)
{
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end())
        return nullptr;
    const Place place = found->second;
    if (place->end && now >= *place->end) {
        erase(place);
        return nullptr;
    }
    if (oldest && now - place->answer->stored > *oldest)
        return nullptr;
    entries_.splice(entries_.begin(), entries_, place);
    return place->answer;
}

void ResponseCache::store(
    const std::string& key, CachedAnswer answer, std::optional<std::chrono::seconds> lifetime
)
{
    const std::size_t bytes = answer.bytes.size() + key.size() + entry_overhead;
    const std::lock_guard lock(mutex_);
    if (const auto known = by_key_.find(key); known != by_key_.end())
        erase(known->second);
    if (bytes > most_bytes_ / 8)
        return;
    Entry entry;
    entry.key = key;
    if (lifetime)
        entry.end = answer.stored + *lifetime;
    entry.answer = std::make_shared<const CachedAnswer>(std::move(answer));
    entry.bytes = bytes;
    entries_.push_front(std::move(entry));
    by_key_[key] = entries_.begin();
    bytes_ += bytes;
    while (bytes_ > most_bytes_)
        erase(std::prev(entries_.end()));
}

bool ResponseCache::remove(const std::string& key)
{
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end())
        return false;
    erase(found->second);
    return true;
}

void ResponseCache::clear()
{
    const std::lock_guard lock(mutex_);
    by_key_.clear();
    entries_.clear();
    bytes_ = 0;
}

void ResponseCache::erase(Place place)
{
    bytes_ -= place->bytes;
    by_key_.erase(place->key);
    entries_.erase(place);
}

} // namespace litellm::inference
