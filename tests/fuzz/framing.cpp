// Server-sent events, lines and Amazon's event streams: the same messages, wherever the bytes are split.

#include "fuzz.hpp"

#include "event_stream.hpp"
#include "line_reader.hpp"
#include "sse.hpp"

#include <algorithm>

namespace litellm::fuzz {
namespace {

using Seen = std::vector<std::string>;

template <class Reader>
Seen read(std::string_view bytes, std::size_t length)
{
    Reader reader;
    Seen seen;
    const auto note = [&](std::string_view data) { seen.emplace_back(data); };
    in_pieces(bytes, length, [&](std::string_view piece) { reader.feed(piece, note); });
    reader.finish(note);
    return seen;
}

Seen read_messages(std::string_view bytes, std::size_t length)
{
    providers::EventStreamReader reader;
    Seen seen;
    bool has_failed = false;
    in_pieces(bytes, length, [&](std::string_view piece) {
        if (has_failed)
            return;
        const auto taken = reader.feed(piece, [&](const providers::EventStreamMessage& message) {
            seen.push_back(
                message.message_type + "|" + message.event_type + "|" + message.error_message + "|" +
                std::string(message.payload)
            );
        });
        has_failed = !taken.has_value();
        if (has_failed)
            seen.push_back(taken.error().message);
    });
    return seen;
}

} // namespace
} // namespace litellm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace litellm;
    using namespace litellm::fuzz;
    Input input(data, size);
    const std::size_t format = input.choose(4);
    const std::size_t length = 1 + input.choose(64);
    const auto read_in = [&](std::size_t each) {
        switch (format) {
        case 0:
            return read<inference::EventSplitter>(input.rest(), each);
        case 1:
            return read<providers::EventReader>(input.rest(), each);
        case 2:
            return read<providers::LineReader>(input.rest(), each);
        default:
            return read_messages(input.rest(), each);
        }
    };
    require(
        read_in(length) == read_in(std::max<std::size_t>(size, 1)),
        "the messages depend on where the bytes were split"
    );
    return 0;
}
