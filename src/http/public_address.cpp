#include "public_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace litellm::http {

namespace {

struct Block4 {
    std::uint32_t address;
    int bits;
};
constexpr std::array special4 = std::to_array<Block4>({
    {0x00000000, 8},  // this network
    {0x0a000000, 8},  // private
    {0x64400000, 10}, // carriers' own
    {0x7f000000, 8},  // loopback
    {0xa9fe0000, 16}, // link local, the clouds' metadata among it
    {0xac100000, 12}, // private
    {0xc0000000, 24}, // protocol assignments
    {0xc0000200, 24}, // documentation
    {0xc0586300, 24}, // 6to4 relays
    {0xc0a80000, 16}, // private
    {0xc6120000, 15}, // benchmarks
    {0xc6336400, 24}, // documentation
    {0xcb007100, 24}, // documentation
    {0xe0000000, 3},  // multicast, reserved, broadcast
});

using Bytes16 = std::array<std::uint8_t, 16>;

struct Block6 {
    Bytes16 address;
    int bits;
};
/// Inside 2000::/3, which alone is given out.
constexpr std::array special6 = std::to_array<Block6>({
    {{0x20, 0x01, 0x00}, 23},       // protocol assignments, Teredo among them
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, // documentation
    {{0x20, 0x02}, 16},             // 6to4
    {{0x3f, 0xff, 0x00}, 20},       // documentation
});

bool has_prefix(const Bytes16& address, const Block6& block)
{
    for (int bit = 0; bit < block.bits; ++bit) {
        const auto byte = static_cast<std::size_t>(bit / 8);
        const int mask = 0x80 >> (bit % 8);
        if ((address[byte] & mask) != (block.address[byte] & mask))
            return false;
    }
    return true;
}

} // namespace

bool is_public_address(std::string_view address)
{
    const std::string text(address);
    in_addr four{};
    if (inet_pton(AF_INET, text.c_str(), &four) == 1) {
        const std::uint32_t number = ntohl(four.s_addr);
        return std::ranges::none_of(special4, [number](const Block4& block) {
            return (number ^ block.address) >> (32 - block.bits) == 0;
        });
    }
    Bytes16 six{};
    if (inet_pton(AF_INET6, text.c_str(), six.data()) != 1)
        return false;
    const bool is_given_out = (six[0] & 0xe0) == 0x20;
    return is_given_out &&
        std::ranges::none_of(special6, [&six](const Block6& block) { return has_prefix(six, block); });
}

} // namespace litellm::http
