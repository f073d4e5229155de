#include "litellm/core/background.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <exception>

namespace litellm {

namespace asio = boost::asio;

struct Background::State {
    State(std::size_t threads, std::size_t most) : most_waiting(most), pool(threads) {}

    const std::size_t most_waiting;
    std::atomic<std::size_t> waiting = 0;
    // The last member: its threads end before what they use.
    asio::thread_pool pool;
};

namespace {

/// Runs the step on the pool and resumes the coroutine on its own executor.
struct RunOnPool {
    asio::thread_pool* pool;
    std::function<void()>* step;
    std::exception_ptr* thrown;

    template <class Handler>
    void operator()(Handler&& handler) const
    {
        const auto executor = asio::get_associated_executor(handler);
        auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
        asio::post(*pool, [shared, work = step, failure = thrown, guard = asio::make_work_guard(executor)] {
            try {
                (*work)();
            } catch (...) {
                *failure = std::current_exception();
            }
            asio::post(guard.get_executor(), [shared] { std::move (*shared)(); });
        });
    }
};

} // namespace

Background::Background(std::size_t threads, std::size_t most_waiting)
    : state_(std::make_unique<State>(threads, most_waiting))
{
}

Background::~Background()
{
    stop();
}

void Background::stop()
{
    state_->pool.join();
}

Task<void> Background::perform(std::function<void()>& step)
{
    if (state_->waiting.fetch_add(1) >= state_->most_waiting) {
        --state_->waiting;
        co_return unavailable("Too many sign-ins at once. Try again in a moment.");
    }
    std::exception_ptr thrown;
    RunOnPool run{&state_->pool, &step, &thrown};
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(run, asio::use_awaitable);
    --state_->waiting;
    if (thrown)
        std::rethrow_exception(thrown);
    co_return Result<void>();
}

} // namespace litellm
