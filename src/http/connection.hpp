#pragma once
// One client connection: reads requests one after another, hands each to the handler, writes its answer.
//
// As soon as a request has been read, the read for the next one is posted. It costs nothing, because it is
// needed anyway, and tells at once when the client hangs up while its answer is being made.

#include "connection_buffers.hpp"
#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"
#include "litellm/http/server.hpp"
#include "request_parser.hpp"
#include "request_target.hpp"
#include "server_state.hpp"
#include "waiter.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>

namespace litellm::http {

inline constexpr auto as_result = boost::asio::as_tuple(boost::asio::use_awaitable);

using PlainStream = boost::asio::ip::tcp::socket;
using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

[[nodiscard]] Method method_from(std::string_view text);
[[nodiscard]] std::string_view reason_phrase(int status);

template <class Stream>
class Connection final : public Exchange,
                         public ConnectionControl,
                         public std::enable_shared_from_this<Connection<Stream>> {
public:
    Connection(std::shared_ptr<Server::State> server, Worker& worker, Stream stream)
        : server_(std::move(server)), worker_(worker), stream_(std::move(stream)), options_(server_->options)
    {
    }

    /// Serves the connection to its end.
    boost::asio::awaitable<void> run(std::shared_ptr<Connection> self)
    {
        remember_peer();
        server_->enter(worker_.index, this);
        bool more = co_await handshake();
        const bool secure = more;
        while (more)
            more = co_await serve_one();
        if (secure)
            co_await say_goodbye();
        server_->leave(worker_.index, this);
        close();
        (void)self;
    }

    // ---- Exchange

    const Request& request() const override { return request_; }
    Worker& worker() override { return worker_; }
    bool has_responded() const override { return phase_ != Phase::handling; }
    bool is_client_gone() const override { return client_gone_; }

    void on_client_gone(std::function<void()> callback) override
    {
        gone_callback_ = std::move(callback);
        if (client_gone_ && gone_callback_)
            std::exchange(gone_callback_, nullptr)();
    }

    Task<std::string_view> read_body(std::size_t limit) override
    {
        if (body_state_ == BodyState::unread) {
            const auto read = co_await read_body_bytes(limit);
            if (!read)
                co_return read.error();
            body_state_ = BodyState::read;
            read_ahead();
        }
        co_return std::string_view(body_);
    }

    std::optional<std::uint64_t> body_length() const override
    {
        const bool is_chunked = body_state_ != BodyState::none && !parser_->content_length();
        return is_chunked ? std::nullopt : std::optional<std::uint64_t>(announced_);
    }

    Task<std::string_view> read_body_piece() override
    {
        if (body_state_ != BodyState::unread || body_left_ == 0)
            co_return std::string_view();
        if (const auto invited = co_await invite_body(); !invited)
            co_return invited.error();
        piece_.resize(piece_bytes);
        const std::size_t wanted = std::min(body_left_, piece_bytes);
        std::size_t count = std::min(wanted, in_.size());
        if (count > 0) {
            in_.unread().copy(piece_.data(), count);
            in_.consume(count);
        } else {
            set_deadline(options_.io_timeout);
            const auto target = boost::asio::buffer(piece_.data(), wanted);
            const auto [error, received] = co_await stream_.async_read_some(target, as_result);
            deadline_.reset();
            if (error)
                co_return lost_client();
            count = received;
        }
        body_left_ -= count;
        if (body_left_ == 0) {
            body_state_ = BodyState::read;
            read_ahead();
        }
        co_return std::string_view(piece_).substr(0, count);
    }

    boost::asio::awaitable<void> respond(const Response& response) override
    {
        const std::string_view body = response.body;
        co_await respond(response.status, response.headers, std::span(&body, 1));
    }

    boost::asio::awaitable<void>
    respond(int status, const HeaderLines& headers, std::span<const std::string_view> pieces) override
    {
        std::size_t length = 0;
        for (const auto piece : pieces)
            length += piece.size();
        decide_keep_alive();
        phase_ = Phase::done;
        start_head(status, headers);
        fmt::format_to(std::back_inserter(head_), "Content-Length: {}\r\n\r\n", length);
        std::array<boost::asio::const_buffer, max_pieces + 1> buffers;
        std::size_t count = 0;
        buffers[count++] = boost::asio::buffer(head_);
        if (request_.method != Method::head) {
            for (const auto piece : pieces.first(std::min(pieces.size(), max_pieces)))
                buffers[count++] = boost::asio::buffer(piece.data(), piece.size());
        }
        co_await write_buffers(std::span(buffers).first(count));
    }

    boost::asio::awaitable<bool> start_stream(int status, const HeaderLines& headers) override
    {
        decide_keep_alive();
        phase_ = Phase::streaming;
        start_head(status, headers);
        head_ += chunked_ ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n";
        const std::array<boost::asio::const_buffer, 1> buffers{boost::asio::buffer(head_)};
        co_return co_await write_buffers(buffers);
    }

    boost::asio::awaitable<bool> write(std::string_view bytes) override
    {
        if (bytes.empty())
            co_return !broken_;
        if (!chunked_) {
            const std::array<boost::asio::const_buffer, 1> plain{
                boost::asio::buffer(bytes.data(), bytes.size())};
            co_return co_await write_buffers(plain);
        }
        std::array<char, 24> size_line{};
        const auto end = fmt::format_to(size_line.data(), "{:x}\r\n", bytes.size());
        const std::array<boost::asio::const_buffer, 3> buffers{
            boost::asio::buffer(size_line.data(), static_cast<std::size_t>(end - size_line.data())),
            boost::asio::buffer(bytes.data(), bytes.size()),
            boost::asio::buffer("\r\n", 2)};
        co_return co_await write_buffers(buffers);
    }

    boost::asio::awaitable<bool> end_stream() override
    {
        phase_ = Phase::done;
        if (!chunked_)
            co_return !broken_;
        const std::array<boost::asio::const_buffer, 1> last{boost::asio::buffer("0\r\n\r\n", 5)};
        co_return co_await write_buffers(last);
    }

    void abort() override
    {
        phase_ = Phase::done;
        broken_ = true;
        keep_alive_ = false;
    }

    // ---- ConnectionControl

    void check_deadline(std::chrono::steady_clock::time_point now) override
    {
        if (deadline_ && now > *deadline_)
            close();
    }
    void shut_down(bool now) override
    {
        stopping_ = true;
        if (now || phase_ == Phase::idle)
            close();
    }

private:
    enum class Phase { idle, handling, streaming, done };
    enum class BodyState { none, unread, read };

    static constexpr std::size_t max_pieces = 8;
    static constexpr std::size_t padding = 64;
    static constexpr std::size_t max_drained_bytes = 256 * 1024;
    static constexpr std::size_t piece_bytes = 64 * 1024;

    PlainStream& socket()
    {
        if constexpr (std::is_same_v<Stream, PlainStream>)
            return stream_;
        else
            return stream_.next_layer();
    }

    void remember_peer()
    {
        boost::system::error_code error;
        const auto endpoint = socket().remote_endpoint(error);
        if (!error)
            peer_ = endpoint.address().to_string();
        socket().set_option(boost::asio::ip::tcp::no_delay(true), error);
    }

    void close()
    {
        boost::system::error_code ignored;
        socket().close(ignored);
    }

    void set_deadline(std::chrono::milliseconds patience)
    {
        deadline_ = std::chrono::steady_clock::now() + patience;
    }

    boost::asio::awaitable<bool> handshake()
    {
        if constexpr (std::is_same_v<Stream, TlsStream>) {
            set_deadline(options_.header_timeout);
            const auto [error] =
                co_await stream_.async_handshake(boost::asio::ssl::stream_base::server, as_result);
            deadline_.reset();
            co_return !error;
        }
        co_return true;
    }

    /// Reads one request and answers it; false when the connection is to be closed.
    boost::asio::awaitable<bool> serve_one()
    {
        phase_ = Phase::idle;
        request_.fields.clear();
        body_.clear();
        body_state_ = BodyState::none;
        const int refused = co_await read_head();
        // Whoever was closed while his request was on its way gets no answer: so nothing is done for him.
        if (refused < 0 || !socket().is_open())
            co_return false;
        phase_ = Phase::handling;
        deadline_.reset();
        if (refused > 0) {
            co_await refuse(refused);
            co_return false;
        }
        if (body_state_ == BodyState::none)
            read_ahead();
        co_await handle();
        gone_callback_ = nullptr;
        if (!keep_alive_ || broken_ || stopping_)
            co_return false;
        if (body_state_ == BodyState::unread) {
            const auto drained = co_await read_body_bytes(max_drained_bytes);
            if (!drained)
                co_return false;
        }
        co_return true;
    }

    boost::asio::awaitable<void> handle()
    {
        std::string failure;
        try {
            co_await server_->handler(*this);
        } catch (const std::exception& error) {
            failure = error.what();
            if (failure.empty())
                failure = "unknown";
        }
        if (!failure.empty())
            log::error("http", "handler failed: {}", failure);
        if (phase_ == Phase::handling) {
            const Response response = options_.refuse(500, "Internal Server Error");
            co_await respond(response);
        } else if (phase_ == Phase::streaming) {
            abort();
        }
    }

    boost::asio::awaitable<void> refuse(int status)
    {
        keep_alive_ = false;
        const Response response = options_.refuse(status, reason_phrase(status));
        co_await respond(response);
    }

    /// 0: a request was read. Above 0: the status to refuse it with. Below: nothing more comes.
    boost::asio::awaitable<int> read_head()
    {
        RequestParser& parser = parser_.emplace();
        parser.header_limit(static_cast<std::uint32_t>(options_.max_header_bytes));
        parser.body_limit(boost::none);
        parser.eager(false);
        parser.max_fields = options_.max_header_count;
        bool started = false;
        for (;;) {
            if (!in_.empty()) {
                if (!started) {
                    started = true;
                    set_deadline(options_.header_timeout);
                    phase_ = Phase::handling;
                }
                boost::beast::error_code error;
                const std::size_t used = parser.put(boost::asio::buffer(in_.unread()), error);
                in_.consume(used);
                if (error && error != boost::beast::http::error::need_more)
                    co_return error == boost::beast::http::error::header_limit ||
                            error == boost::beast::http::error::buffer_overflow
                        ? 431
                        : 400;
                if (parser.is_header_done())
                    co_return accept_head(parser);
                if (in_.size() > options_.max_header_bytes)
                    co_return 431;
            }
            if (!started)
                set_deadline(served_ == 0 ? options_.header_timeout : options_.keep_alive_timeout);
            if (!co_await read_more())
                co_return -1;
        }
    }

    int accept_head(RequestParser& parser)
    {
        ++served_;
        request_.method = method_from(parser.method_text);
        request_.fields = std::move(parser.fields);
        request_.peer_address = peer_;
        keep_alive_ = parser.keep_alive();
        chunked_ = parser.http_version >= 11;
        client_gone_ = false;
        auto target = parse_request_target(parser.target);
        if (!target)
            return 400;
        request_.path = std::move(target->path);
        request_.query = std::move(target->query);
        if (request_.fields.contains("transfer-encoding") && !parser.chunked())
            return 501;
        expects_continue_ = equals_ignoring_case(request_.fields.find("expect"), "100-continue");
        const auto length = parser.content_length();
        if (parser.chunked() || (length && *length > 0))
            body_state_ = BodyState::unread;
        body_left_ = announced_ = static_cast<std::size_t>(length.value_or(0));
        return 0;
    }

    Task<void> read_body_bytes(std::size_t limit)
    {
        const auto length = parser_->content_length();
        if (length && *length > limit)
            co_return Error{
                ErrorKind::too_large,
                fmt::format("the body has {} bytes, more than the {} accepted", *length, limit)};
        if (const auto invited = co_await invite_body(); !invited)
            co_return invited.error();
        if (length)
            co_return co_await read_sized_body(body_left_);
        co_return co_await read_chunked_body(limit);
    }

    /// Tells a client that waits for it to send the body.
    Task<void> invite_body()
    {
        if (expects_continue_ && in_.empty()) {
            expects_continue_ = false;
            const std::array<boost::asio::const_buffer, 1> line{
                boost::asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25)};
            if (!co_await write_buffers(line))
                co_return Error{ErrorKind::client_closed, "the client is gone"};
        }
        co_return Result<void>();
    }

    Task<void> read_sized_body(std::size_t length)
    {
        body_.reserve(length + padding);
        const std::size_t here = std::min(length, in_.size());
        body_.assign(in_.unread(), 0, here);
        in_.consume(here);
        std::size_t have = here;
        if (have < length)
            body_.resize(length);
        while (have < length) {
            set_deadline(options_.io_timeout);
            const auto target = boost::asio::buffer(body_.data() + have, length - have);
            const auto [error, count] = co_await stream_.async_read_some(target, as_result);
            deadline_.reset();
            if (error)
                co_return lost_client();
            have += count;
        }
        co_return Result<void>();
    }

    Task<void> read_chunked_body(std::size_t limit)
    {
        RequestParser& parser = *parser_;
        parser.body = &body_;
        parser.eager(true);
        while (!parser.is_done()) {
            if (!in_.empty()) {
                boost::beast::error_code error;
                const std::size_t used = parser.put(boost::asio::buffer(in_.unread()), error);
                in_.consume(used);
                if (error && error != boost::beast::http::error::need_more) {
                    keep_alive_ = false;
                    co_return invalid_input("malformed chunked body");
                }
                if (body_.size() > limit) {
                    keep_alive_ = false;
                    co_return Error{
                        ErrorKind::too_large,
                        fmt::format("the body is larger than the {} bytes accepted", limit)};
                }
                if (parser.is_done())
                    break;
                if (used > 0 && !in_.empty() && !error)
                    continue;
            }
            set_deadline(options_.io_timeout);
            const bool more = co_await read_more();
            deadline_.reset();
            if (!more)
                co_return lost_client();
        }
        body_.reserve(body_.size() + padding);
        co_return Result<void>();
    }

    Error lost_client()
    {
        client_gone_ = true;
        keep_alive_ = false;
        broken_ = true;
        return Error{ErrorKind::client_closed, "the client went away before its request was complete"};
    }

    /// Adds bytes to the buffer; false at the end of the connection.
    boost::asio::awaitable<bool> read_more()
    {
        while (read_ahead_pending_) {
            waiting_for_read_ahead_ = true;
            co_await read_ahead_waiter_.wait();
        }
        if (std::exchange(read_ahead_done_, false) || read_ahead_failed_)
            co_return !read_ahead_failed_;
        const auto target = in_.free_space();
        const auto [error, count] = co_await stream_.async_read_some(target, as_result);
        in_.add(count);
        co_return !error;
    }

    void read_ahead()
    {
        if (read_ahead_pending_ || read_ahead_done_ || read_ahead_failed_ || !in_.empty())
            return;
        read_ahead_pending_ = true;
        stream_.async_read_some(
            in_.free_space(),
            [self = this->shared_from_this()](boost::system::error_code error, std::size_t count) {
                self->end_read_ahead(error, count);
            }
        );
    }

    void end_read_ahead(boost::system::error_code error, std::size_t count)
    {
        read_ahead_pending_ = false;
        read_ahead_done_ = true;
        in_.add(count);
        if (error) {
            read_ahead_failed_ = true;
            client_gone_ = true;
            keep_alive_ = false;
            if (gone_callback_)
                std::exchange(gone_callback_, nullptr)();
        }
        if (std::exchange(waiting_for_read_ahead_, false))
            read_ahead_waiter_.wake();
    }

    void decide_keep_alive()
    {
        const bool body_left = body_state_ == BodyState::unread &&
            (!parser_->content_length() || body_left_ > max_drained_bytes || expects_continue_);
        if (stopping_ || body_left)
            keep_alive_ = false;
        if (!chunked_) // HTTP/1.0: the end of the connection is the end of a stream
            keep_alive_ = false;
    }

    void start_head(int status, const HeaderLines& headers)
    {
        head_.clear();
        fmt::format_to(std::back_inserter(head_), "HTTP/1.1 {} {}\r\n", status, reason_phrase(status));
        head_ += headers.text();
        head_ += server_->date_line(worker_.index);
        if (!keep_alive_)
            head_ += "Connection: close\r\n";
    }

    boost::asio::awaitable<bool> write_buffers(std::span<const boost::asio::const_buffer> buffers)
    {
        if (broken_)
            co_return false;
        set_deadline(options_.io_timeout);
        const BufferSpan span{buffers};
        const auto [error, count] = co_await boost::asio::async_write(stream_, span, as_result);
        deadline_.reset();
        (void)count;
        if (error) {
            broken_ = true;
            client_gone_ = true;
        }
        co_return !error;
    }

    /// Lets the client read the last answer before the connection goes, although it may still be sending.
    boost::asio::awaitable<void> say_goodbye()
    {
        if (broken_ || read_ahead_failed_ || !socket().is_open())
            co_return;
        boost::system::error_code error;
        if constexpr (std::is_same_v<Stream, PlainStream>)
            socket().shutdown(PlainStream::shutdown_send, error);
        std::size_t drained = 0;
        set_deadline(std::chrono::milliseconds(2000));
        while (drained < 64 * max_drained_bytes) {
            in_.clear();
            if (!co_await read_more())
                break;
            drained += in_.size();
        }
    }

    std::shared_ptr<Server::State> server_;
    Worker& worker_;
    Stream stream_;
    const ServerOptions& options_;
    std::string peer_;

    InputBuffer in_;
    bool read_ahead_pending_ = false;
    bool read_ahead_done_ = false;
    bool read_ahead_failed_ = false;
    bool waiting_for_read_ahead_ = false;
    Waiter read_ahead_waiter_;

    std::optional<RequestParser> parser_;
    Request request_;
    std::string body_;
    std::string piece_;         ///< what the last read_body_piece() handed out
    std::size_t announced_ = 0; ///< bytes of a body of known length
    std::size_t body_left_ = 0; ///< of them, not yet read
    BodyState body_state_ = BodyState::none;
    Phase phase_ = Phase::idle;
    bool expects_continue_ = false;
    bool keep_alive_ = true;
    bool chunked_ = true;
    bool broken_ = false;
    bool stopping_ = false;
    bool client_gone_ = false;
    std::size_t served_ = 0;
    std::function<void()> gone_callback_;
    std::string head_;
    std::optional<std::chrono::steady_clock::time_point> deadline_;
};

} // namespace litellm::http
