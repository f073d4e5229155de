#include "litellm/http/server.hpp"

#include "connection.hpp"
#include "event_loop.hpp"
#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"
#include "server_state.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <ctime>
#include <future>
#include <thread>

namespace litellm::http {

namespace asio = boost::asio;
using asio::ip::tcp;

Method method_from(std::string_view text)
{
    for (const Method method :
         {Method::get,
          Method::post,
          Method::put,
          Method::patch,
          Method::del,
          Method::options,
          Method::head}) {
        if (to_string(method) == text)
            return method;
    }
    return Method::other;
}

std::string_view reason_phrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 204:
        return "No Content";
    case 303:
        return "See Other";
    case 304:
        return "Not Modified";
    case 307:
        return "Temporary Redirect";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 402:
        return "Payment Required";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 422:
        return "Unprocessable Content";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 499:
        return "Client Closed Request";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    default:
        return "Status";
    }
}

namespace {

constexpr std::chrono::seconds tick_length{1};

std::string make_date_line()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 64> text{};
    std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    return text.data();
}

/// Errors of a connection's coroutine are its own; they must not take the loop down.
void log_connection_error(std::exception_ptr error)
{
    if (!error)
        return;
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& thrown) {
        log::error("http", "connection failed: {}", thrown.what());
    }
}

} // namespace

Server::State::State(EventLoops& event_loops, ServerOptions server_options, Handler request_handler)
    : loops(event_loops), options(std::move(server_options)), handler(std::move(request_handler))
{
    for (int i = 0; i < loops.size(); ++i) {
        per_loop_.push_back(std::make_unique<PerLoop>(loops.loop(i).context));
        per_loop_.back()->date = make_date_line();
    }
}

Result<void> Server::State::load_certificates()
{
    if (options.certificate_chain_file.empty())
        return {};
    tls_.emplace(asio::ssl::context::tls_server);
    tls_->set_options(
        asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
        asio::ssl::context::no_tlsv1_1
    );
    boost::system::error_code error;
    tls_->use_certificate_chain_file(options.certificate_chain_file, error);
    if (error)
        return invalid_input(
            fmt::format(
                "cannot use the certificate file {}: {}", options.certificate_chain_file, error.message()
            ),
            "ssl_certfile_path"
        );
    tls_->use_private_key_file(options.private_key_file, asio::ssl::context::pem, error);
    if (error)
        return invalid_input(
            fmt::format("cannot use the key file {}: {}", options.private_key_file, error.message()),
            "ssl_keyfile_path"
        );
    return {};
}

Result<void> Server::State::listen()
{
    if (const auto loaded = load_certificates(); !loaded)
        return loaded.error();
    boost::system::error_code error;
    auto& context = loops.loop(0).context;
    tcp::resolver resolver(context);
    const auto found =
        resolver.resolve(options.host, std::to_string(options.port), tcp::resolver::passive, error);
    if (error || found.empty())
        return invalid_input(fmt::format("cannot resolve the host '{}' to listen on", options.host), "host");
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor_.emplace(context);
    acceptor_->open(endpoint.protocol(), error);
    if (!error)
        acceptor_->set_option(asio::socket_base::reuse_address(true), error);
    if (!error)
        acceptor_->bind(endpoint, error);
    if (!error)
        acceptor_->listen(4096, error);
    if (error)
        return unavailable(
            fmt::format("cannot listen on {}:{}: {}", options.host, options.port, error.message())
        );
    port = acceptor_->local_endpoint().port();
    return {};
}

void Server::State::start()
{
    for (int i = 0; i < loops.size(); ++i)
        asio::post(loops.loop(i).context, [self = shared_from_this(), i] { self->tick(i); });
    asio::co_spawn(loops.loop(0).context, accept(shared_from_this()), log_connection_error);
}

asio::awaitable<void> Server::State::accept([[maybe_unused]] std::shared_ptr<State> self)
{
    while (acceptor_ && acceptor_->is_open()) {
        const int worker = static_cast<int>(next_worker_++ % static_cast<std::size_t>(loops.size()));
        auto [error, socket] = co_await acceptor_->async_accept(loops.loop(worker).context, as_result);
        if (error == asio::error::operation_aborted)
            break;
        if (error || open_connections >= options.max_connections) {
            // Out of descriptors, or full: pause instead of spinning; the kernel's queue holds the rest.
            log::warning(
                "http",
                "cannot accept connections: {}",
                error ? error.message() : std::string("too many are open")
            );
            asio::steady_timer pause(loops.loop(0).context, std::chrono::milliseconds(100));
            co_await pause.async_wait(as_result);
            continue;
        }
        serve(std::move(socket), worker);
    }
}

void Server::State::serve(tcp::socket socket, int worker)
{
    ++open_connections;
    auto& context = loops.loop(worker).context;
    Worker& on = loops.worker(worker);
    const auto self = shared_from_this();
    if (tls_) {
        auto connection =
            std::make_shared<Connection<TlsStream>>(self, on, TlsStream(std::move(socket), *tls_));
        asio::co_spawn(context, connection->run(connection), log_connection_error);
    } else {
        auto connection = std::make_shared<Connection<PlainStream>>(self, on, std::move(socket));
        asio::co_spawn(context, connection->run(connection), log_connection_error);
    }
}

void Server::State::enter(int worker, ConnectionControl* connection)
{
    PerLoop& loop = *per_loop_[static_cast<std::size_t>(worker)];
    loop.connections.insert(connection);
    if (loop.stopping)
        connection->shut_down(true);
}

void Server::State::leave(int worker, ConnectionControl* connection)
{
    per_loop_[static_cast<std::size_t>(worker)]->connections.erase(connection);
    --open_connections;
}

const std::string& Server::State::date_line(int worker) const
{
    return per_loop_[static_cast<std::size_t>(worker)]->date;
}

void Server::State::tick(int worker)
{
    PerLoop& loop = *per_loop_[static_cast<std::size_t>(worker)];
    if (!loop.timer)
        return;
    loop.date = make_date_line();
    const auto now = std::chrono::steady_clock::now();
    for (ConnectionControl* connection : loop.connections)
        connection->check_deadline(now);
    loop.timer->expires_after(tick_length);
    loop.timer->async_wait([self = shared_from_this(), worker](boost::system::error_code error) {
        if (!error)
            self->tick(worker);
    });
}

/// Runs `work` on a loop and returns when it is done, or when a loop that has stopped had time enough.
template <class Work>
void Server::State::run_on(int i, Work work)
{
    const auto done = std::make_shared<std::promise<void>>();
    auto ended = done->get_future();
    asio::post(loops.loop(i).context, [self = shared_from_this(), done, work = std::move(work)] {
        work(*self);
        done->set_value();
    });
    ended.wait_for(std::chrono::seconds(2));
}

/// Returns when no further connection comes in: a server that looks empty before is not.
void Server::State::stop_accepting()
{
    run_on(0, [](State& state) {
        boost::system::error_code ignored;
        if (state.acceptor_)
            state.acceptor_->close(ignored);
    });
}

/// Returns when every loop knows.
void Server::State::shut_down_connections(bool now)
{
    for (int i = 0; i < loops.size(); ++i) {
        run_on(i, [i, now](State& state) {
            PerLoop& loop = *state.per_loop_[static_cast<std::size_t>(i)];
            loop.stopping = true;
            const std::vector<ConnectionControl*> all(loop.connections.begin(), loop.connections.end());
            for (ConnectionControl* connection : all)
                connection->shut_down(now);
        });
    }
}

void Server::State::end()
{
    for (int i = 0; i < loops.size(); ++i) {
        run_on(i, [i](State& state) {
            state.per_loop_[static_cast<std::size_t>(i)]->timer.reset();
            if (i == 0)
                state.acceptor_.reset();
        });
    }
}

Result<std::unique_ptr<Server>> Server::listen(EventLoops& loops, ServerOptions options, Handler handler)
{
    auto state = std::make_shared<State>(loops, std::move(options), std::move(handler));
    if (const auto listening = state->listen(); !listening)
        return listening.error();
    state->start();
    return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::shared_ptr<State> state) : state_(std::move(state)) {}
Server::~Server()
{
    shut_down(std::chrono::milliseconds(0));
}

std::uint16_t Server::port() const
{
    return state_->port;
}
std::size_t Server::connections() const
{
    return state_->open_connections;
}

void Server::shut_down(std::chrono::milliseconds patience)
{
    using Clock = std::chrono::steady_clock;
    if (std::exchange(ended_, true))
        return;
    const auto wait_until_empty = [&](Clock::time_point deadline) {
        while (state_->open_connections > 0 && Clock::now() < deadline)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
    };
    state_->stop_accepting();
    state_->shut_down_connections(false);
    wait_until_empty(Clock::now() + patience);
    state_->shut_down_connections(true);
    wait_until_empty(Clock::now() + std::chrono::seconds(5));
    state_->end();
}

} // namespace litellm::http
