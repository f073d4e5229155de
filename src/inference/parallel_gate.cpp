#include "parallel_gate.hpp"

#include "asking.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace litellm::inference {

struct ParallelGate::Waiter {
    explicit Waiter(const boost::asio::any_io_executor& executor) : timer(executor) {}
    boost::asio::steady_timer timer;
    bool is_admitted = false;
};

ParallelGate::ParallelGate() = default;
ParallelGate::~ParallelGate() = default;

bool ParallelGate::try_enter(int limit, const std::shared_ptr<Waiter>& waiter)
{
    const std::lock_guard lock(mutex_);
    if (inside_ < limit && line_.empty()) {
        ++inside_;
        return true;
    }
    line_.push_back(waiter);
    return false;
}

bool ParallelGate::give_up(const std::shared_ptr<Waiter>& waiter)
{
    const std::lock_guard lock(mutex_);
    if (waiter->is_admitted)
        return false;
    std::erase(line_, waiter);
    return true;
}

void ParallelGate::leave()
{
    std::shared_ptr<Waiter> next;
    {
        const std::lock_guard lock(mutex_);
        if (line_.empty()) {
            --inside_;
            return;
        }
        next = std::move(line_.front());
        line_.pop_front();
        next->is_admitted = true;
    }
    // Timers live and die on their own loop.
    const auto executor = next->timer.get_executor();
    boost::asio::post(executor, [waiter = std::move(next)] { waiter->timer.cancel(); });
}

Task<ParallelGate::Slot>
ParallelGate::enter(int limit, http::Exchange& exchange, std::chrono::milliseconds patience)
{
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto waiter = std::make_shared<Waiter>(executor);
    if (try_enter(limit, waiter))
        co_return Slot(*this);
    struct InLine {
        ParallelGate& gate;
        const std::shared_ptr<Waiter>& waiter;
        http::Exchange& exchange;
        bool done = false;
        ~InLine()
        {
            exchange.on_client_gone(nullptr);
            if (!done && !gate.give_up(waiter))
                gate.leave();
        }
    } in_line{*this, waiter, exchange};
    if (patience > std::chrono::milliseconds(0))
        waiter->timer.expires_after(patience);
    else
        waiter->timer.expires_at(std::chrono::steady_clock::time_point::max());
    boost::asio::steady_timer& timer = waiter->timer;
    exchange.on_client_gone([&timer] { timer.cancel(); });
    co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    in_line.done = true;
    if (!give_up(waiter))
        co_return Slot(*this);
    if (exchange.is_client_gone())
        co_return client_gone();
    co_return Error{
        ErrorKind::timed_out,
        "litellm.Timeout: the deployment's max_parallel_requests were in use for too long",
        {},
        "timeout_error",
        408};
}

} // namespace litellm::inference
