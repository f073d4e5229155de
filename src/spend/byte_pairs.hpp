#pragma once
// Byte pair encoding over a vocabulary in which every token has a rank.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::spend {

class Vocabulary {
public:
    static constexpr std::uint32_t none = 0xffffffff;

    /// Reads what the npm package keeps: lines of `! <first rank> <base64 token>…`, with \n written out
    /// between them. Empty when the text is nothing of the kind.
    explicit Vocabulary(std::string_view text);

    [[nodiscard]] std::size_t size() const { return count_; }
    [[nodiscard]] std::uint32_t rank_of(std::string_view token) const;
    /// Appends the ranks of the tokens that `piece` is made of.
    void encode(std::string_view piece, std::vector<std::uint32_t>& ranks) const;

private:
    struct Slot {
        std::uint32_t at = 0;
        std::uint32_t rank = none;
        std::uint16_t size = 0;
        std::uint16_t hash = 0;
    };
    void read(std::string_view text);
    void insert(std::uint32_t at, std::uint16_t size, std::uint32_t rank);
    void encode_short(std::string_view piece, std::vector<std::uint32_t>& ranks) const;
    void encode_long(std::string_view piece, std::vector<std::uint32_t>& ranks) const;

    std::string bytes_;
    std::vector<Slot> slots_;
    std::size_t count_ = 0;
};

} // namespace litellm::spend
