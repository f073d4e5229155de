#include "litellm/redis/connection.hpp"

#include "support/redis_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

namespace litellm::redis {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class RedisConnectionTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (!testing::RedisServer::is_installed())
            GTEST_SKIP() << "redis-server is not installed";
    }
    void TearDown() override
    {
        if (connection_)
            connection_->close();
    }
    void
    connect(std::uint16_t port, std::chrono::milliseconds deadline = 2s, const std::string& password = "")
    {
        Options options;
        options.port = port;
        options.deadline = deadline;
        options.password = Secret(password);
        connection_ = Connection::make(options, context_.get_executor());
    }
    Result<Reply> wait(Task<Reply> task)
    {
        auto future = boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future);
        context_.restart();
        while (future.wait_for(0s) != std::future_status::ready)
            context_.run_one_for(50ms);
        return future.get();
    }
    Result<Reply> run(std::vector<std::string> command) { return wait(connection_->run(std::move(command))); }

    boost::asio::io_context context_;
    std::shared_ptr<Connection> connection_;
};

TEST_F(RedisConnectionTest, CarriesCommandsAndReplies)
{
    const testing::RedisServer server;
    connect(server.port());
    const std::string binary("a\0b\r\n", 5);
    ASSERT_TRUE(run({"SET", "name", binary}));
    EXPECT_EQ(run({"GET", "name"})->text, binary);
    EXPECT_EQ(run({"GET", "nothing"})->kind, Reply::Kind::nothing);
    EXPECT_EQ(run({"INCRBY", "count", "7"})->integer, 7);
    const auto list = run({"MGET", "name", "nothing"});
    ASSERT_EQ(list->list.size(), 2U);
    EXPECT_EQ(list->list[1].kind, Reply::Kind::nothing);
    const auto refused = run({"INCRBY", "name", "1"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid_input);
    EXPECT_TRUE(run({"PING"})) << "an error answer does not end the connection";
}

TEST_F(RedisConnectionTest, RunsScripts)
{
    const testing::RedisServer server;
    connect(server.port());
    const std::vector<std::string> keys{"k"};
    const std::vector<std::string> arguments{"5"};
    const auto reply = wait(run_script(
        *connection_,
        "redis.call('SET', KEYS[1], ARGV[1]) return {1, redis.call('GET', KEYS[1])}",
        keys,
        arguments
    ));
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->list.at(0).integer, 1);
    EXPECT_EQ(reply->list.at(1).text, "5");
}

TEST_F(RedisConnectionTest, KnowsThePassword)
{
    const testing::RedisServer server({"--requirepass", "open sesame"});
    connect(server.port(), 2s, "open sesame");
    EXPECT_TRUE(run({"PING"}));
    connection_->close();
    connect(server.port(), 2s, "wrong");
    const auto refused = run({"PING"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(refused.error().message.find("wrong"), std::string::npos);
}

TEST_F(RedisConnectionTest, DoesNotWaitForASilentServer)
{
    const testing::RedisServer server;
    connect(server.port(), 20ms);
    while (!run({"PING"})) {
    }
    server.freeze();
    const auto begin = Clock::now();
    for (int i = 0; i < 50; ++i)
        EXPECT_FALSE(run({"PING"}));
    // Three wait for their deadline; the others fail at once.
    EXPECT_LT(Clock::now() - begin, 600ms);
    EXPECT_TRUE(connection_->figures().is_away);
    EXPECT_GE(connection_->figures().failures, 3U);
    server.thaw();
    std::this_thread::sleep_for(1100ms);
    bool came_back = false;
    for (int i = 0; i < 100 && !came_back; ++i) {
        came_back = run({"PING"}).has_value();
        std::this_thread::sleep_for(100ms);
    }
    EXPECT_TRUE(came_back);
    EXPECT_FALSE(connection_->figures().is_away);
}

TEST_F(RedisConnectionTest, FailsAtOnceWithoutAServer)
{
    connect(testing::free_port());
    const auto begin = Clock::now();
    EXPECT_FALSE(run({"PING"}));
    EXPECT_FALSE(run({"PING"}));
    EXPECT_LT(Clock::now() - begin, 500ms);
    EXPECT_TRUE(connection_->figures().is_away);
}

TEST_F(RedisConnectionTest, LosesNobodyWhenTheServerDies)
{
    testing::RedisServer server;
    connect(server.port());
    ASSERT_TRUE(run({"PING"}));
    server.stop();
    const auto lost = run({"PING"});
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().kind, ErrorKind::unavailable);
}

} // namespace
} // namespace litellm::redis
