#pragma once
// What the ways to ask a provider have in common.

#include "call.hpp"
#include "litellm/http/client.hpp"

#include <cstddef>

namespace litellm::inference {

inline constexpr std::size_t max_answer_bytes = 256 * 1024 * 1024;
inline constexpr std::size_t max_error_bytes = 64 * 1024;

[[nodiscard]] providers::Headers to_headers(const http::Fields& fields);
/// What a transfer that failed means to the client.
[[nodiscard]] Error from_transfer(const providers::Endpoint& endpoint, const Error& error);
/// Whether the provider may have charged the prompt of a call that got no answer: it was sent, and then
/// somebody lost patience.
[[nodiscard]] bool is_in_doubt(const Error& error);
[[nodiscard]] Error client_gone();
/// Not everything that answers can go on with somebody else's answer.
[[nodiscard]] Error cannot_continue(const ModelCall& call);

/// Lets the client's departure end the transfer for as long as it lives.
class CancelWhenGone {
public:
    CancelWhenGone(http::Exchange& exchange, http::Transfer& transfer) : exchange_(exchange)
    {
        exchange.on_client_gone([&transfer] { transfer.cancel(); });
    }
    ~CancelWhenGone() { exchange_.on_client_gone(nullptr); }
    CancelWhenGone(const CancelWhenGone&) = delete;
    CancelWhenGone& operator=(const CancelWhenGone&) = delete;

private:
    http::Exchange& exchange_;
};

} // namespace litellm::inference
