#pragma once
// A server and a client in one process, on loopback.

#include "litellm/http/event_loops.hpp"
#include "litellm/http/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace litellm::http {

class LoopFixture : public ::testing::Test {
protected:
    /// Starts a server that answers with `handler`.
    void serve(Handler handler, ServerOptions options = {})
    {
        options.refuse = [](int status, std::string_view message) {
            Response response;
            response.status = status;
            response.body = std::string(message);
            return response;
        };
        auto server = Server::listen(loops_, std::move(options), std::move(handler));
        ASSERT_TRUE(server) << server.error().message;
        server_ = std::move(*server);
    }

    void SetUp() override { loops_.start(); }
    void TearDown() override
    {
        if (server_)
            server_->shut_down(std::chrono::milliseconds(500));
        server_.reset();
        loops_.stop();
    }

    [[nodiscard]] std::string url(const std::string& path) const
    {
        return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
    }

    /// Runs a coroutine on a loop and waits for it.
    template <class T>
    T run(boost::asio::awaitable<T> work)
    {
        return boost::asio::co_spawn(
                   loops_.worker(loops_.size() - 1).executor, std::move(work), boost::asio::use_future
        )
            .get();
    }
    [[nodiscard]] Client& client() { return *loops_.worker(loops_.size() - 1).client; }

    /// Sends raw bytes and returns everything until the server closes.
    [[nodiscard]] std::string exchange_raw(const std::string& bytes)
    {
        boost::asio::io_context context;
        boost::asio::ip::tcp::socket socket(context);
        socket.connect({boost::asio::ip::make_address("127.0.0.1"), server_->port()});
        boost::asio::write(socket, boost::asio::buffer(bytes));
        std::string answer;
        boost::system::error_code error;
        boost::asio::read(socket, boost::asio::dynamic_buffer(answer), error);
        return answer;
    }

    EventLoops loops_{2, ClientOptions{}};
    std::unique_ptr<Server> server_;
};

} // namespace litellm::http
