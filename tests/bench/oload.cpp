// A load client for HTTP/1.1 on 127.0.0.1: one thread, raw epoll, one request at a time on each connection.
//
//   --rate R --connections C --duration S    open loop: request k is due at start + k/R whatever the server
//                                            does; its latency counts from then (no coordinated omission)
//   --connections C --duration S             closed loop: a connection sends its next request at once
//   --in-flight N --ramp S --duration S      closed loop over N connections that start spread over the ramp:
//                                            keeps N slow calls in flight
//   --requests N --connections C             closed loop, exactly N requests, for counting instructions
//
// `--stream` asks for server-sent events and measures each chunk from the stamp that bench_mock_upstream put
// into it. `--sdk-headers` adds the twelve headers that OpenAI's Python client sends; without it a head is as
// short as it can be. `--expect-status` makes another answer than 200 the good one. `--sample-pid P` (any
// number) reads the CPU time of those processes exactly when counting starts and ends. Counting starts after
// --ramp and --warmup and lasts --duration; then the answers that are due are awaited, at most --timeout-ms.
// The result is one JSON object on stdout. Exit code 0 whatever the server answered, 2 for wrong use.

#include "response_reader.hpp"
#include "wire.hpp"

#include <cmath>
#include <deque>

namespace litellm::bench {
namespace {

enum class Mode { open, closed, counted };

struct Settings {
    Mode mode = Mode::closed;
    std::uint16_t port = 0;
    std::string path = "/v1/chat/completions";
    std::string authorization;
    std::vector<std::string> headers;
    std::string model = "bench-upstream";
    std::size_t body_bytes = 300;
    bool stream = false;
    bool sdk_headers = false;
    unsigned expected_status = 200; ///< what counts as a good answer
    double rate = 0;
    std::size_t connections = 1;
    std::uint64_t requests = 0;
    std::uint64_t start_at = 0;          ///< now_ns() time; 0 is at once
    std::uint64_t ramp = 0;              ///< ns
    std::uint64_t warmup = 0;            ///< ns
    std::uint64_t duration = second;     ///< ns
    std::uint64_t timeout = 10 * second; ///< ns per request, from the intended time
    std::vector<int> sampled_pids;
};

/// A chat completion request of exactly `size` bytes. The prompt is prose with escapes, as prompts are.
std::string chat_body(const Settings& settings)
{
    const std::string before = R"({"model":")" + settings.model +
        R"(","messages":[{"role":"system","content":"You are a terse assistant."},)"
        R"({"role":"user","content":")";
    const std::string after = std::string(R"("}],"temperature":0.2,"max_tokens":64)") +
        (settings.stream ? R"(,"stream":true)" : "") + "}";
    if (before.size() + after.size() > settings.body_bytes)
        throw std::invalid_argument("--body-bytes is too small for a chat request");
    constexpr std::string_view prose =
        "Summarise the \\\"quarterly report\\\" in two sentences.\\n"
        "Keep every number, name no customer, and say what changed since spring. ";
    std::string prompt;
    while (before.size() + prompt.size() + after.size() < settings.body_bytes) {
        const std::size_t room = settings.body_bytes - before.size() - prompt.size() - after.size();
        // An escape is never cut in two: the last piece is plain.
        prompt += room >= prose.size() ? std::string(prose) : std::string(room, '.');
    }
    return before + prompt + after;
}

std::string chat_request(const Settings& settings)
{
    const std::string body = chat_body(settings);
    std::string request = "POST " + settings.path +
        " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(settings.port) +
        "\r\nContent-Type: application/json\r\n";
    if (settings.sdk_headers) {
        request += "Accept-Encoding: identity\r\nConnection: keep-alive\r\nAccept: application/json\r\n"
                   "User-Agent: OpenAI/Python 1.54.0\r\nX-Stainless-Lang: python\r\n"
                   "X-Stainless-Package-Version: 1.54.0\r\nX-Stainless-OS: Linux\r\nX-Stainless-Arch: x64\r\n"
                   "X-Stainless-Runtime: CPython\r\nX-Stainless-Runtime-Version: 3.11.2\r\n"
                   "X-Stainless-Async: false\r\nX-Stainless-Retry-Count: 0\r\n";
    }
    if (!settings.authorization.empty())
        request += "Authorization: " + settings.authorization + "\r\n";
    for (const std::string& header : settings.headers)
        request += header + "\r\n";
    return request + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Durations in ns, reported in us.
class Distribution {
public:
    void add(std::uint64_t value) { values_.push_back(value); }

    [[nodiscard]] std::string to_json()
    {
        if (values_.empty())
            return R"({"count":0})";
        std::ranges::sort(values_);
        double sum = 0;
        for (const std::uint64_t value : values_)
            sum += static_cast<double>(value);
        std::array<char, 300> text{};
        const int size = std::snprintf(
            text.data(),
            text.size(),
            R"({"count":%zu,"mean":%.1f,"p50":%.1f,"p90":%.1f,"p99":%.1f,"p999":%.1f,"max":%.1f})",
            values_.size(),
            sum / static_cast<double>(values_.size()) / 1000,
            at(0.5),
            at(0.9),
            at(0.99),
            at(0.999),
            at(1)
        );
        return {text.data(), static_cast<std::size_t>(size)};
    }

private:
    /// Nearest rank: the smallest value that `share` of all values do not exceed.
    [[nodiscard]] double at(double share) const
    {
        const double rank = share * static_cast<double>(values_.size());
        auto index = static_cast<std::size_t>(rank);
        if (static_cast<double>(index) == rank && index > 0)
            --index;
        return static_cast<double>(values_[std::min(index, values_.size() - 1)]) / 1000;
    }

    std::vector<std::uint64_t> values_;
};

/// CPU time of a process in ns, ended threads included: the scheduler's counter that
/// /proc/PID/task/*/schedstat shows.
std::uint64_t process_cpu(int pid)
{
    clockid_t clock{};
    timespec time{};
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0)
        throw std::runtime_error("cannot read the CPU time of process " + std::to_string(pid));
    return static_cast<std::uint64_t>(time.tv_sec) * second + static_cast<std::uint64_t>(time.tv_nsec);
}

std::string json_string(std::string_view text)
{
    std::string quoted = "\"";
    for (const char character : text) {
        if (character == '"' || character == '\\')
            quoted += '\\';
        quoted += static_cast<unsigned char>(character) < 0x20 ? ' ' : character;
    }
    return quoted + '"';
}

class Client {
public:
    explicit Client(const Settings& settings);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void run();
    [[nodiscard]] std::string to_json();

private:
    enum class Phase { closed, connecting, idle, sending, receiving };
    enum class Failure { connect, closed, timeout, malformed, incomplete, unsent };

    struct Connection {
        int socket = -1;
        std::uint32_t generation = 0; ///< counts requests, so that an old deadline is recognised
        Phase phase = Phase::closed;
        bool request_waits = false; ///< closed loop: send as soon as connected
        std::size_t sent = 0;
        std::uint64_t intended = 0;
        std::uint64_t first_chunk = 0;
        ResponseReader reader;
        StampScanner stamps;
        std::string error_body;
    };

    struct Timer {
        std::uint64_t due;
        std::size_t connection;
        std::uint32_t generation;
    };

    [[nodiscard]] bool in_window(std::uint64_t time) const
    {
        return time >= measure_from_ && time < measure_until_;
    }
    void open_connection(std::size_t index);
    void drop_connection(std::size_t index);
    void issue(std::size_t index, std::uint64_t intended, std::uint64_t now);
    void send_rest(std::size_t index);
    void on_event(std::size_t index, std::uint32_t events);
    void on_readable(std::size_t index, bool to_the_end);
    void complete(std::size_t index, std::uint64_t now);
    void fail(std::size_t index, Failure failure);
    void count_failure(Failure failure);
    void make_ready(std::size_t index);
    void next_request(std::size_t index);
    [[nodiscard]] std::uint64_t next_intended() const;
    [[nodiscard]] std::uint64_t next_ramp_start() const;
    void issue_due(std::uint64_t now);
    void expire(std::uint64_t now);
    void pass_borders(std::uint64_t now);
    [[nodiscard]] bool may_issue(std::uint64_t now) const;
    [[nodiscard]] bool is_finished(std::uint64_t now) const;
    [[nodiscard]] std::uint64_t next_deadline() const;
    [[nodiscard]] std::uint64_t sampled_cpu() const;

    Settings settings_;
    std::string request_;
    int epoll_ = -1;
    std::vector<Connection> connections_;
    std::vector<std::size_t> idle_; ///< open loop: connections that may take the next request
    std::deque<Timer> deadlines_;   ///< constant time-out, so sorted
    std::deque<Timer> retries_;     ///< constant pause, so sorted
    std::size_t ramped_ = 0;        ///< closed loop: connections that have sent their first request
    std::vector<char> buffer_ = std::vector<char>(262'144);

    std::uint64_t start_ = 0;
    std::uint64_t measure_from_ = 0;
    std::uint64_t measure_until_ = 0;
    std::uint64_t window_opened_ = 0; ///< when the borders were really passed; 0 is not yet
    std::uint64_t window_closed_ = 0;
    std::uint64_t cpu_at_open_ = 0;
    std::uint64_t cpu_at_close_ = 0;
    std::uint64_t due_count_ = 0; ///< open loop: requests that become due before measure_until_

    std::uint64_t outstanding_ = 0;
    std::uint64_t issued_ = 0;
    std::uint64_t ok_ = 0;
    std::uint64_t ok_in_window_ = 0;
    std::uint64_t chunks_ = 0;
    std::uint64_t chunks_in_window_ = 0;
    std::uint64_t reconnects_ = 0;
    std::uint64_t most_outstanding_ = 0;
    std::array<std::uint64_t, 6> failures_{};
    std::map<unsigned, std::uint64_t> bad_statuses_;
    std::string first_error_;
    Distribution latency_;
    Distribution send_lag_;
    Distribution chunk_latency_;
    Distribution first_chunk_latency_;
};

constexpr std::uint64_t retry_pause = 10'000'000;

Client::Client(const Settings& settings)
    : settings_(settings),
      request_(chat_request(settings)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      connections_(settings.connections)
{
    if (epoll_ < 0)
        throw_errno("epoll_create1");
}

Client::~Client()
{
    for (const Connection& connection : connections_) {
        if (connection.socket >= 0)
            close(connection.socket);
    }
    close(epoll_);
}

std::uint64_t Client::sampled_cpu() const
{
    std::uint64_t sum = 0;
    for (const int pid : settings_.sampled_pids)
        sum += process_cpu(pid);
    return sum;
}

void Client::open_connection(std::size_t index)
{
    Connection& connection = connections_[index];
    connection.socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection.socket < 0)
        throw_errno("socket");
    disable_nagle(connection.socket);
    connection.phase = Phase::connecting;
    const sockaddr_in address = loopback(settings_.port);
    // Refusal and success are both reported by epoll, also when they are known at once.
    const int result =
        connect(connection.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (result != 0 && errno != EINPROGRESS && errno != ECONNREFUSED)
        throw_errno("connect");
    watch(epoll_, connection.socket, index);
}

void Client::drop_connection(std::size_t index)
{
    Connection& connection = connections_[index];
    if (connection.socket >= 0)
        close(connection.socket);
    connection.socket = -1;
    connection.phase = Phase::closed;
}

/// Starts a request on a connection that is idle, or that is not open yet.
void Client::issue(std::size_t index, std::uint64_t intended, std::uint64_t now)
{
    Connection& connection = connections_[index];
    ++issued_;
    most_outstanding_ = std::max(most_outstanding_, ++outstanding_);
    ++connection.generation;
    connection.intended = intended;
    connection.sent = 0;
    connection.first_chunk = 0;
    connection.reader.reset();
    connection.stamps.reset();
    deadlines_.push_back({intended + settings_.timeout, index, connection.generation});
    if (settings_.mode == Mode::open && in_window(intended))
        send_lag_.add(now - intended);
    if (connection.phase == Phase::closed)
        open_connection(index);
    if (connection.phase == Phase::connecting) {
        connection.request_waits = true;
        return;
    }
    connection.phase = Phase::sending;
    send_rest(index);
}

void Client::send_rest(std::size_t index)
{
    Connection& connection = connections_[index];
    while (connection.sent < request_.size()) {
        const ssize_t count = send(
            connection.socket,
            request_.data() + connection.sent,
            request_.size() - connection.sent,
            MSG_NOSIGNAL
        );
        if (count < 0)
            return; // EAGAIN: epoll tells when there is room; anything else: the read side tells why
        connection.sent += static_cast<std::size_t>(count);
    }
    connection.phase = Phase::receiving;
}

void Client::on_event(std::size_t index, std::uint32_t events)
{
    Connection& connection = connections_[index];
    if (connection.phase == Phase::closed)
        return;
    if (connection.phase == Phase::connecting) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(connection.socket, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0)
            return fail(index, Failure::connect);
        if ((events & EPOLLOUT) == 0)
            return;
        if (!connection.request_waits)
            return make_ready(index);
        connection.request_waits = false;
        connection.phase = Phase::sending;
    }
    if (connection.phase == Phase::sending)
        send_rest(index);
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
        on_readable(index, (events & ~static_cast<std::uint32_t>(EPOLLIN | EPOLLOUT)) != 0);
}

/// `to_the_end`: the peer has closed, so a short read does not mean that all has been read.
void Client::on_readable(std::size_t index, bool to_the_end)
{
    Connection& connection = connections_[index];
    while (connection.socket >= 0) {
        const ssize_t count = recv(connection.socket, buffer_.data(), buffer_.size(), 0);
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (connection.phase == Phase::idle) {
            // A server may close an idle connection: open another one, nothing is lost. Bytes that nobody
            // asked for are an error.
            if (count > 0)
                count_failure(Failure::malformed);
            ++reconnects_;
            std::erase(idle_, index);
            drop_connection(index);
            return open_connection(index);
        }
        const std::uint64_t now = now_ns();
        if (count <= 0) {
            if (count == 0 && connection.reader.complete_at_close())
                return complete(index, now);
            return fail(index, Failure::closed);
        }
        const auto progress = connection.reader.feed(
            {buffer_.data(), static_cast<std::size_t>(count)},
            [&](std::string_view piece) {
                if (connection.reader.status() != settings_.expected_status) {
                    if (connection.error_body.size() < 300)
                        connection.error_body += piece.substr(0, 300);
                    return;
                }
                if (!settings_.stream)
                    return;
                connection.stamps.feed(piece, [&](std::uint64_t stamp) {
                    ++chunks_;
                    if (connection.first_chunk == 0)
                        connection.first_chunk = now;
                    if (in_window(now)) {
                        ++chunks_in_window_;
                        chunk_latency_.add(now > stamp ? now - stamp : 0);
                    }
                });
            }
        );
        if (progress == ResponseReader::Progress::malformed)
            return fail(index, Failure::malformed);
        if (progress == ResponseReader::Progress::complete)
            return complete(index, now);
        if (!to_the_end && static_cast<std::size_t>(count) < buffer_.size())
            return;
    }
}

void Client::complete(std::size_t index, std::uint64_t now)
{
    Connection& connection = connections_[index];
    const unsigned status = connection.reader.status();
    const bool good = status == settings_.expected_status;
    if (good && settings_.stream && !connection.stamps.done_seen())
        return fail(index, Failure::incomplete);
    --outstanding_;
    ++connection.generation;
    if (good) {
        ++ok_;
        if (in_window(now))
            ++ok_in_window_;
        // Open loop: what was due in the window, however late it came. Closed loop: what came in the window.
        if (in_window(settings_.mode == Mode::open ? connection.intended : now))
            latency_.add(now - connection.intended);
        if (connection.first_chunk != 0 && in_window(connection.first_chunk))
            first_chunk_latency_.add(connection.first_chunk - connection.intended);
    } else {
        ++bad_statuses_[status];
        if (first_error_.empty())
            first_error_ = std::to_string(status) + ": " + connection.error_body;
        connection.error_body.clear();
    }
    const bool reusable = !connection.reader.closes() && !connection.reader.complete_at_close();
    if (!reusable) {
        ++reconnects_;
        drop_connection(index);
        open_connection(index);
        // Closed loop: the next request waits for the connection.
        if (settings_.mode != Mode::open)
            next_request(index);
        return;
    }
    make_ready(index);
}

void Client::count_failure(Failure failure)
{
    constexpr std::array names{
        "could not connect",
        "closed by the server",
        "timed out",
        "malformed response",
        "stream without [DONE]",
        "never sent"};
    ++failures_[static_cast<std::size_t>(failure)];
    if (first_error_.empty())
        first_error_ = names[static_cast<std::size_t>(failure)];
}

/// Ends the request of a connection, if it has one, and the connection.
void Client::fail(std::size_t index, Failure failure)
{
    Connection& connection = connections_[index];
    const bool busy = connection.phase == Phase::sending || connection.phase == Phase::receiving ||
        connection.request_waits;
    drop_connection(index);
    count_failure(failure);
    connection.request_waits = false;
    if (busy) {
        --outstanding_;
        ++connection.generation;
    }
    // After a pause, lest a dead server make this a busy loop.
    retries_.push_back({now_ns() + retry_pause, index, connection.generation});
}

/// The connection is open and has nothing to do.
void Client::make_ready(std::size_t index)
{
    connections_[index].phase = Phase::idle;
    if (settings_.mode == Mode::open)
        idle_.push_back(index);
    else
        next_request(index);
}

bool Client::may_issue(std::uint64_t now) const
{
    if (settings_.mode == Mode::counted)
        return issued_ < settings_.requests && now < measure_until_;
    return now < measure_until_;
}

/// Closed loop: the next request of this connection, at once.
void Client::next_request(std::size_t index)
{
    const std::uint64_t now = now_ns();
    if (may_issue(now) && now >= start_)
        issue(index, now, now);
}

/// Open loop: when the next request is to be sent, whether or not a connection is free.
std::uint64_t Client::next_intended() const
{
    const double offset = static_cast<double>(issued_) * static_cast<double>(second) / settings_.rate;
    return start_ + static_cast<std::uint64_t>(offset);
}

/// Closed loop: when connection number ramped_ sends its first request.
std::uint64_t Client::next_ramp_start() const
{
    return start_ + settings_.ramp * ramped_ / connections_.size();
}

void Client::issue_due(std::uint64_t now)
{
    while (!retries_.empty() && retries_.front().due <= now) {
        const Timer timer = retries_.front();
        retries_.pop_front();
        const Connection& connection = connections_[timer.connection];
        if (connection.generation != timer.generation || connection.phase != Phase::closed)
            continue;
        if (settings_.mode == Mode::open)
            open_connection(timer.connection);
        else
            next_request(timer.connection);
    }
    if (settings_.mode != Mode::open) {
        for (; ramped_ < connections_.size() && next_ramp_start() <= now; ++ramped_)
            next_request(ramped_);
        return;
    }
    while (!idle_.empty() && issued_ < due_count_ && next_intended() <= now) {
        const std::size_t index = idle_.back();
        idle_.pop_back();
        issue(index, next_intended(), now);
    }
}

void Client::expire(std::uint64_t now)
{
    while (!deadlines_.empty()) {
        const Timer timer = deadlines_.front();
        const bool stale = connections_[timer.connection].generation != timer.generation;
        if (!stale && timer.due > now)
            return;
        deadlines_.pop_front();
        if (!stale)
            fail(timer.connection, Failure::timeout);
    }
}

void Client::pass_borders(std::uint64_t now)
{
    if (window_opened_ == 0 && now >= measure_from_) {
        cpu_at_open_ = sampled_cpu();
        window_opened_ = now;
    }
    const bool all_done =
        settings_.mode == Mode::counted && issued_ == settings_.requests && outstanding_ == 0;
    if (window_closed_ == 0 && (now >= measure_until_ || all_done)) {
        cpu_at_close_ = sampled_cpu();
        window_closed_ = now;
    }
}

bool Client::is_finished(std::uint64_t now) const
{
    if (window_closed_ == 0)
        return false;
    const bool backlog = settings_.mode == Mode::open && issued_ < due_count_;
    return (outstanding_ == 0 && !backlog) || now >= measure_until_ + settings_.timeout;
}

std::uint64_t Client::next_deadline() const
{
    std::uint64_t deadline = window_opened_ == 0 ? measure_from_ : measure_until_;
    if (window_closed_ != 0)
        deadline = measure_until_ + settings_.timeout;
    if (!deadlines_.empty())
        deadline = std::min(deadline, deadlines_.front().due);
    if (!retries_.empty())
        deadline = std::min(deadline, retries_.front().due);
    if (settings_.mode == Mode::open && !idle_.empty() && issued_ < due_count_)
        deadline = std::min(deadline, next_intended());
    if (settings_.mode != Mode::open && ramped_ < connections_.size())
        deadline = std::min(deadline, next_ramp_start());
    return deadline;
}

void Client::run()
{
    start_ = std::max(settings_.start_at, now_ns());
    measure_from_ = start_ + settings_.ramp + settings_.warmup;
    measure_until_ = measure_from_ + settings_.duration;
    if (settings_.mode == Mode::open) {
        const double seconds = static_cast<double>(measure_until_ - start_) / static_cast<double>(second);
        due_count_ = static_cast<std::uint64_t>(std::ceil(seconds * settings_.rate));
        for (std::size_t index = 0; index < connections_.size(); ++index)
            open_connection(index);
    }
    std::vector<epoll_event> events(1024);
    while (true) {
        const std::uint64_t now = now_ns();
        pass_borders(now);
        if (is_finished(now))
            break;
        issue_due(now);
        expire(now);
        for (const epoll_event& event : wait_until(epoll_, events, next_deadline()))
            on_event(event.data.u64, event.events);
    }
    const std::uint64_t wanted = settings_.mode == Mode::counted ? settings_.requests : due_count_;
    for (std::uint64_t sent = issued_; sent < wanted; ++sent)
        count_failure(Failure::unsent);
    for (std::uint64_t left = outstanding_; left > 0; --left)
        count_failure(Failure::timeout);
}

std::string Client::to_json()
{
    const double seconds = static_cast<double>(window_closed_ - window_opened_) / static_cast<double>(second);
    const double cpu = static_cast<double>(cpu_at_close_ - cpu_at_open_) / 1000;
    std::uint64_t failed = 0;
    for (const std::uint64_t count : failures_)
        failed += count;
    std::string statuses;
    for (const auto& [status, count] : bad_statuses_) {
        statuses +=
            (statuses.empty() ? "\"" : ",\"") + std::to_string(status) + "\":" + std::to_string(count);
        failed += count;
    }
    const auto field = [](const char* name, double value, const char* format) {
        std::array<char, 80> text{};
        std::snprintf(text.data(), text.size(), format, value);
        return "\"" + std::string(name) + "\":" + text.data() + ",";
    };
    const auto count = [](const char* name, std::uint64_t value) {
        return "\"" + std::string(name) + "\":" + std::to_string(value) + ",";
    };
    const auto failure = [this](Failure kind) { return failures_[static_cast<std::size_t>(kind)]; };
    constexpr std::array modes{"open", "closed", "counted"};

    std::string json = "{\"mode\":\"" + std::string(modes[static_cast<std::size_t>(settings_.mode)]) + "\",";
    json += count("connections", connections_.size()) + count("body_bytes", settings_.body_bytes);
    json += field("seconds", seconds, "%.6f") + count("requests", ok_in_window_);
    json +=
        field("requests_per_second", seconds > 0 ? static_cast<double>(ok_in_window_) / seconds : 0, "%.1f");
    json += count("issued", issued_) + count("ok", ok_) + count("failed", failed) +
        count("most_in_flight", most_outstanding_);
    json += count("reconnects", reconnects_);
    json += "\"failures\":{" + count("connect", failure(Failure::connect)) +
        count("closed", failure(Failure::closed)) + count("timeout", failure(Failure::timeout)) +
        count("malformed", failure(Failure::malformed)) + count("incomplete", failure(Failure::incomplete)) +
        count("unsent", failure(Failure::unsent)) + "\"status\":{" + statuses + "}},";
    json += "\"first_error\":" + (first_error_.empty() ? "null" : json_string(first_error_)) + ",";
    json += "\"latency_us\":" + latency_.to_json() + ",";
    if (settings_.mode == Mode::open)
        json += "\"send_lag_us\":" + send_lag_.to_json() + ",";
    if (settings_.stream) {
        json += count("chunks", chunks_in_window_) + count("all_chunks", chunks_);
        json += "\"chunk_latency_us\":" + chunk_latency_.to_json() + ",";
        json += "\"first_chunk_latency_us\":" + first_chunk_latency_.to_json() + ",";
    }
    if (!settings_.sampled_pids.empty()) {
        json += field("cpu_us", cpu, "%.0f");
        if (ok_in_window_ > 0)
            json += field("cpu_us_per_request", cpu / static_cast<double>(ok_in_window_), "%.3f");
        if (chunks_in_window_ > 0)
            json += field("cpu_us_per_chunk", cpu / static_cast<double>(chunks_in_window_), "%.3f");
    }
    json.back() = '}';
    return json;
}

Settings read_settings(int argc, char** argv)
{
    constexpr auto valued = std::to_array<std::string_view>(
        {"port",
         "path",
         "authorization",
         "header",
         "model",
         "body-bytes",
         "rate",
         "connections",
         "in-flight",
         "requests",
         "duration",
         "ramp",
         "warmup",
         "start-at-ns",
         "timeout-ms",
         "expect-status",
         "sample-pid"}
    );
    constexpr auto flags = std::to_array<std::string_view>({"stream", "sdk-headers"});
    const Options options(argc, argv, valued, flags);
    const auto nanoseconds = [&options](const std::string& name, double otherwise) {
        return static_cast<std::uint64_t>(options.number(name, otherwise) * static_cast<double>(second));
    };
    Settings settings;
    settings.port = static_cast<std::uint16_t>(options.integer("port", 0));
    if (settings.port == 0)
        throw std::invalid_argument("--port is needed");
    settings.path = options.text("path", settings.path);
    settings.authorization = options.text("authorization");
    settings.headers = options.all("header");
    settings.model = options.text("model", settings.model);
    settings.body_bytes = options.integer("body-bytes", settings.body_bytes);
    settings.stream = options.has("stream");
    settings.sdk_headers = options.has("sdk-headers");
    settings.expected_status = static_cast<unsigned>(options.integer("expect-status", 200));
    settings.rate = options.number("rate", 0);
    settings.connections = options.integer("connections", 1);
    settings.requests = options.integer("requests", 0);
    settings.start_at = options.integer("start-at-ns", 0);
    settings.ramp = nanoseconds("ramp", 0);
    settings.warmup = nanoseconds("warmup", 0);
    settings.timeout = options.integer("timeout-ms", 10'000) * 1000 * microsecond;
    for (const std::string& pid : options.all("sample-pid"))
        settings.sampled_pids.push_back(static_cast<int>(leading_number(pid).value_or(0)));
    if (options.has("in-flight"))
        settings.connections = options.integer("in-flight", 1);
    if (settings.connections == 0)
        throw std::invalid_argument("--connections wants at least 1");
    if (options.has("rate"))
        settings.mode = Mode::open;
    if (options.has("requests"))
        settings.mode = Mode::counted;
    if (settings.mode == Mode::open && settings.rate == 0)
        throw std::invalid_argument("--rate wants more than 0");
    // A fixed count ends by itself; its duration only bounds it.
    settings.duration = nanoseconds("duration", settings.mode == Mode::counted ? 15 : 1);
    return settings;
}

} // namespace
} // namespace litellm::bench

int main(int argc, char** argv)
{
    try {
        litellm::bench::prepare_process();
        litellm::bench::Client client(litellm::bench::read_settings(argc, argv));
        client.run();
        std::puts(client.to_json().c_str());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_load: %s\n", error.what());
        return 2;
    }
}
