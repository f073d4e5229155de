#include "litellm/http/server.hpp"

#include "loop_fixture.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <future>

namespace litellm::http {
namespace {

using boost::asio::awaitable;

/// Answers with method, path, query and body.
awaitable<void> echo(Exchange& exchange)
{
    const auto body = co_await exchange.read_body(1024 * 1024);
    Response response;
    if (!body) {
        response.status = body.error().kind == ErrorKind::too_large ? 413 : 400;
        response.body = body.error().message;
    } else {
        const Request& request = exchange.request();
        response.body = std::string(to_string(request.method)) + " " + request.path + "?" + request.query +
            " " + std::string(*body);
    }
    co_await exchange.respond(response);
}

awaitable<void> say(Exchange& exchange)
{
    HeaderLines headers;
    headers.add("content-type", "text/plain");
    const std::string_view body = "hello";
    co_await exchange.respond(200, headers, std::span(&body, 1));
}

class ServerTest : public LoopFixture {};

TEST_F(ServerTest, AnswersWithPieces)
{
    serve(say);

    const std::string answer = exchange_raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");

    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_TRUE(answer.ends_with("Content-Length: 5\r\n\r\nhello")) << answer;
}

TEST_F(ServerTest, ServesPipelinedRequestsInOrder)
{
    serve(echo);

    const std::string answer = exchange_raw(
        "POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nonePOST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\ntwo"
        "GET /c?x=1 HTTP/1.1\r\nConnection: close\r\n\r\n"
    );

    const auto first = answer.find("POST /a? one");
    const auto second = answer.find("POST /b? two");
    const auto third = answer.find("GET /c?x=1 ");
    EXPECT_NE(first, std::string::npos) << answer;
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
    EXPECT_NE(third, std::string::npos);
}

TEST_F(ServerTest, ReadsChunkedBodies)
{
    serve(echo);

    const std::string answer = exchange_raw("POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: "
                                            "close\r\n\r\n4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n");

    EXPECT_NE(answer.find("POST /a? Wikipedia"), std::string::npos) << answer;
}

TEST_F(ServerTest, RefusesWhatIsNotHttp)
{
    serve(echo);

    EXPECT_TRUE(exchange_raw("\x16\x03\x01 nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
    EXPECT_TRUE(exchange_raw("GET /a/../b HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400 "));
    EXPECT_TRUE(exchange_raw("GET /%zz HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400 "));
    EXPECT_TRUE(exchange_raw("POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc")
                    .starts_with("HTTP/1.1 400 "));
    EXPECT_TRUE(exchange_raw("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n").starts_with("HTTP/1.1 400 "));
}

TEST_F(ServerTest, RefusesHeaderFloods)
{
    serve(echo);
    std::string many = "GET / HTTP/1.1\r\n";
    for (int i = 0; i < 500; ++i)
        many += "X-" + std::to_string(i) + ": 1\r\n";
    const std::string large = "GET / HTTP/1.1\r\nX: " + std::string(200'000, 'a') + "\r\n\r\n";

    EXPECT_TRUE(exchange_raw(many + "\r\n").starts_with("HTTP/1.1 431 "));
    EXPECT_TRUE(exchange_raw(large).starts_with("HTTP/1.1 431 "));
}

TEST_F(ServerTest, RefusesABodyBeforeReadingIt)
{
    serve(echo);

    const std::string answer = exchange_raw("POST / HTTP/1.1\r\nContent-Length: 52428800\r\n\r\n");

    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
}

TEST_F(ServerTest, AnswersExpectContinue)
{
    serve(echo);
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket(context);
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), server_->port()});
    const std::string head =
        "POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
    boost::asio::write(socket, boost::asio::buffer(head));
    std::string interim(25, '\0');
    boost::asio::read(socket, boost::asio::buffer(interim));
    boost::asio::write(socket, boost::asio::buffer(std::string_view("ok")));
    std::string answer;
    boost::system::error_code error;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), error);

    EXPECT_EQ(interim, "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_NE(answer.find("POST /? ok"), std::string::npos) << answer;
}

TEST_F(ServerTest, StreamsChunks)
{
    serve([](Exchange& exchange) -> awaitable<void> {
        HeaderLines headers;
        bool open = co_await exchange.start_stream(200, headers);
        for (int i = 0; i < 3 && open; ++i)
            open = co_await exchange.write("piece ");
        if (open)
            open = co_await exchange.end_stream();
    });

    const std::string answer = exchange_raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");

    EXPECT_NE(answer.find("Transfer-Encoding: chunked"), std::string::npos) << answer;
    EXPECT_TRUE(answer.ends_with("6\r\npiece \r\n6\r\npiece \r\n6\r\npiece \r\n0\r\n\r\n")) << answer;
}

TEST_F(ServerTest, TellsWhenTheClientHangsUp)
{
    std::promise<bool> gone;
    serve([&gone](Exchange& exchange) -> awaitable<void> {
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, std::chrono::seconds(20));
        exchange.on_client_gone([&timer] { timer.cancel(); });
        co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        gone.set_value(exchange.is_client_gone());
        exchange.abort();
    });
    {
        boost::asio::io_context context;
        boost::asio::ip::tcp::socket socket(context);
        socket.connect({boost::asio::ip::make_address("127.0.0.1"), server_->port()});
        boost::asio::write(socket, boost::asio::buffer(std::string_view("GET / HTTP/1.1\r\n\r\n")));
    }

    EXPECT_TRUE(gone.get_future().get());
}

TEST_F(ServerTest, AnswersWith500WhenAHandlerThrows)
{
    serve([](Exchange&) -> awaitable<void> {
        throw std::runtime_error("secret detail");
        co_return;
    });

    const std::string answer = exchange_raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");

    EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 ")) << answer;
    EXPECT_EQ(answer.find("secret detail"), std::string::npos);
}

TEST_F(ServerTest, HeaderValuesCannotStartHeaders)
{
    HeaderLines lines;

    lines.add("x-name", "a\r\nset-cookie: b");

    EXPECT_EQ(lines.text(), "x-name: a  set-cookie: b\r\n");
}

} // namespace
} // namespace litellm::http
