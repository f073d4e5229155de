#pragma once
// Work that takes long and waits for nothing, such as hashing a password: on threads of its own, away from
// the event loops.

#include "litellm/core/task.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

namespace litellm {

class Background {
public:
    /// More than `most_waiting` pieces of work at once are refused.
    Background(std::size_t threads, std::size_t most_waiting);
    ~Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    /// Runs `work` on one of the threads and resumes the caller on its own executor. unavailable when too
    /// much waits; what `work` throws is thrown here.
    template <class T>
    Task<T> run(std::function<T()> work)
    {
        std::optional<T> made;
        std::function<void()> step = [&] { made.emplace(work()); };
        const Result<void> done = co_await perform(step);
        if (!done)
            co_return done.error();
        co_return std::move(*made);
    }
    /// Finishes what waits. To be called before the event loops end.
    void stop();

private:
    Task<void> perform(std::function<void()>& step);

    struct State;
    std::unique_ptr<State> state_;
};

} // namespace litellm
