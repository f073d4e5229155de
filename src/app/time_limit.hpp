#pragma once
// A limit for what a process still wants to do before it ends.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace litellm::app {

/// Calls `too_late` from another thread unless it is destroyed before the time is up.
class TimeLimit {
public:
    TimeLimit(std::chrono::milliseconds limit, std::function<void()> too_late);
    ~TimeLimit();
    TimeLimit(const TimeLimit&) = delete;
    TimeLimit& operator=(const TimeLimit&) = delete;

private:
    std::mutex mutex_;
    std::condition_variable wake_;
    bool done_ = false;
    std::thread thread_;
};

} // namespace litellm::app
