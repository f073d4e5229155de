#pragma once

#include "litellm/http/server.hpp"

#include <algorithm>

namespace litellm::api {

/// A request with a body, and what was answered.
class RecordingExchange final : public http::Exchange {
public:
    RecordingExchange(http::Request request, std::string body, http::Worker& worker)
        : request_(std::move(request)), body_(std::move(body)), body_size_(body_.size()), worker_(worker)
    {
        // simdjson reads a little beyond the end.
        body_.resize(body_size_ + padding, '\0');
    }

    const http::Request& request() const override { return request_; }
    http::Worker& worker() override { return worker_; }
    Task<std::string_view> read_body(std::size_t) override
    {
        co_return std::string_view(body_).substr(0, body_size_);
    }
    std::optional<std::uint64_t> body_length() const override { return body_size_; }
    Task<std::string_view> read_body_piece() override
    {
        const auto piece = std::string_view(body_).substr(0, body_size_).substr(body_read_);
        body_read_ = body_size_;
        co_return piece;
    }
    boost::asio::awaitable<void> respond(const http::Response& response) override
    {
        note(response.status, response.headers, response.body);
        co_return;
    }
    boost::asio::awaitable<void>
    respond(int code, const http::HeaderLines& lines, std::span<const std::string_view> pieces) override
    {
        std::string text;
        for (const std::string_view piece : pieces)
            text += piece;
        note(code, lines, text);
        co_return;
    }
    boost::asio::awaitable<bool> start_stream(int code, const http::HeaderLines& lines) override
    {
        note(code, lines, "");
        co_return true;
    }
    boost::asio::awaitable<bool> write(std::string_view bytes) override
    {
        answer += bytes;
        co_return true;
    }
    boost::asio::awaitable<bool> end_stream() override { co_return true; }
    void abort() override {}
    bool has_responded() const override { return status != 0; }
    bool is_client_gone() const override { return false; }
    void on_client_gone(std::function<void()>) override {}

    int status = 0;
    std::string headers; ///< `name: value` lines
    std::string answer;

private:
    static constexpr std::size_t padding = 64;

    void note(int code, const http::HeaderLines& lines, std::string_view text)
    {
        status = code;
        headers = lines.text();
        answer = text;
    }

    http::Request request_;
    std::string body_;
    std::size_t body_read_ = 0;
    std::size_t body_size_;
    http::Worker& worker_;
};

} // namespace litellm::api
