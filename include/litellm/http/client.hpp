#pragma once
// Outgoing HTTP. A client belongs to one event loop: it is used from that loop's thread only, and everything
// it hands out as well.

#include "litellm/core/task.hpp"
#include "litellm/http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::http {

/// Request headers prepared once and used by many calls.
class HeaderBlock {
public:
    explicit HeaderBlock(const std::vector<std::pair<std::string, std::string>>& headers);
    ~HeaderBlock();
    HeaderBlock(const HeaderBlock&) = delete;
    HeaderBlock& operator=(const HeaderBlock&) = delete;

    struct Native;
    [[nodiscard]] const Native& native() const { return *native_; }

private:
    std::unique_ptr<Native> native_;
};

struct ClientRequest {
    Method method = Method::post;
    std::string url;
    std::shared_ptr<const HeaderBlock> headers; ///< may be null
    /// Headers of this call only, `Name: value`.
    std::vector<std::string> extra_headers;
    std::string body;
    /// How many bytes Transfer::feed() will add to the body.
    std::uint64_t fed_bytes = 0;
    std::chrono::milliseconds connect_timeout{10'000};
    /// For the whole exchange; zero means none. It starts anew with each piece of the body that is fed, and
    /// does not run while the peer waits for the next one.
    std::chrono::milliseconds total_timeout{0};
    /// Longest silence between two pieces of the answer, the wait for the first one included; zero means
    /// none.
    std::chrono::milliseconds idle_timeout{0};
    /// Nothing is sent to an address that is not of the public Internet, whatever the name in the URL leads
    /// to.
    bool only_public_addresses = false;
};

struct ResponseHead {
    int status = 0;
    Fields fields;
};

/// One exchange under way. Destroying it cancels it and closes the connection if the answer was not read to
/// its end.
///
/// Errors: timed_out when a limit passed; upstream_failed when the peer refused, broke or never made the
/// connection; client_closed after cancel(); too_large from collect(). Error::parameter is `connect` as long
/// as the request cannot have reached the peer.
class Transfer {
public:
    virtual ~Transfer() = default;
    /// Adds to the body, `ClientRequest::fed_bytes` in all, and waits until the piece was taken. False when
    /// the peer answered or failed without wanting to see it: head() says which.
    [[nodiscard]] virtual boost::asio::awaitable<bool> feed(std::string_view bytes) = 0;
    /// Waits for status and headers.
    [[nodiscard]] virtual Task<const ResponseHead*> head() = 0;
    /// Waits for the next piece of the body; an empty piece is the end. The view is valid until the next
    /// call. The peer is slowed down while nobody asks.
    [[nodiscard]] virtual Task<std::string_view> next() = 0;
    /// Waits for the whole body, at most `limit` bytes. Cheaper than next() in a loop.
    [[nodiscard]] virtual Task<std::string> collect(std::size_t limit) = 0;
    /// Ends the exchange now; whoever waits gets client_closed.
    virtual void cancel() = 0;
};

class Client {
public:
    virtual ~Client() = default;
    /// Never blocks and never fails: failures come out of the transfer.
    [[nodiscard]] virtual std::unique_ptr<Transfer> start(ClientRequest request) = 0;
};

struct ClientOptions {
    bool verify_certificates = true;
    std::string ca_file;            ///< empty: the system's
    std::string client_certificate; ///< path of a PEM file with certificate and key
    bool force_ipv4 = false;
    std::size_t transfers_per_multi = 256;
};

} // namespace litellm::http
