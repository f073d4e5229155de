#pragma once
// A child process that speaks JSON lines on a socket of its own. What it prints is kept apart. Blocking: used
// on a thread that is made for it.

#include "litellm/core/error.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace litellm::hooks {

class WorkerProcess {
public:
    /// Starts `arguments` (the program first) with the socket as file descriptor 3. unavailable when that
    /// fails.
    [[nodiscard]] static Result<std::unique_ptr<WorkerProcess>>
    start(const std::vector<std::string>& arguments);
    /// Kills the process and what it has started.
    ~WorkerProcess();
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    using Moment = std::chrono::steady_clock::time_point;
    /// unavailable when the process is gone, timed_out at the deadline.
    [[nodiscard]] Result<void> send_line(std::string line, Moment deadline);
    [[nodiscard]] Result<std::string> receive_line(Moment deadline);
    /// Wakes a wait in another thread; every later wait ends at once.
    void interrupt();

private:
    WorkerProcess(pid_t pid, int channel, int output) : pid_(pid), channel_(channel), output_(output) {}
    [[nodiscard]] Result<void> wait_for(short events, Moment deadline);
    void log_output();

    const pid_t pid_;
    const int channel_;
    int output_;
    std::string received_;
    std::string printed_;
};

} // namespace litellm::hooks
