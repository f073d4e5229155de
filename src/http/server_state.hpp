#pragma once

#include "litellm/http/server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace litellm::http {

/// What the server asks of its connections.
class ConnectionControl {
public:
    virtual ~ConnectionControl() = default;
    virtual void check_deadline(std::chrono::steady_clock::time_point now) = 0;
    /// Ends after the exchange under way; at once when idle or `now`.
    virtual void shut_down(bool now) = 0;
};

class Server::State : public std::enable_shared_from_this<Server::State> {
public:
    State(EventLoops& event_loops, ServerOptions server_options, Handler request_handler);

    Result<void> listen();
    void start();
    void stop_accepting();
    /// Tells every connection of every loop.
    void shut_down_connections(bool now);
    /// Destroys what belongs to the loops, on the loops, so that the rest may die anywhere. Waits for them.
    void end();
    template <class Work>
    void run_on(int loop, Work work);

    // For connections, on their loop.
    void enter(int worker, ConnectionControl* connection);
    void leave(int worker, ConnectionControl* connection);
    /// `Date: …\r\n`, made once a second.
    [[nodiscard]] const std::string& date_line(int worker) const;

    EventLoops& loops;
    const ServerOptions options;
    const Handler handler;
    std::atomic<std::size_t> open_connections{0};
    std::uint16_t port = 0;

private:
    struct PerLoop {
        explicit PerLoop(boost::asio::io_context& context) : timer(std::in_place, context) {}
        std::unordered_set<ConnectionControl*> connections;
        std::optional<boost::asio::steady_timer> timer;
        std::string date;
        bool stopping = false;
    };

    Result<void> load_certificates();
    boost::asio::awaitable<void> accept(std::shared_ptr<State> self);
    void serve(boost::asio::ip::tcp::socket socket, int worker);
    void tick(int worker);

    std::optional<boost::asio::ssl::context> tls_;
    std::optional<boost::asio::ip::tcp::acceptor> acceptor_;
    std::vector<std::unique_ptr<PerLoop>> per_loop_;
    std::size_t next_worker_ = 0;
};

} // namespace litellm::http
