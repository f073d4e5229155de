#pragma once
// Amazon's binary event streams (application/vnd.amazon.eventstream): messages with headers, payload and two
// checksums.

#include "litellm/core/error.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace litellm::providers {

struct EventStreamMessage {
    std::string message_type;  ///< event, exception or error
    std::string event_type;    ///< or the exception's, or the error's code
    std::string error_message; ///< of an error
    std::string_view payload;  ///< valid during the call
};

class EventStreamReader {
public:
    /// Calls `use` with every message that `bytes` complete. upstream_failed for what is no event stream.
    [[nodiscard]] Result<void>
    feed(std::string_view bytes, const std::function<void(const EventStreamMessage&)>& use);
    /// Bytes of a message that is not complete.
    [[nodiscard]] std::size_t held() const { return buffer_.size(); }

private:
    std::string buffer_;
};

} // namespace litellm::providers
