#pragma once
// Incoming HTTP/1.1, with or without TLS. One parser and one normalised path, used by everybody who asks what
// was requested.

#include "litellm/core/task.hpp"
#include "litellm/http/event_loops.hpp"
#include "litellm/http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace litellm::http {

/// The head of a request. Views live as long as the exchange.
struct Request {
    Method method = Method::get;
    /// Percent-decoded, with single slashes, without `.` and `..`, without a trailing slash: `/v1/models`.
    std::string path;
    /// As sent, without the question mark.
    std::string query;
    Fields fields;
    std::string peer_address;

    /// Percent-decoded value of a query parameter; nothing when it is absent.
    [[nodiscard]] std::optional<std::string> query_parameter(std::string_view name) const;
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> query_parameters() const;
};

/// One request and its answer. Used on its connection's loop only.
class Exchange {
public:
    virtual ~Exchange() = default;

    [[nodiscard]] virtual const Request& request() const = 0;
    [[nodiscard]] virtual Worker& worker() = 0;

    /// Reads the body to its end. At least 64 readable bytes follow it in memory, as simdjson wants.
    /// too_large past `limit` (before reading, when the length was announced), timed_out when the client
    /// stalls, client_closed when it hangs up.
    [[nodiscard]] virtual Task<std::string_view> read_body(std::size_t limit) = 0;
    /// Bytes of the body as announced: 0 without one, nothing when it comes in chunks.
    [[nodiscard]] virtual std::optional<std::uint64_t> body_length() const = 0;
    /// The next piece of a body of known length; an empty piece is its end. The view is valid until the next
    /// call. Whoever reads pieces reads no whole body. Errors as above.
    [[nodiscard]] virtual Task<std::string_view> read_body_piece() = 0;

    /// Sends a whole answer. Calling it twice, or after start_stream(), is a bug.
    [[nodiscard]] virtual boost::asio::awaitable<void> respond(const Response& response) = 0;
    /// As above with a body in pieces, which are written without being joined.
    [[nodiscard]] virtual boost::asio::awaitable<void>
    respond(int status, const HeaderLines& headers, std::span<const std::string_view> pieces) = 0;

    /// Starts an answer of unknown length. The functions below return false once the client is gone.
    [[nodiscard]] virtual boost::asio::awaitable<bool>
    start_stream(int status, const HeaderLines& headers) = 0;
    /// Waits until the operating system took the bytes: that is the back-pressure.
    [[nodiscard]] virtual boost::asio::awaitable<bool> write(std::string_view bytes) = 0;
    [[nodiscard]] virtual boost::asio::awaitable<bool> end_stream() = 0;
    /// Ends a stream that cannot be completed: the client sees a broken connection instead of a whole answer.
    virtual void abort() = 0;

    [[nodiscard]] virtual bool has_responded() const = 0;
    /// True once the client closed its side while its answer was being made.
    [[nodiscard]] virtual bool is_client_gone() const = 0;
    /// Calls `callback` when that happens, at once when it has happened. One callback at a time; an empty one
    /// removes it.
    virtual void on_client_gone(std::function<void()> callback) = 0;
};

struct ServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;             ///< 0 lets the system choose
    std::string certificate_chain_file; ///< PEM; empty means no TLS
    std::string private_key_file;
    std::size_t max_header_bytes = 64 * 1024;
    std::size_t max_header_count = 200;
    std::chrono::milliseconds header_timeout{30'000};
    std::chrono::milliseconds keep_alive_timeout{75'000};
    /// Longest silence while a body is read or an answer is written.
    std::chrono::milliseconds io_timeout{60'000};
    std::size_t max_connections = 50'000;
    /// Makes the answer to a request that is not HTTP: status and reason to body and headers.
    std::function<Response(int status, std::string_view message)> refuse;
};

using Handler = std::function<boost::asio::awaitable<void>(Exchange&)>;

class Server {
public:
    /// Binds and listens. Error kinds: unavailable when the address is taken or not ours, invalid_input for
    /// unusable certificates.
    [[nodiscard]] static Result<std::unique_ptr<Server>>
    listen(EventLoops& loops, ServerOptions options, Handler handler);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    /// Connections open now.
    [[nodiscard]] std::size_t connections() const;
    /// Stops accepting, closes idle connections, lets running exchanges finish within `patience`, then closes
    /// what is left. Blocks; not to be called on a loop.
    void shut_down(std::chrono::milliseconds patience);

    class State;

private:
    explicit Server(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
    bool ended_ = false;
};

} // namespace litellm::http
