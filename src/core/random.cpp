#include "litellm/core/random.hpp"

#include "litellm/core/encoding.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace litellm {

std::uint64_t Random::below(std::uint64_t bound)
{
    // Rejection keeps the distribution exact.
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    for (;;) {
        std::uint64_t value = 0;
        fill(std::span(reinterpret_cast<unsigned char*>(&value), sizeof value));
        if (value < limit)
            return value % bound;
    }
}

double Random::unit()
{
    return static_cast<double>(below(std::uint64_t{1} << 53)) / 9007199254740992.0;
}

SystemRandom::SystemRandom()
{
    if (sodium_init() < 0)
        throw std::runtime_error("libsodium could not be initialised");
}

void SystemRandom::fill(std::span<unsigned char> bytes)
{
    // One system call serves many small requests; what has been handed out is wiped from the buffer.
    thread_local std::array<unsigned char, 1024> buffer;
    thread_local std::size_t left = 0;
    if (bytes.size() > buffer.size() / 4) {
        randombytes_buf(bytes.data(), bytes.size());
        return;
    }
    if (left < bytes.size()) {
        randombytes_buf(buffer.data(), buffer.size());
        left = buffer.size();
    }
    left -= bytes.size();
    std::copy_n(buffer.begin() + static_cast<std::ptrdiff_t>(left), bytes.size(), bytes.begin());
    sodium_memzero(buffer.data() + left, bytes.size());
}

void SeededRandom::fill(std::span<unsigned char> bytes)
{
    for (auto& byte : bytes) {
        std::uint64_t value = (state_ += 0x9e3779b97f4a7c15);
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        byte = static_cast<unsigned char>(value >> 56);
    }
}

namespace {

std::string uuid_text(std::array<unsigned char, 16>& bytes, unsigned version)
{
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | (version << 4));
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
    std::string text = to_hex(bytes);
    for (const std::size_t position : {8, 13, 18, 23})
        text.insert(position, 1, '-');
    return text;
}

} // namespace

std::string new_uuid(Random& random)
{
    std::array<unsigned char, 16> bytes{};
    random.fill(bytes);
    return uuid_text(bytes, 4);
}

std::string new_ordered_uuid(Random& random, Timestamp now)
{
    std::array<unsigned char, 16> bytes{};
    random.fill(std::span(bytes).subspan(6));
    auto time = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count();
    for (std::size_t i = 6; i > 0; --i, time >>= 8)
        bytes[i - 1] = static_cast<unsigned char>(time & 0xff);
    return uuid_text(bytes, 7);
}

} // namespace litellm
