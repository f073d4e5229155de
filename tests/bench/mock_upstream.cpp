// An OpenAI-like upstream for benchmarks: HTTP/1.1 with keep-alive on 127.0.0.1, one thread, raw epoll.
//
//   POST anything     a chat completion of 628 bytes with usage; a stream of chunks if the body asks for one
//   GET  /stats       the counters as JSON
//
// `--check` answers 400 unless the body names the model `bench-upstream`: a proof that a gateway rewrote it.
// The first line on stdout is the port; the counters go to stderr at SIGTERM.

#include "wire.hpp"

#include <csignal>
#include <cstring>
#include <deque>
#include <memory>

namespace litellm::bench {
namespace {

constexpr std::string_view usage_json =
    R"("usage":{"prompt_tokens":40,"completion_tokens":20,"total_tokens":60})";

struct Settings {
    std::uint16_t port = 0;
    std::uint64_t delay = 0;        ///< ns before the first byte of an answer
    std::uint64_t chunks = 100;     ///< stamped chunks per stream
    std::uint64_t interval = 0;     ///< ns between chunks; 0 writes all at once
    std::uint64_t early_status = 0; ///< answer with this status as soon as the head is there
    bool check_model = false;
};

struct Counters {
    std::uint64_t connections = 0;
    std::uint64_t requests = 0;
    std::uint64_t answers = 0; ///< completed, streams included
    std::uint64_t streams = 0;
    std::uint64_t chunks = 0;
    std::uint64_t wrong_model = 0;
    std::uint64_t bad_requests = 0;
    std::uint64_t hung_up = 0; ///< clients that left before their answer was complete

    [[nodiscard]] std::string to_json() const
    {
        std::array<char, 400> text{};
        const int size = std::snprintf(
            text.data(),
            text.size(),
            R"({"connections":%lu,"requests":%lu,"answers":%lu,"streams":%lu,"chunks":%lu,"wrong_model":%lu,)"
            R"("bad_requests":%lu,"hung_up":%lu})",
            connections,
            requests,
            answers,
            streams,
            chunks,
            wrong_model,
            bad_requests,
            hung_up
        );
        return {text.data(), static_cast<std::size_t>(size)};
    }
};

std::string response(unsigned status, std::string_view body)
{
    const std::string_view reason = status == 200 ? "OK" : "Error";
    return "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason) +
        "\r\nContent-Type: application/json\r\nx-request-id: req_bench\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string error_response(unsigned status, const std::string& message)
{
    return response(
        status,
        R"({"error":{"message":")" + message +
            R"(","type":"invalid_request_error","param":null,"code":null}})"
    );
}

/// The fast answer: 628 bytes of JSON, the size that the published numbers were taken with.
std::string completion_response()
{
    constexpr std::size_t size = 628;
    const std::string before =
        R"({"id":"chatcmpl-bench0000000000000000000000","object":"chat.completion","created":1700000000,)"
        R"("model":"bench-upstream","choices":[{"index":0,"message":{"role":"assistant","content":")";
    const std::string after = R"(","refusal":null},"logprobs":null,"finish_reason":"stop"}],)" +
        std::string(usage_json) + R"(,"system_fingerprint":"fp_bench"})";
    std::string content;
    while (before.size() + content.size() + after.size() < size)
        content += "All work and no play. "[content.size() % 22];
    return response(200, before + content + after);
}

std::string chunk_event(std::string_view choices_and_usage)
{
    return R"(data: {"id":"chatcmpl-bench0000000000000000000000","object":"chat.completion.chunk","created":1700000000,)"
           R"("model":"bench-upstream","system_fingerprint":"fp_bench",)" +
        std::string(choices_and_usage) + "}\n\n";
}

std::string framed(std::string_view data)
{
    std::array<char, 20> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", data.size());
    return size.data() + std::string(data) + "\r\n";
}

class Upstream {
public:
    explicit Upstream(const Settings& settings);
    ~Upstream();
    Upstream(const Upstream&) = delete;
    Upstream& operator=(const Upstream&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    void run(const volatile std::sig_atomic_t& stop);
    [[nodiscard]] const Counters& counters() const { return counters_; }

private:
    enum class Phase { head, body, waiting, streaming };

    struct Connection {
        int socket = -1;
        std::uint32_t generation = 0; ///< tells a queued timer that its connection is gone
        Phase phase = Phase::head;
        std::string input;
        std::size_t head_size = 0; ///< valid from Phase::body on
        std::size_t body_size = 0;
        bool answered_early = false;
        bool wants_stream = false;
        std::string output; ///< what the socket did not take yet
        std::uint64_t chunks_left = 0;
    };

    /// Every queue has one constant delay, so it stays sorted by itself.
    struct Timer {
        std::uint64_t due;
        std::size_t connection;
        std::uint32_t generation;
    };

    void accept_all();
    void close_connection(Connection& connection);
    void on_readable(Connection& connection, bool to_the_end);
    void on_writable(Connection& connection);
    /// Handles every complete request in the input; false when the connection was closed.
    bool advance(Connection& connection);
    void dispatch(Connection& connection);
    void answer(Connection& connection);
    void stream_next(Connection& connection, std::uint64_t due);
    void finish(Connection& connection);
    /// Providers give each answer an id of its own; a repeated one would be an odd case for a ledger.
    void renew_id();
    void send_bytes(Connection& connection, std::string_view bytes);
    void run_timers();
    [[nodiscard]] std::uint64_t next_deadline() const;

    Settings settings_;
    Counters counters_;
    int epoll_ = -1;
    int listener_ = -1;
    std::vector<std::unique_ptr<Connection>> connections_; ///< by descriptor
    std::deque<Timer> delayed_;
    std::deque<Timer> paced_;
    std::vector<char> buffer_ = std::vector<char>(262'144);
    std::string completion_ = completion_response();
    std::size_t id_offset_ = completion_.find("bench00000") + 5;
    std::uint64_t id_seed_ = 0;
    std::string stream_head_;
    std::string stream_chunk_;
    std::size_t stamp_offset_ = 0;
    std::string stream_tail_;
    std::string scratch_;
};

constexpr std::uint64_t listener_token = never;

Upstream::Upstream(const Settings& settings) : settings_(settings)
{
    stream_head_ = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
                   "x-request-id: req_bench\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string marker(stamp_size, '@');
    stream_chunk_ = framed(chunk_event(
        R"("choices":[{"index":0,"delta":{"content":")" + marker +
        R"( all work and no play makes"},"logprobs":null,"finish_reason":null}],"usage":null)"
    ));
    stamp_offset_ = stream_chunk_.find(marker);
    stream_tail_ =
        framed(chunk_event(
            R"("choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null)"
        )) +
        framed(chunk_event(R"("choices":[],)" + std::string(usage_json))) + framed("data: [DONE]\n\n") +
        "0\r\n\r\n";

    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (epoll_ < 0 || listener_ < 0)
        throw_errno("socket");
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in address = loopback(settings.port);
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw_errno("bind");
    if (listen(listener_, 8192) != 0)
        throw_errno("listen");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = listener_token;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event) != 0)
        throw_errno("epoll_ctl");
}

Upstream::~Upstream()
{
    for (const auto& connection : connections_) {
        if (connection && connection->socket >= 0)
            close(connection->socket);
    }
    close(listener_);
    close(epoll_);
}

std::uint16_t Upstream::port() const
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

void Upstream::accept_all()
{
    while (true) {
        const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket < 0) {
            if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
                throw_errno("accept4");
            return;
        }
        disable_nagle(socket);
        const auto index = static_cast<std::size_t>(socket);
        if (index >= connections_.size())
            connections_.resize(index + 1);
        if (!connections_[index])
            connections_[index] = std::make_unique<Connection>();
        connections_[index]->socket = socket;
        watch(epoll_, socket, index);
        ++counters_.connections;
    }
}

void Upstream::close_connection(Connection& connection)
{
    if (connection.phase != Phase::head || !connection.input.empty() || !connection.output.empty())
        ++counters_.hung_up;
    close(connection.socket);
    const std::uint32_t generation = connection.generation + 1;
    connection = Connection{};
    connection.generation = generation;
}

/// `to_the_end`: the peer has closed, so a short read does not mean that all has been read.
void Upstream::on_readable(Connection& connection, bool to_the_end)
{
    while (true) {
        const ssize_t count = recv(connection.socket, buffer_.data(), buffer_.size(), 0);
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
            return close_connection(connection);
        if (count < 0)
            return;
        connection.input.append(buffer_.data(), static_cast<std::size_t>(count));
        if (!advance(connection) || (!to_the_end && static_cast<std::size_t>(count) < buffer_.size()))
            return;
    }
}

bool Upstream::advance(Connection& connection)
{
    while (true) {
        if (connection.phase == Phase::head) {
            const std::size_t end = connection.input.find("\r\n\r\n");
            if (end == std::string::npos)
                return true;
            connection.head_size = end + 4;
            const std::string_view head = std::string_view(connection.input).substr(0, end + 2);
            const bool is_get = head.starts_with("GET ");
            const auto length = find_header(head, "content-length");
            connection.body_size = length ? leading_number(*length).value_or(0) : 0;
            if (!is_get && !length) {
                // A gateway that sends chunked bodies would be measured unfairly; say so loudly instead.
                ++counters_.bad_requests;
                send_bytes(connection, error_response(411, "Content-Length is missing"));
                close_connection(connection);
                return false;
            }
            const auto expect = find_header(head, "expect");
            if (expect && expect->starts_with("100"))
                send_bytes(connection, "HTTP/1.1 100 Continue\r\n\r\n");
            if (settings_.early_status != 0 && !is_get) {
                send_bytes(
                    connection, error_response(static_cast<unsigned>(settings_.early_status), "early")
                );
                connection.answered_early = true;
            }
            connection.input.reserve(connection.head_size + connection.body_size);
            connection.phase = Phase::body;
        }
        if (connection.phase != Phase::body)
            return true;
        if (connection.input.size() < connection.head_size + connection.body_size)
            return true;
        dispatch(connection);
        if (connection.socket < 0)
            return false;
    }
}

void Upstream::renew_id()
{
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // splitmix64: unlike a counter it spreads over an index as real ids do.
    std::uint64_t value = (id_seed_ += 0x9e3779b97f4a7c15);
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    value ^= value >> 31;
    for (std::size_t i = 0; i < 10; ++i, value >>= 6)
        completion_[id_offset_ + i] = letters[value & 63];
}

void Upstream::dispatch(Connection& connection)
{
    const std::string_view input = connection.input;
    const std::string_view body = input.substr(connection.head_size, connection.body_size);
    const auto contains = [body](std::string_view text) {
        return memmem(body.data(), body.size(), text.data(), text.size()) != nullptr;
    };
    if (input.starts_with("GET ")) {
        const bool stats = input.starts_with("GET /stats ");
        send_bytes(
            connection, stats ? response(200, counters_.to_json()) : error_response(404, "no such page")
        );
        finish(connection);
        --counters_.answers;
        return;
    }
    ++counters_.requests;
    if (connection.answered_early)
        return finish(connection);
    if (settings_.check_model && !contains(R"("model":"bench-upstream")") &&
        !contains(R"("model": "bench-upstream")")) {
        ++counters_.wrong_model;
        send_bytes(connection, error_response(400, "the model was not rewritten to bench-upstream"));
        return finish(connection);
    }
    connection.wants_stream = contains(R"("stream":true)") || contains(R"("stream": true)");
    connection.phase = Phase::waiting;
    if (settings_.delay == 0)
        return answer(connection);
    delayed_.push_back(
        {now_ns() + settings_.delay, static_cast<std::size_t>(connection.socket), connection.generation}
    );
}

void Upstream::answer(Connection& connection)
{
    if (!connection.wants_stream) {
        renew_id();
        send_bytes(connection, completion_);
        return finish(connection);
    }
    ++counters_.streams;
    connection.phase = Phase::streaming;
    connection.chunks_left = settings_.chunks;
    send_bytes(connection, stream_head_);
    stream_next(connection, now_ns());
}

void Upstream::stream_next(Connection& connection, std::uint64_t due)
{
    // With an interval: one chunk a write, as a provider does. Without: everything at once.
    scratch_.clear();
    do {
        if (connection.chunks_left == 0) {
            scratch_ += stream_tail_;
            send_bytes(connection, scratch_);
            return finish(connection);
        }
        --connection.chunks_left;
        ++counters_.chunks;
        scratch_ += stream_chunk_;
        write_stamp(scratch_.data() + scratch_.size() - stream_chunk_.size() + stamp_offset_, now_ns());
    } while (settings_.interval == 0);
    send_bytes(connection, scratch_);
    paced_.push_back(
        {due + settings_.interval, static_cast<std::size_t>(connection.socket), connection.generation}
    );
}

void Upstream::finish(Connection& connection)
{
    ++counters_.answers;
    connection.input.erase(0, connection.head_size + connection.body_size);
    connection.phase = Phase::head;
    connection.answered_early = false;
}

void Upstream::send_bytes(Connection& connection, std::string_view bytes)
{
    if (connection.output.empty()) {
        const ssize_t count = send(connection.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count > 0)
            bytes.remove_prefix(static_cast<std::size_t>(count));
        // A peer that is gone is noticed by the next read.
    }
    connection.output += bytes;
}

void Upstream::on_writable(Connection& connection)
{
    if (connection.output.empty())
        return;
    const ssize_t count =
        send(connection.socket, connection.output.data(), connection.output.size(), MSG_NOSIGNAL);
    if (count > 0)
        connection.output.erase(0, static_cast<std::size_t>(count));
}

void Upstream::run_timers()
{
    const std::uint64_t now = now_ns();
    const auto live = [this](const Timer& timer) -> Connection* {
        Connection& connection = *connections_[timer.connection];
        return connection.generation == timer.generation ? &connection : nullptr;
    };
    while (!delayed_.empty() && delayed_.front().due <= now) {
        const Timer timer = delayed_.front();
        delayed_.pop_front();
        Connection* connection = live(timer);
        if (connection == nullptr)
            continue;
        answer(*connection);
        advance(*connection);
    }
    while (!paced_.empty() && paced_.front().due <= now) {
        const Timer timer = paced_.front();
        paced_.pop_front();
        Connection* connection = live(timer);
        if (connection == nullptr)
            continue;
        stream_next(*connection, timer.due);
        advance(*connection);
    }
}

std::uint64_t Upstream::next_deadline() const
{
    std::uint64_t deadline = never;
    if (!delayed_.empty())
        deadline = std::min(deadline, delayed_.front().due);
    if (!paced_.empty())
        deadline = std::min(deadline, paced_.front().due);
    return deadline;
}

void Upstream::run(const volatile std::sig_atomic_t& stop)
{
    std::vector<epoll_event> events(1024);
    while (stop == 0) {
        for (const epoll_event& event : wait_until(epoll_, events, next_deadline())) {
            if (event.data.u64 == listener_token) {
                accept_all();
                continue;
            }
            Connection& connection = *connections_[event.data.u64];
            if (connection.socket >= 0 && (event.events & EPOLLOUT) != 0)
                on_writable(connection);
            if (connection.socket >= 0 && (event.events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
                on_readable(
                    connection, (event.events & ~static_cast<std::uint32_t>(EPOLLIN | EPOLLOUT)) != 0
                );
        }
        run_timers();
    }
}

volatile std::sig_atomic_t stop_requested = 0;

int run_mock(int argc, char** argv)
{
    constexpr auto valued =
        std::to_array<std::string_view>({"port", "delay-us", "chunks", "interval-us", "early-status"});
    constexpr auto flags = std::to_array<std::string_view>({"check"});
    const Options options(argc, argv, valued, flags);
    Settings settings;
    settings.port = static_cast<std::uint16_t>(options.integer("port", 0));
    settings.delay = options.integer("delay-us", 0) * microsecond;
    settings.chunks = options.integer("chunks", settings.chunks);
    settings.interval = options.integer("interval-us", 0) * microsecond;
    settings.early_status = options.integer("early-status", 0);
    settings.check_model = options.has("check");

    prepare_process();
    struct sigaction action {};
    action.sa_handler = [](int) { stop_requested = 1; };
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);

    Upstream upstream(settings);
    std::printf("%u\n", upstream.port());
    std::fflush(stdout);
    upstream.run(stop_requested);
    std::fprintf(stderr, "%s\n", upstream.counters().to_json().c_str());
    return 0;
}

} // namespace
} // namespace litellm::bench

int main(int argc, char** argv)
{
    try {
        return litellm::bench::run_mock(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_mock_upstream: %s\n", error.what());
        return 2;
    }
}
