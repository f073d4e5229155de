#pragma once

#include "litellm/http/server.hpp"

#include <stdexcept>

namespace litellm::api {

/// A request with an address and nobody on the line.
class QuietExchange final : public http::Exchange {
public:
    explicit QuietExchange(http::Request request) : request_(std::move(request)) {}

    const http::Request& request() const override { return request_; }
    http::Worker& worker() override { throw std::logic_error("not in this test"); }
    Task<std::string_view> read_body(std::size_t) override { co_return std::string_view(); }
    std::optional<std::uint64_t> body_length() const override { return 0; }
    Task<std::string_view> read_body_piece() override { co_return std::string_view(); }
    boost::asio::awaitable<void> respond(const http::Response&) override { co_return; }
    boost::asio::awaitable<void>
    respond(int, const http::HeaderLines&, std::span<const std::string_view>) override
    {
        co_return;
    }
    boost::asio::awaitable<bool> start_stream(int, const http::HeaderLines&) override { co_return false; }
    boost::asio::awaitable<bool> write(std::string_view) override { co_return false; }
    boost::asio::awaitable<bool> end_stream() override { co_return false; }
    void abort() override {}
    bool has_responded() const override { return false; }
    bool is_client_gone() const override { return false; }
    void on_client_gone(std::function<void()>) override {}

private:
    http::Request request_;
};

} // namespace litellm::api
