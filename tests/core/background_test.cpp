#include "litellm/core/background.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace litellm {
namespace {

template <class T>
Result<T> finish(Task<T> task)
{
    boost::asio::io_context loop;
    std::optional<Result<T>> outcome;
    std::exception_ptr thrown;
    boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error, Result<T> result) {
        thrown = error;
        outcome.emplace(std::move(result));
    });
    loop.run();
    if (thrown)
        std::rethrow_exception(thrown);
    return std::move(*outcome);
}

TEST(BackgroundWork, RunsOnAnotherThreadAndComesBack)
{
    Background background(1, 8);
    const auto here = std::this_thread::get_id();
    std::function<std::thread::id()> work = [] { return std::this_thread::get_id(); };
    EXPECT_NE(finish(background.run<std::thread::id>(work)).value(), here);
}

TEST(BackgroundWork, ThrowsWhatItsWorkThrows)
{
    Background background(1, 8);
    std::function<int()> work = []() -> int { throw std::runtime_error("no"); };
    EXPECT_THROW(static_cast<void>(finish(background.run<int>(work))), std::runtime_error);
    std::function<int()> next = [] { return 7; };
    EXPECT_EQ(finish(background.run<int>(next)).value(), 7);
}

TEST(BackgroundWork, IsRefusedWhenTooMuchWaits)
{
    Background background(1, 2);
    std::atomic<bool> may_end = false;
    std::function<int()> slow = [&] {
        while (!may_end)
            std::this_thread::yield();
        return 1;
    };
    boost::asio::io_context loop;
    int refused = 0;
    int done = 0;
    for (int i = 0; i < 5; ++i) {
        boost::asio::co_spawn(loop, background.run<int>(slow), [&](std::exception_ptr, Result<int> result) {
            refused += result ? 0 : 1;
            done += result ? 1 : 0;
            if (refused == 3)
                may_end = true;
        });
    }
    loop.run();
    EXPECT_EQ(refused, 3);
    EXPECT_EQ(done, 2);
}

} // namespace
} // namespace litellm
