#include "litellm/http/client.hpp"

#include "loop_fixture.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace litellm::http {
namespace {

using boost::asio::awaitable;

awaitable<void> echo_body(Exchange& exchange)
{
    const auto body = co_await exchange.read_body(64 * 1024 * 1024);
    Response response;
    response.headers.add("x-auth", exchange.request().fields.find("authorization"));
    if (body)
        response.body = std::string(*body);
    co_await exchange.respond(response);
}

awaitable<void> pause_for_ever(Exchange& exchange)
{
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, std::chrono::seconds(20));
    exchange.on_client_gone([&timer] { timer.cancel(); });
    co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    exchange.abort();
}

ClientRequest post(std::string url, std::string body)
{
    ClientRequest request;
    request.url = std::move(url);
    request.body = std::move(body);
    return request;
}

Task<std::string> fetch(Client& client, ClientRequest request)
{
    const auto transfer = client.start(std::move(request));
    co_return co_await transfer->collect(64 * 1024 * 1024);
}

class ClientTest : public LoopFixture {};

TEST_F(ClientTest, CarriesBodiesOfAllSizes)
{
    serve(echo_body);

    for (const std::size_t size : {0U, 1U, 300U, 70'000U, 3'000'000U}) {
        const std::string body(size, 'x');
        const auto answer = run(fetch(client(), post(url("/"), body)));
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(*answer, body);
    }
}

TEST_F(ClientTest, SendsPreparedAndOwnHeaders)
{
    serve(echo_body);
    ClientRequest request = post(url("/"), "{}");
    const std::vector<std::pair<std::string, std::string>> fixed{{"Authorization", "Bearer k"}};
    request.headers = std::make_shared<const HeaderBlock>(fixed);
    request.extra_headers.emplace_back("X-Own: 1");

    const auto status = run([](Client& own, ClientRequest wanted) -> Task<std::string> {
        const auto transfer = own.start(std::move(wanted));
        const auto head = co_await transfer->head();
        if (!head)
            co_return head.error();
        co_return std::string((*head)->fields.find("X-AUTH"));
    }(client(), std::move(request)));

    ASSERT_TRUE(status) << status.error().message;
    EXPECT_EQ(*status, "Bearer k");
}

TEST_F(ClientTest, SaysThatNobodyListens)
{
    const auto answer = run(fetch(client(), post("http://127.0.0.1:1/", "{}")));

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::upstream_failed);
    EXPECT_EQ(answer.error().parameter, "connect");
}

TEST_F(ClientTest, GivesUpAfterTheTotalTime)
{
    serve(pause_for_ever);
    ClientRequest request = post(url("/"), "{}");
    request.total_timeout = std::chrono::milliseconds(150);

    const auto answer = run(fetch(client(), std::move(request)));

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::timed_out);
}

TEST_F(ClientTest, CancelWakesTheReader)
{
    serve(pause_for_ever);

    const auto answer = run([](Client& own, ClientRequest request) -> Task<std::string> {
        const auto transfer = own.start(std::move(request));
        boost::asio::steady_timer timer(
            co_await boost::asio::this_coro::executor, std::chrono::milliseconds(50)
        );
        timer.async_wait([raw = transfer.get()](boost::system::error_code) { raw->cancel(); });
        auto body = co_await transfer->collect(1000);
        co_return body;
    }(client(), post(url("/"), "{}")));

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::client_closed);
}

TEST_F(ClientTest, RefusesAnswersThatAreTooLarge)
{
    serve(echo_body);

    const auto answer = run([](Client& own, ClientRequest request) -> Task<std::string> {
        const auto transfer = own.start(std::move(request));
        co_return co_await transfer->collect(1000);
    }(client(), post(url("/"), std::string(5000, 'x'))));

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::too_large);
}

TEST_F(ClientTest, ReadsALargeStreamThroughASlowReader)
{
    constexpr int pieces = 200;
    static const std::string piece(16 * 1024, 'y');
    serve([](Exchange& exchange) -> awaitable<void> {
        HeaderLines headers;
        bool open = co_await exchange.start_stream(200, headers);
        for (int i = 0; i < pieces && open; ++i)
            open = co_await exchange.write(piece);
        if (open)
            open = co_await exchange.end_stream();
    });

    const auto total = run([](Client& own, ClientRequest request) -> Task<std::size_t> {
        const auto transfer = own.start(std::move(request));
        std::size_t bytes = 0;
        for (int reads = 0;; ++reads) {
            const auto next = co_await transfer->next();
            if (!next)
                co_return next.error();
            if (next->empty())
                co_return bytes;
            bytes += next->size();
            if (reads < 5) {
                boost::asio::steady_timer timer(
                    co_await boost::asio::this_coro::executor, std::chrono::milliseconds(5)
                );
                co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
            }
        }
    }(client(), post(url("/"), "{}")));

    ASSERT_TRUE(total) << total.error().message;
    EXPECT_EQ(*total, piece.size() * pieces);
}

TEST_F(ClientTest, ServesManyAtOnce)
{
    serve(echo_body);

    std::vector<std::future<Result<std::string>>> answers;
    for (int i = 0; i < 600; ++i) {
        answers.push_back(boost::asio::co_spawn(
            loops_.worker(1).executor,
            fetch(client(), post(url("/"), std::to_string(i))),
            boost::asio::use_future
        ));
    }

    for (int i = 0; i < 600; ++i) {
        const auto answer = answers[static_cast<std::size_t>(i)].get();
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(*answer, std::to_string(i));
    }
}

} // namespace
} // namespace litellm::http
