#include "event_stream.hpp"

#include <array>

namespace litellm::providers {

namespace {

constexpr std::size_t prelude_bytes = 12;
constexpr std::size_t frame_bytes = 16;
constexpr std::uint32_t most_bytes = 24U * 1024 * 1024;
constexpr std::uint32_t most_header_bytes = 128U * 1024;

constexpr std::array<std::uint32_t, 256> crc_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ ((value & 1U) != 0 ? 0xEDB88320U : 0U);
        table[i] = value;
    }
    return table;
}();

/// The checksum of zlib and Ethernet, not the one that core has.
std::uint32_t crc32(std::string_view bytes)
{
    std::uint32_t value = 0xFFFFFFFFU;
    for (const char byte : bytes)
        value = (value >> 8) ^ crc_table[(value ^ static_cast<unsigned char>(byte)) & 0xFFU];
    return ~value;
}

std::uint32_t big_endian(std::string_view bytes)
{
    std::uint32_t value = 0;
    for (const char byte : bytes)
        value = (value << 8) | static_cast<unsigned char>(byte);
    return value;
}

Error broken(const char* why)
{
    return Error{
        ErrorKind::upstream_failed,
        std::string("litellm.APIError: the event stream is broken: ") + why,
        {},
        "api_error",
        502};
}

/// Bytes of a header's value by its type; texts and byte strings tell their own length.
constexpr std::array<std::size_t, 10> value_bytes{0, 0, 1, 2, 4, 8, 0, 0, 8, 16};
constexpr std::size_t bytes_type = 6;
constexpr std::size_t text_type = 7;

Result<void> read_headers(std::string_view headers, EventStreamMessage& message)
{
    std::string kind;
    while (!headers.empty()) {
        const std::size_t name_size = static_cast<unsigned char>(headers.front());
        if (headers.size() < name_size + 2)
            return broken("a header is cut");
        const std::string_view name = headers.substr(1, name_size);
        const std::size_t type = static_cast<unsigned char>(headers[name_size + 1]);
        headers.remove_prefix(name_size + 2);
        if (type >= value_bytes.size())
            return broken("a header of an unknown type");
        std::size_t size = value_bytes[type];
        if (type == bytes_type || type == text_type) {
            if (headers.size() < 2)
                return broken("a header is cut");
            size = big_endian(headers.substr(0, 2));
            headers.remove_prefix(2);
        }
        if (headers.size() < size)
            return broken("a header is cut");
        const std::string_view value = headers.substr(0, size);
        headers.remove_prefix(size);
        if (name == ":message-type")
            message.message_type = value;
        else if (name == ":event-type" || name == ":exception-type" || name == ":error-code")
            message.event_type = value;
        else if (name == ":error-message")
            message.error_message = value;
    }
    return {};
}

} // namespace

Result<void>
EventStreamReader::feed(std::string_view bytes, const std::function<void(const EventStreamMessage&)>& use)
{
    buffer_ += bytes;
    std::string_view left = buffer_;
    while (left.size() >= prelude_bytes) {
        const std::uint32_t total = big_endian(left.substr(0, 4));
        const std::uint32_t headers = big_endian(left.substr(4, 4));
        if (crc32(left.substr(0, 8)) != big_endian(left.substr(8, 4)))
            return broken("the prelude's checksum is wrong");
        if (total > most_bytes || headers > most_header_bytes || total < frame_bytes ||
            headers > total - frame_bytes)
            return broken("impossible lengths");
        if (left.size() < total)
            break;
        const std::string_view frame = left.substr(0, total);
        if (crc32(frame.substr(0, total - 4)) != big_endian(frame.substr(total - 4)))
            return broken("a message's checksum is wrong");
        EventStreamMessage message;
        if (const auto read = read_headers(frame.substr(prelude_bytes, headers), message); !read)
            return read;
        message.payload = frame.substr(prelude_bytes + headers, total - headers - frame_bytes);
        use(message);
        left.remove_prefix(total);
    }
    buffer_.erase(0, buffer_.size() - left.size());
    return {};
}

} // namespace litellm::providers
