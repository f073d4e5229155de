#pragma once
// Chance, passed in so that tests can fix it.

#include "litellm/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace litellm {

class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<unsigned char> bytes) = 0;

    /// Uniform in [0, bound); bound must be positive.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound);
    /// Uniform in [0, 1).
    [[nodiscard]] double unit();
};

/// The operating system's generator through libsodium; safe to share between threads.
class SystemRandom final : public Random {
public:
    SystemRandom();
    void fill(std::span<unsigned char> bytes) override;
};

/// A repeatable sequence for tests (splitmix64).
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
    void fill(std::span<unsigned char> bytes) override;

private:
    std::uint64_t state_;
};

/// A version 4 UUID in its usual 36-character form.
[[nodiscard]] std::string new_uuid(Random& random);
/// A version 7 UUID (RFC 9562): it begins with the time in milliseconds, so that rows which carry such ids
/// are neighbours in an index.
[[nodiscard]] std::string new_ordered_uuid(Random& random, Timestamp now);

} // namespace litellm
