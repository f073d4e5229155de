// Every provider's stream decoder: the same chunks, wherever the bytes are split, and nothing but chunks that
// can be written down.

#include "fuzz.hpp"

#include <algorithm>

namespace litellm::fuzz {
namespace {

std::vector<std::string> decode(
    const providers::Endpoint& endpoint,
    providers::Operation operation,
    std::string_view bytes,
    std::size_t length
)
{
    const auto decoder = endpoint.adapter->stream_decoder(endpoint, operation, 1700000000, "chatcmpl-fresh");
    std::vector<std::string> seen;
    if (decoder == nullptr)
        return seen;
    bool has_failed = false;
    const auto take = [&](const Result<std::vector<Json>>& chunks) {
        has_failed = !chunks.has_value();
        if (has_failed) {
            seen.push_back(chunks.error().message);
            return;
        }
        for (const Json& chunk : *chunks)
            seen.push_back(to_text(chunk));
    };
    in_pieces(bytes, length, [&](std::string_view piece) {
        if (!has_failed)
            take(decoder->feed(piece));
    });
    if (!has_failed)
        take(decoder->finish());
    if (const auto usage = decoder->usage())
        seen.push_back(std::to_string(usage->prompt) + "+" + std::to_string(usage->completion));
    return seen;
}

} // namespace
} // namespace litellm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace litellm::fuzz;
    Input input(data, size);
    const auto& endpoint = endpoints()[input.choose(endpoints().size())];
    const auto operation = operations[input.choose(2)];
    const std::size_t length = 1 + input.choose(64);
    const auto whole = decode(endpoint, operation, input.rest(), std::max<std::size_t>(size, 1));
    const auto pieces = decode(endpoint, operation, input.rest(), length);
    require(whole == pieces, "the chunks depend on where the bytes were split");
    return 0;
}
