#include "json_access.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/providers/provider.hpp"

#include <bit>

namespace litellm::providers {

namespace {

/// Four bytes a number, the least significant first, whatever this machine does.
std::string float_bytes(const Json& numbers)
{
    std::string bytes;
    bytes.reserve(numbers.size() * 4);
    for (const auto& number : numbers) {
        const auto bits = std::bit_cast<std::uint32_t>(number.is_number() ? number.get<float>() : 0.0F);
        for (unsigned shift = 0; shift < 32; shift += 8)
            bytes += static_cast<char>((bits >> shift) & 0xFFU);
    }
    return bytes;
}

} // namespace

void match_encoding_format(Json& embeddings, std::string_view encoding_format)
{
    Json* data = find(embeddings, "data");
    if (encoding_format != "base64" || data == nullptr || !data->is_array())
        return;
    for (auto& item : *data)
        if (Json* vector = find(item, "embedding"); vector != nullptr && vector->is_array())
            *vector = to_base64(float_bytes(*vector));
}

} // namespace litellm::providers
