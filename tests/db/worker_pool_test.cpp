#include "litellm/db/close_database.hpp"
#include "support/database_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <future>
#include <set>
#include <thread>

namespace litellm::db {
namespace {

namespace asio = boost::asio;

class Pool : public testing::DatabaseTest {
protected:
    bool wants_migrations() const override { return false; }
    Options options() const override
    {
        Options options;
        options.pool_size = 2;
        return options;
    }
};

class ImpatientPool : public Pool {
protected:
    Options options() const override
    {
        Options options = Pool::options();
        options.acquire_timeout = milliseconds(40);
        return options;
    }
};

Result<std::int64_t> answer(Transaction& transaction)
{
    const Result<Rows> rows = transaction.query("SELECT 42", {});
    if (!rows)
        return rows.error();
    return rows->front().integer(0);
}

TEST_P(Pool, ResumesOnTheCallersExecutor)
{
    asio::io_context context;
    std::int64_t got = 0;
    std::thread::id before;
    std::thread::id inside;
    std::thread::id after;
    auto body = [&]() -> asio::awaitable<void> {
        before = std::this_thread::get_id();
        const Result<std::int64_t> result =
            co_await database().transact<std::int64_t>([&](Transaction& transaction) {
                inside = std::this_thread::get_id();
                return answer(transaction);
            });
        after = std::this_thread::get_id();
        got = result.value();
    };
    asio::co_spawn(context, body, asio::detached);
    // run() returns only when nothing is outstanding: the wait for the database must count.
    context.run();
    EXPECT_EQ(got, 42);
    EXPECT_EQ(before, after);
    EXPECT_NE(inside, before);
}

TEST_P(Pool, BringsErrorsBackToCoroutines)
{
    asio::io_context context;
    std::vector<ErrorKind> kinds;
    auto body = [&]() -> asio::awaitable<void> {
        const Result<void> returned =
            co_await database().transact<void>([](Transaction&) -> Result<void> { return not_found("x"); });
        kinds.push_back(returned.error().kind);
        const Result<void> thrown = co_await database().transact<void>([](Transaction&) -> Result<void> {
            throw std::logic_error("x");
        });
        kinds.push_back(thrown.error().kind);
    };
    asio::co_spawn(context, body, asio::detached);
    context.run();
    EXPECT_EQ(kinds, (std::vector<ErrorKind>{ErrorKind::not_found, ErrorKind::internal}));
}

TEST_P(Pool, HandsOverWhatIsUnderWayBeforeItIsClosed)
{
    asio::io_context context;
    const auto work = asio::make_work_guard(context);
    std::promise<void> begun;
    auto body = [&]() -> asio::awaitable<void> {
        const Result<void> result =
            co_await database().transact<void>([&begun](Transaction&) -> Result<void> {
                begun.set_value();
                std::this_thread::sleep_for(std::chrono::milliseconds(30));
                return {};
            });
        ADD_FAILURE() << "the loop has stopped: " << result.has_value();
    };
    asio::co_spawn(context, body, asio::detached);
    std::thread loop([&context] { context.run(); });
    begun.get_future().wait();
    context.stop();
    loop.join();
    close_database(database());
    close_database(database());
    const Result<std::int64_t> later = database().transact_now<std::int64_t>(answer);
    ASSERT_FALSE(later);
    EXPECT_EQ(later.error().kind, ErrorKind::unavailable);
}

TEST_P(Pool, ServesManyCoroutines)
{
    asio::io_context context;
    std::int64_t sum = 0;
    auto body = [&]() -> asio::awaitable<void> {
        for (int i = 0; i < 5; ++i) {
            const Result<std::int64_t> result = co_await database().transact<std::int64_t>(answer);
            sum += result ? *result : 0;
        }
    };
    for (int i = 0; i < 8; ++i)
        asio::co_spawn(context, body, asio::detached);
    context.run();
    EXPECT_EQ(sum, 42 * 5 * 8);
}

/// Occupies every session until it is destroyed.
class Occupation {
public:
    Occupation(Database& database, int sessions)
    {
        for (int i = 0; i < sessions; ++i) {
            threads_.emplace_back([this, &database] {
                const auto wait = [this](Transaction&) -> Result<void> {
                    started_.fetch_add(1);
                    released_.wait();
                    return {};
                };
                while (!database.transact_now<void>(wait)) {
                }
            });
        }
        while (started_ < sessions)
            std::this_thread::yield();
    }
    ~Occupation()
    {
        release();
        for (std::thread& thread : threads_)
            thread.join();
    }
    void release()
    {
        if (!is_released_.exchange(true))
            release_.set_value();
    }

private:
    std::promise<void> release_;
    std::shared_future<void> released_ = release_.get_future().share();
    std::atomic<int> started_ = 0;
    std::atomic<bool> is_released_ = false;
    std::vector<std::thread> threads_;
};

TEST_P(ImpatientPool, DoesNotWaitForEverForAConnection)
{
    const Occupation occupation(database(), is_postgres() ? 2 : 1);
    const Result<std::int64_t> result = transact(answer);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
}

TEST_P(Pool, EndsWaitingWorkWhenItCloses)
{
    asio::io_context context;
    ErrorKind kind = ErrorKind::internal;
    Occupation occupation(database(), is_postgres() ? 2 : 1);
    auto body = [&]() -> asio::awaitable<void> {
        const Result<std::int64_t> result = co_await database().transact<std::int64_t>(answer);
        kind = result ? ErrorKind::conflict : result.error().kind;
    };
    asio::co_spawn(context, body, asio::detached);
    context.poll();
    std::thread closing([this] { close(); });
    context.run();
    EXPECT_EQ(kind, ErrorKind::unavailable);
    occupation.release();
    closing.join();
}

INSTANTIATE_ON_BOTH_DIALECTS(Pool);
INSTANTIATE_ON_BOTH_DIALECTS(ImpatientPool);

} // namespace
} // namespace litellm::db
