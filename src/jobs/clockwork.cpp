#include "litellm/jobs/clockwork.hpp"

#include "litellm/core/log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>

namespace litellm::jobs {

namespace asio = boost::asio;

namespace {
constexpr std::chrono::milliseconds longest_pause_after_failure{10'000};
}

struct Clockwork::State {
    explicit State(asio::any_io_executor runs_on) : executor(std::move(runs_on)) {}

    asio::awaitable<void> run(Job job)
    {
        asio::steady_timer timer(executor);
        timers.insert(&timer);
        int failures = 0;
        while (!is_stopping()) {
            const bool done = co_await step_of(job);
            failures = done ? 0 : failures + 1;
            if (is_stopping())
                break;
            const auto pause = std::max(
                job.period, std::min(longest_pause_after_failure, job.period * (1 << std::min(failures, 10)))
            );
            timer.expires_after(failures == 0 ? job.period : pause);
            co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        }
        timers.erase(&timer);
    }

    asio::awaitable<bool> step_of(const Job& job)
    {
        std::string failure;
        try {
            const auto done = co_await job.step();
            if (done)
                co_return true;
            failure = done.error().message;
        } catch (const std::exception& error) {
            failure = error.what();
        }
        log::warning("jobs", "{} failed and will be tried again: {}", job.name, failure);
        co_return false;
    }

    bool is_stopping()
    {
        const std::lock_guard lock(mutex);
        return stopping;
    }

    asio::any_io_executor executor;
    std::set<asio::steady_timer*> timers; ///< touched on the executor only

    std::mutex mutex;
    std::condition_variable ended;
    bool stopping = false;
    int running = 0;
};

Clockwork::Clockwork(asio::any_io_executor executor) : state_(std::make_shared<State>(std::move(executor))) {}
Clockwork::~Clockwork()
{
    stop();
}

void Clockwork::start(Job job)
{
    {
        const std::lock_guard lock(state_->mutex);
        ++state_->running;
    }
    asio::co_spawn(state_->executor, state_->run(std::move(job)), [state = state_](std::exception_ptr) {
        const std::lock_guard lock(state->mutex);
        --state->running;
        state->ended.notify_all();
    });
}

void Clockwork::stop()
{
    std::unique_lock lock(state_->mutex);
    state_->stopping = true;
    if (state_->running == 0)
        return;
    asio::post(state_->executor, [state = state_] {
        for (asio::steady_timer* timer : state->timers)
            timer->cancel();
    });
    state_->ended.wait(lock, [&] { return state_->running == 0; });
}

} // namespace litellm::jobs
