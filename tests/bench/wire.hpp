#pragma once
// What the two benchmark tools share: a clock, non-blocking sockets, waiting with nanosecond deadlines, and
// the stamp that the upstream puts into each streamed chunk. Both are raw epoll on purpose: they must cost
// less than what they measure.

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace litellm::bench {

constexpr std::uint64_t microsecond = 1000;
constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t never = ~std::uint64_t{0};

/// CLOCK_MONOTONIC, which all processes of one machine share (Python: time.monotonic_ns()).
inline std::uint64_t now_ns()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * second + static_cast<std::uint64_t>(now.tv_nsec);
}

[[noreturn]] inline void throw_errno(const char* what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

/// As many descriptors as the hard limit allows, and timers without the kernel's default slack of 50 us.
inline void prepare_process()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
}

/// `--name value` and `--flag`; a value given more than once is kept in order. Unknown names are errors.
class Options {
public:
    Options(
        int argc,
        char** argv,
        std::span<const std::string_view> valued,
        std::span<const std::string_view> flags
    )
    {
        for (int index = 1; index < argc; ++index) {
            std::string_view name = argv[index];
            const bool dashed = name.starts_with("--");
            if (dashed)
                name.remove_prefix(2);
            if (dashed && std::ranges::find(flags, name) != flags.end()) {
                values_[std::string(name)].emplace_back();
            } else if (dashed && std::ranges::find(valued, name) != valued.end() && index + 1 < argc) {
                values_[std::string(name)].emplace_back(argv[++index]);
            } else {
                throw std::invalid_argument("unknown option, or value missing: " + std::string(argv[index]));
            }
        }
    }

    [[nodiscard]] bool has(const std::string& name) const { return values_.contains(name); }

    [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise = {}) const
    {
        const auto found = values_.find(name);
        return found == values_.end() ? otherwise : found->second.back();
    }

    [[nodiscard]] std::vector<std::string> all(const std::string& name) const
    {
        const auto found = values_.find(name);
        return found == values_.end() ? std::vector<std::string>{} : found->second;
    }

    [[nodiscard]] double number(const std::string& name, double otherwise) const
    {
        const auto found = values_.find(name);
        if (found == values_.end())
            return otherwise;
        std::size_t used = 0;
        const double value = std::stod(found->second.back(), &used);
        if (used != found->second.back().size() || value < 0)
            throw std::invalid_argument("--" + name + " wants a number that is not negative");
        return value;
    }

    [[nodiscard]] std::uint64_t integer(const std::string& name, std::uint64_t otherwise) const
    {
        const auto found = values_.find(name);
        if (found == values_.end())
            return otherwise;
        const std::string& given = found->second.back();
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
        if (error != std::errc{} || end != given.data() + given.size())
            throw std::invalid_argument("--" + name + " wants a whole number");
        return value;
    }

private:
    std::map<std::string, std::vector<std::string>> values_;
};

inline sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

inline void disable_nagle(int socket)
{
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// One edge-triggered registration for the life of the socket: no epoll_ctl per request.
inline void watch(int epoll, int socket, std::uint64_t token)
{
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.u64 = token;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) != 0)
        throw_errno("epoll_ctl");
}

/// Waits until something is ready or `deadline` (now_ns() time, `never`) has come.
inline std::span<const epoll_event>
wait_until(int epoll, std::span<epoll_event> events, std::uint64_t deadline)
{
    timespec timeout{};
    const timespec* limit = nullptr;
    if (deadline != never) {
        const std::uint64_t now = now_ns();
        const std::uint64_t left = deadline > now ? deadline - now : 0;
        timeout.tv_sec = static_cast<time_t>(left / second);
        timeout.tv_nsec = static_cast<long>(left % second);
        limit = &timeout;
    }
    const int count = epoll_pwait2(epoll, events.data(), static_cast<int>(events.size()), limit, nullptr);
    if (count < 0 && errno != EINTR)
        throw_errno("epoll_pwait2");
    return events.first(static_cast<std::size_t>(std::max(count, 0)));
}

/// The value of a header in a raw head ("GET / HTTP/1.1\r\nA: b\r\n"), trimmed; nothing when absent.
inline std::optional<std::string_view> find_header(std::string_view head, std::string_view name)
{
    std::size_t line = head.find("\r\n");
    while (line != std::string_view::npos && line + 2 < head.size()) {
        const std::string_view rest = head.substr(line + 2);
        line = head.find("\r\n", line + 2);
        if (rest.size() <= name.size() || rest[name.size()] != ':')
            continue;
        const bool same = std::ranges::equal(rest.substr(0, name.size()), name, [](char a, char b) {
            return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
        });
        if (!same)
            continue;
        std::string_view value = rest.substr(name.size() + 1);
        value = value.substr(0, value.find("\r\n"));
        while (!value.empty() && value.front() == ' ')
            value.remove_prefix(1);
        while (!value.empty() && value.back() == ' ')
            value.remove_suffix(1);
        return value;
    }
    return std::nullopt;
}

/// A number at the start of `text`; nothing when there is none.
inline std::optional<std::uint64_t> leading_number(std::string_view text, int base = 10)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end == text.data())
        return std::nullopt;
    return value;
}

// The stamp: `@`, the now_ns() of sending in 20 digits, `@`. No other text of a chunk contains an `@`, so it
// is found whatever a gateway does to the JSON around it.
constexpr std::size_t stamp_digits = 20;
constexpr std::size_t stamp_size = stamp_digits + 2;

inline void write_stamp(char* target, std::uint64_t time)
{
    target[0] = '@';
    for (std::size_t digit = stamp_digits; digit > 0; --digit, time /= 10)
        target[digit] = static_cast<char>('0' + time % 10);
    target[stamp_size - 1] = '@';
}

} // namespace litellm::bench
