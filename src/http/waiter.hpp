#pragma once
// Lets one coroutine sleep until a callback on the same thread wakes it. Type-erases the handler, because
// Boost 1.81 has no any_completion_handler yet.

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>

namespace litellm::http {

class Waiter {
public:
    /// At most one coroutine at a time.
    [[nodiscard]] boost::asio::awaitable<void> wait()
    {
        return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
            Initiation{this}, boost::asio::use_awaitable
        );
    }
    [[nodiscard]] bool is_waited_for() const { return pending_ != nullptr; }
    /// Resumes the sleeper before returning; does nothing when nobody sleeps.
    void wake()
    {
        if (const auto pending = std::move(pending_))
            pending->resume();
    }

private:
    struct Pending {
        virtual ~Pending() = default;
        virtual void resume() = 0;
    };
    template <class Handler>
    struct Stored final : Pending {
        explicit Stored(Handler&& handler) : handler_(std::move(handler)) {}
        void resume() override
        {
            Handler handler(std::move(handler_));
            std::move(handler)();
        }
        Handler handler_;
    };
    struct Initiation {
        Waiter* waiter;
        template <class Handler>
        void operator()(Handler&& handler) const
        {
            waiter->pending_ =
                std::make_unique<Stored<std::decay_t<Handler>>>(std::forward<Handler>(handler));
        }
    };
    std::unique_ptr<Pending> pending_;
};

} // namespace litellm::http
