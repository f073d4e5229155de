#pragma once
// A Redis of its own for a test; needs redis-server.

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace litellm::testing {

inline sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

/// A port that was free a moment ago.
inline std::uint16_t free_port()
{
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(0);
    ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t length = sizeof address;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
    ::close(socket);
    return ntohs(address.sin_port);
}

class RedisServer {
public:
    [[nodiscard]] static bool is_installed()
    {
        return std::filesystem::exists("/usr/bin/redis-server") ||
            std::filesystem::exists("/usr/local/bin/redis-server");
    }

    explicit RedisServer(std::vector<std::string> options = {}) : port_(free_port())
    {
        std::vector<std::string> words{
            "redis-server",
            "--port",
            std::to_string(port_),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--loglevel",
            "warning"};
        words.insert(words.end(), options.begin(), options.end());
        std::vector<char*> arguments;
        for (std::string& word : words)
            arguments.push_back(word.data());
        arguments.push_back(nullptr);
        process_ = ::fork();
        if (process_ == 0) {
            // It says much that no test reads.
            if (std::freopen("/dev/null", "w", stdout) == nullptr)
                ::_exit(127);
            ::execvp(arguments.front(), arguments.data());
            ::_exit(127);
        }
        for (int tries = 0; tries < 200 && !answers(); ++tries)
            std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    ~RedisServer() { stop(); }
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// It takes connections, but says nothing any more.
    void freeze() const { ::kill(process_, SIGSTOP); }
    void thaw() const { ::kill(process_, SIGCONT); }
    void stop()
    {
        if (process_ <= 0)
            return;
        ::kill(process_, SIGCONT);
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        process_ = -1;
    }

private:
    [[nodiscard]] bool answers() const
    {
        const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        const sockaddr_in address = loopback(port_);
        const bool is_open =
            ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        ::close(socket);
        return is_open;
    }

    std::uint16_t port_;
    pid_t process_ = -1;
};

} // namespace litellm::testing
