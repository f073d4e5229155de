#pragma once
// libcurl's sockets and timers on one event loop.
//
// One private epoll set holds the sockets of all multi handles and is itself one descriptor of the loop.
// Sockets stay registered between transfers and change their interest lazily, which saves three system calls
// a request. Several multi handles, each bounded to a few hundred transfers, because the cost of one grows
// with what is in flight.

#include "litellm/http/client.hpp"
#include "parsed_urls.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

namespace litellm::http {

class CurlTransfer;

class CurlEngine {
public:
    CurlEngine(boost::asio::io_context& context, ClientOptions options);
    ~CurlEngine();
    CurlEngine(const CurlEngine&) = delete;
    CurlEngine& operator=(const CurlEngine&) = delete;

    struct Multi {
        CurlEngine* engine = nullptr;
        CURLM* handle = nullptr;
        std::size_t active = 0;
        std::optional<std::chrono::steady_clock::time_point> due;
    };

    /// Puts a configured easy handle to work; the multi handle it went to.
    Multi* add(CURL* easy, CurlTransfer* transfer);
    void remove(Multi* multi, CURL* easy);
    void forget(CurlTransfer* transfer);
    /// Lets curl act on a transfer that was just resumed.
    void kick(Multi* multi);
    /// Wakes `transfer`'s reader once the current curl call has returned.
    void wake_later(CurlTransfer* transfer);
    /// Has the loop do that, for callers outside of the engine.
    void wake_soon();

    [[nodiscard]] CURL* take_easy();
    void give_back_easy(CURL* easy);
    [[nodiscard]] std::shared_ptr<CURLU> parsed_url(const std::string& url) { return urls_.find(url); }
    [[nodiscard]] const ClientOptions& options() const { return options_; }
    /// When curl was last called: near enough for time-outs, and a clock need not be read for each line of a
    /// header.
    [[nodiscard]] std::chrono::steady_clock::time_point last_event() const { return last_event_; }

private:
    struct Socket {
        Multi* multi = nullptr;
        std::uint32_t registered = 0;
        std::uint32_t wanted = 0;
        bool opened_by_us = false;
    };

    static int on_socket(CURL* easy, curl_socket_t fd, int what, void* multi, void* socket);
    static int on_timer(CURLM* handle, long milliseconds, void* multi);
    static curl_socket_t on_open(void* engine, curlsocktype purpose, curl_sockaddr* address);
    static int on_close(void* engine, curl_socket_t fd);

    [[nodiscard]] CURL* make_easy();
    [[nodiscard]] Multi* multi_with_room();
    [[nodiscard]] Socket& socket(curl_socket_t fd);
    void want(curl_socket_t fd, Socket& state, std::uint32_t events);
    void wait_for_sockets();
    void handle_sockets();
    void act(Multi* multi, curl_socket_t fd, int events);
    void read_results(Multi* multi);
    void run_due_timers();
    void arm_timer();
    void arm_tick();
    void check_deadlines();
    void wake_readers();

    ClientOptions options_;
    boost::asio::io_context& context_;
    int epoll_ = -1;
    boost::asio::posix::stream_descriptor descriptor_;
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer tick_;
    std::optional<std::chrono::steady_clock::time_point> timer_armed_for_;
    bool tick_armed_ = false;
    std::chrono::steady_clock::time_point last_event_;
    std::vector<std::unique_ptr<Multi>> multis_;
    std::vector<Socket> sockets_;
    std::vector<CURL*> idle_easies_;
    ParsedUrls urls_;
    std::unordered_set<CurlTransfer*> transfers_;
    std::vector<CurlTransfer*> to_wake_;
    /// Tells callbacks that run after the engine's end to do nothing.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace litellm::http
