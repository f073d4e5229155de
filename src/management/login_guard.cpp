#include "litellm/management/login_guard.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace litellm::management {

namespace {

using std::chrono::minutes;

constexpr int tries_for_a_name = 5;
constexpr int tries_for_an_address = 20;
constexpr minutes first_wait{1};
constexpr minutes longest_wait{15};
constexpr minutes forgotten_after{15};

Error wait(std::chrono::microseconds left)
{
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
    Error error{
        ErrorKind::rate_limited,
        fmt::format("Too many failed sign-ins. Try again in {} seconds.", seconds),
        "invalid_credentials",
        "auth_error"};
    error.headers.emplace_back("retry-after", std::to_string(seconds));
    return error;
}

/// Whoever types a name of a megabyte does not fill the memory.
std::string key_of(std::string_view name)
{
    return sha256_hex(to_lower(trim(name)));
}

} // namespace

std::list<LoginGuard::Entry>::iterator LoginGuard::Ledger::find(const std::string& key, Timestamp now)
{
    const auto found = by_key_.find(key);
    if (found == by_key_.end())
        return entries_.end();
    const auto entry = found->second;
    if (now - entry->last <= forgotten_after || now < entry->locked_until)
        return entry;
    forget(key);
    return entries_.end();
}

Timestamp LoginGuard::Ledger::locked_until(const std::string& key, Timestamp now)
{
    const auto entry = find(key, now);
    return entry == entries_.end() ? Timestamp() : entry->locked_until;
}

void LoginGuard::Ledger::count(const std::string& key, Timestamp now)
{
    auto entry = find(key, now);
    if (entry == entries_.end()) {
        if (entries_.size() >= most_)
            forget(std::string(entries_.back().key));
        entries_.push_front({key, 0, now, {}});
        entry = entries_.begin();
        by_key_[key] = entry;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    entry->last = now;
    ++entry->failures;
    if (entry->failures < tries_)
        return;
    const int doublings = std::min(entry->failures - tries_, 8);
    entry->locked_until = now + std::min<std::chrono::seconds>(first_wait * (1 << doublings), longest_wait);
}

void LoginGuard::Ledger::forget(const std::string& key)
{
    const auto found = by_key_.find(key);
    if (found == by_key_.end())
        return;
    entries_.erase(found->second);
    by_key_.erase(found);
}

void LoginGuard::Ledger::take_back(const std::string& key)
{
    const auto found = by_key_.find(key);
    if (found == by_key_.end())
        return;
    Entry& entry = *found->second;
    entry.failures = std::max(0, entry.failures - 1);
    if (entry.failures < tries_)
        entry.locked_until = {};
}

LoginGuard::LoginGuard(const Clock& clock, std::size_t most_entries)
    : clock_(clock), names_(tries_for_a_name, most_entries), addresses_(tries_for_an_address, most_entries)
{
}

Result<void> LoginGuard::admit(std::string_view name, std::string_view address)
{
    const std::string name_key = key_of(name);
    const std::string network = network_of(address);
    const Timestamp now = clock_.now();
    const std::lock_guard lock(mutex_);
    const Timestamp until =
        std::max(names_.locked_until(name_key, now), addresses_.locked_until(network, now));
    if (now < until)
        return wait(until - now);
    names_.count(name_key, now);
    addresses_.count(network, now);
    return {};
}

void LoginGuard::succeeded(std::string_view name, std::string_view address)
{
    const std::lock_guard lock(mutex_);
    names_.forget(key_of(name));
    addresses_.take_back(network_of(address));
}

std::string network_of(std::string_view address)
{
    constexpr std::string_view mapped = "::ffff:";
    std::string text(address.substr(0, 64));
    if (to_lower(text).starts_with(mapped) && text.find('.') != std::string::npos)
        return text.substr(mapped.size());
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1)
        return text;
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    std::array<char, INET6_ADDRSTRLEN> printed{};
    inet_ntop(AF_INET6, bytes.data(), printed.data(), printed.size());
    return printed.data();
}

} // namespace litellm::management
