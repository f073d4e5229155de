#pragma once
// The clockwork: what the process does by itself, again and again.

#include "litellm/core/task.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace litellm::jobs {

struct Job {
    std::string name;
    std::chrono::milliseconds period{1000};
    /// One step. An error or an exception is logged, and the next step comes after a longer pause.
    std::function<Task<void>()> step;
};

/// Runs jobs on one executor, each in a coroutine of its own; a step never overlaps with the next of its job.
class Clockwork {
public:
    explicit Clockwork(boost::asio::any_io_executor executor);
    /// Stops.
    ~Clockwork();
    Clockwork(const Clockwork&) = delete;
    Clockwork& operator=(const Clockwork&) = delete;

    void start(Job job);
    /// Ends the pauses and waits until the steps under way are done. Not to be called on the executor.
    void stop();

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace litellm::jobs
