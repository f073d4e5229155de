#include "time_limit.hpp"

namespace litellm::app {

TimeLimit::TimeLimit(std::chrono::milliseconds limit, std::function<void()> too_late)
    : thread_([this, limit, too_late = std::move(too_late)] {
          std::unique_lock lock(mutex_);
          if (!wake_.wait_for(lock, limit, [this] { return done_; }))
              too_late();
      })
{
}

TimeLimit::~TimeLimit()
{
    {
        const std::lock_guard lock(mutex_);
        done_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

} // namespace litellm::app
