#include "litellm/spend/shared_rates.hpp"

#include "support/redis_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

namespace litellm::spend {
namespace {

using namespace std::chrono_literals;

/// Two processes with a connection each.
class SharedRateLimits : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (!testing::RedisServer::is_installed())
            GTEST_SKIP() << "redis-server is not installed";
        server_.emplace();
        for (auto& connection : connections_) {
            redis::Options options;
            options.port = server_->port();
            options.deadline = 2s;
            connection = redis::Connection::make(options, context_.get_executor());
        }
    }
    void TearDown() override
    {
        for (auto& connection : connections_) {
            if (connection)
                connection->close();
        }
    }
    template <class T>
    Result<T> wait(Task<T> task)
    {
        auto future = boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future);
        context_.restart();
        while (future.wait_for(0s) != std::future_status::ready)
            context_.run_one_for(50ms);
        return future.get();
    }
    static RatedScope scope(std::string id, const Limits& limits)
    {
        return {ScopeKind::key, std::move(id), limits};
    }
    Result<RateTicket> take(int process, std::vector<RatedScope> scopes, std::int64_t tokens = 1)
    {
        Demand demand;
        demand.tokens = tokens;
        demand.least_tokens = 1;
        return wait(rates_.take(
            *connections_[static_cast<std::size_t>(process)],
            std::move(scopes),
            demand,
            "call-" + std::to_string(++calls_)
        ));
    }

    std::optional<testing::RedisServer> server_;
    boost::asio::io_context context_;
    std::shared_ptr<redis::Connection> connections_[2];
    ManualClock clock_{parse_timestamp("2026-02-18T10:00:00Z").value()};
    SharedRates rates_{clock_, "test", 2s};
    int calls_ = 0;
};

TEST_F(SharedRateLimits, CountRequestsOfAllProcesses)
{
    Limits limits;
    limits.rpm = 3;
    for (int i = 0; i < 3; ++i) {
        const auto taken = take(i % 2, {scope("k", limits)});
        ASSERT_TRUE(taken) << taken.error().message;
        ASSERT_EQ(taken->left.size(), 1U);
        EXPECT_EQ(taken->left.front().remaining, 2 - i);
    }
    const auto refused = take(1, {scope("k", limits)});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::rate_limited);
    EXPECT_TRUE(take(1, {scope("other", limits)}));
    std::this_thread::sleep_for(2100ms);
    EXPECT_TRUE(take(0, {scope("k", limits)})) << "a window later";
}

TEST_F(SharedRateLimits, TakeFromAllOrFromNone)
{
    Limits wide;
    wide.rpm = 100;
    Limits narrow;
    narrow.rpm = 1;
    ASSERT_TRUE(take(0, {scope("wide", wide), scope("narrow", narrow)}));
    for (int i = 0; i < 5; ++i)
        ASSERT_FALSE(take(1, {scope("wide", wide), scope("narrow", narrow)}));
    const auto taken = take(0, {scope("wide", wide)});
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->left.front().remaining, 98) << "refused calls take nothing";
}

TEST_F(SharedRateLimits, ReserveTokensAndTrueThemUp)
{
    Limits limits;
    limits.tpm = 100;
    const auto first = take(0, {scope("k", limits)}, 60);
    ASSERT_TRUE(first);
    const auto second = take(1, {scope("k", limits)}, 60);
    ASSERT_TRUE(second) << "it takes what is left";
    EXPECT_EQ(second->shares.front().tokens, 40);
    const auto refused = take(0, {scope("k", limits)});
    ASSERT_FALSE(refused);
    ASSERT_TRUE(wait(rates_.settle(*connections_[0], *first, 10)));
    const auto third = take(1, {scope("k", limits)}, 1);
    ASSERT_TRUE(third);
    EXPECT_EQ(third->left.front().remaining, 100 - 10 - 40 - 1);
}

TEST_F(SharedRateLimits, CountCallsUnderWay)
{
    Limits limits;
    limits.max_parallel_requests = 2;
    const auto first = take(0, {scope("k", limits)});
    ASSERT_TRUE(take(1, {scope("k", limits)}));
    ASSERT_FALSE(take(0, {scope("k", limits)}));
    ASSERT_TRUE(wait(rates_.settle(*connections_[0], *first, 1)));
    EXPECT_TRUE(take(1, {scope("k", limits)}));
}

TEST_F(SharedRateLimits, GiveBackWhatWasNotUsed)
{
    Limits limits;
    limits.rpm = 1;
    limits.tpm = 10;
    limits.max_parallel_requests = 1;
    const auto first = take(0, {scope("k", limits)}, 10);
    ASSERT_TRUE(first);
    ASSERT_TRUE(wait(rates_.cancel(*connections_[0], *first)));
    EXPECT_TRUE(take(1, {scope("k", limits)}, 10));
}

TEST_F(SharedRateLimits, SayWhenRedisIsAway)
{
    server_->stop();
    Limits limits;
    limits.rpm = 1;
    const auto taken = take(0, {scope("k", limits)});
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, ErrorKind::unavailable);
}

} // namespace
} // namespace litellm::spend
