#include "wav_length.hpp"

#include <algorithm>

namespace litellm::inference {

namespace {

constexpr std::size_t chunk_header = 8;
constexpr std::size_t riff_header = 12;
constexpr std::size_t byte_rate_at = 8; ///< in a `fmt ` chunk
constexpr std::size_t shortest_format = 16;

/// Four bytes, the least one first.
std::uint32_t number_at(std::string_view bytes, std::size_t at)
{
    std::uint32_t number = 0;
    for (std::size_t i = 4; i-- > 0;)
        number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
    return number;
}

} // namespace

std::optional<std::int64_t> wav_milliseconds(std::string_view beginning, std::size_t size)
{
    if (beginning.size() < riff_header || !beginning.starts_with("RIFF") || beginning.substr(8, 4) != "WAVE")
        return std::nullopt;
    std::int64_t byte_rate = 0;
    for (std::size_t at = riff_header; beginning.size() - at >= chunk_header;) {
        const std::string_view name = beginning.substr(at, 4);
        const std::size_t told = number_at(beginning, at + 4);
        at += chunk_header;
        const std::size_t rest = size - at;
        if (name == "data") {
            const auto bytes = static_cast<std::int64_t>(told == 0 ? rest : std::min(told, rest));
            return byte_rate > 0 ? std::optional((bytes * 1000 + byte_rate - 1) / byte_rate) : std::nullopt;
        }
        if (told > rest)
            return std::nullopt;
        if (name == "fmt " && told >= shortest_format && beginning.size() - at >= shortest_format)
            byte_rate = number_at(beginning, at + byte_rate_at);
        // Chunks begin at even places.
        at += std::min(told + told % 2, rest);
        if (at > beginning.size())
            return std::nullopt;
    }
    return std::nullopt;
}

} // namespace litellm::inference
