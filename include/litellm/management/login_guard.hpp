#pragma once
// Slows down whoever guesses passwords, by the name that he tries and by the address that he comes from.

#include "litellm/core/error.hpp"
#include "litellm/core/time.hpp"

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace litellm::management {

/// Five tries for a name and twenty for an address; then a minute of waiting, twice as long after each
/// further failure, a quarter of an hour at most. Forgotten after a quarter of an hour without a try. Names
/// count whether they exist or not. The memory is bounded: whoever was quiet longest is forgotten first. One
/// for each process; may be used from any thread.
class LoginGuard {
public:
    explicit LoginGuard(const Clock& clock, std::size_t most_entries = 10'000);

    /// Counts a try, before it is known how it ends: many at once are as many tries. rate_limited with
    /// `retry-after`.
    [[nodiscard]] Result<void> admit(std::string_view name, std::string_view address);
    /// The try was a good one: the name starts anew, the address has one try more.
    void succeeded(std::string_view name, std::string_view address);

private:
    struct Entry {
        std::string key;
        int failures = 0;
        Timestamp last;
        Timestamp locked_until;
    };
    class Ledger {
    public:
        Ledger(int tries, std::size_t most) : tries_(tries), most_(most) {}
        [[nodiscard]] Timestamp locked_until(const std::string& key, Timestamp now);
        void count(const std::string& key, Timestamp now);
        void forget(const std::string& key);
        void take_back(const std::string& key);

    private:
        std::list<Entry>::iterator find(const std::string& key, Timestamp now);

        const int tries_;
        const std::size_t most_;
        std::list<Entry> entries_; ///< the latest in front
        std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
    };

    const Clock& clock_;
    std::mutex mutex_;
    Ledger names_;
    Ledger addresses_;
};

/// What counts as one address: an IPv4 address, or the first half of an IPv6 address, which one customer has
/// to himself.
[[nodiscard]] std::string network_of(std::string_view address);

} // namespace litellm::management
