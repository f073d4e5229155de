#pragma once
// At most so many calls of one deployment at a time; the others wait in line (the reference 4.8).

#include "litellm/core/task.hpp"
#include "litellm/http/server.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>

namespace litellm::inference {

class ParallelGate {
public:
    struct Waiter;

    /// A place inside. Gives it to the next in line when it ends.
    class Slot {
    public:
        Slot() = default;
        explicit Slot(ParallelGate& gate) : gate_(&gate) {}
        Slot(Slot&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
        Slot& operator=(Slot&& other) noexcept
        {
            std::swap(gate_, other.gate_);
            return *this;
        }
        ~Slot()
        {
            if (gate_ != nullptr)
                gate_->leave();
        }

    private:
        ParallelGate* gate_ = nullptr;
    };

    ParallelGate();
    ~ParallelGate();
    ParallelGate(const ParallelGate&) = delete;
    ParallelGate& operator=(const ParallelGate&) = delete;

    /// Waits until fewer than `limit` are inside. timed_out after `patience` (zero: for ever), client_closed
    /// when the client leaves.
    [[nodiscard]] Task<Slot> enter(int limit, http::Exchange& exchange, std::chrono::milliseconds patience);

private:
    /// True at once, or a place in line.
    [[nodiscard]] bool try_enter(int limit, const std::shared_ptr<Waiter>& waiter);
    /// Leaves the line; false when a place was given already.
    bool give_up(const std::shared_ptr<Waiter>& waiter);
    void leave();

    std::mutex mutex_;
    int inside_ = 0;
    std::deque<std::shared_ptr<Waiter>> line_;
};

} // namespace litellm::inference
