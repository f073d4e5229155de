#include "worker_process.hpp"

#include "litellm/core/log.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace litellm::hooks {

namespace {

constexpr std::size_t longest_line = 1024 * 1024;
constexpr std::size_t longest_print = 1000;
constexpr int channel_of_child = 3;

Error gone(std::string_view what)
{
    return unavailable(fmt::format("the worker process {}", what));
}

void close_both(const int (&ends)[2])
{
    for (const int end : ends) {
        if (end >= 0)
            ::close(end);
    }
}

/// The proxy's environment without its own secrets.
std::vector<char*> environment_of_child()
{
    static constexpr std::string_view secrets[] = {"LITELLM_MASTER_KEY=", "LITELLM_SALT_KEY="};
    std::vector<char*> variables;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        bool is_secret = false;
        for (const auto secret : secrets)
            is_secret = is_secret || text.starts_with(secret);
        if (!is_secret)
            variables.push_back(*variable);
    }
    variables.push_back(nullptr);
    return variables;
}

struct SpawnPlan {
    SpawnPlan(int channel, int output)
    {
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
        posix_spawn_file_actions_adddup2(&files, channel, channel_of_child);
        posix_spawnattr_init(&attributes);
        sigset_t none, usual;
        sigemptyset(&none);
        sigemptyset(&usual);
        for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGCHLD})
            sigaddset(&usual, signal);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &usual);
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        );
    }
    ~SpawnPlan()
    {
        posix_spawn_file_actions_destroy(&files);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    posix_spawn_file_actions_t files{};
    posix_spawnattr_t attributes{};
};

} // namespace

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::start(const std::vector<std::string>& arguments)
{
    int channel[2] = {-1, -1};
    int output[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0 ||
        ::pipe2(output, O_CLOEXEC) != 0) {
        close_both(channel);
        close_both(output);
        return gone(fmt::format("has no pipe: {}", std::strerror(errno)));
    }
    std::vector<char*> argv;
    for (const auto& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    std::vector<char*> environment = environment_of_child();
    const SpawnPlan plan(channel[1], output[1]);
    pid_t pid = -1;
    const int failed =
        ::posix_spawnp(&pid, argv.front(), &plan.files, &plan.attributes, argv.data(), environment.data());
    ::close(channel[1]);
    ::close(output[1]);
    if (failed != 0) {
        ::close(channel[0]);
        ::close(output[0]);
        return gone(fmt::format("cannot be started: {}: {}", arguments.front(), std::strerror(failed)));
    }
    ::fcntl(channel[0], F_SETFL, ::fcntl(channel[0], F_GETFL) | O_NONBLOCK);
    ::fcntl(output[0], F_SETFL, ::fcntl(output[0], F_GETFL) | O_NONBLOCK);
    return std::unique_ptr<WorkerProcess>(new WorkerProcess(pid, channel[0], output[0]));
}

WorkerProcess::~WorkerProcess()
{
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    log_output();
    ::close(channel_);
    if (output_ >= 0)
        ::close(output_);
}

void WorkerProcess::interrupt()
{
    ::shutdown(channel_, SHUT_RDWR);
}

/// Takes what the process printed out of its pipe, so that it never waits for us, and puts whole lines into
/// the log.
void WorkerProcess::log_output()
{
    char buffer[4096];
    while (output_ >= 0) {
        const ssize_t size = ::read(output_, buffer, sizeof buffer);
        if (size == 0) {
            ::close(output_);
            output_ = -1;
        }
        if (size <= 0)
            break;
        printed_.append(buffer, static_cast<std::size_t>(size));
        for (auto end = printed_.find('\n'); end != std::string::npos; end = printed_.find('\n')) {
            log::info("hooks", "{}", std::string_view(printed_).substr(0, std::min(end, longest_print)));
            printed_.erase(0, end + 1);
        }
        if (printed_.size() > longest_print)
            printed_.resize(longest_print);
    }
}

Result<void> WorkerProcess::wait_for(short events, Moment deadline)
{
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0)
            return Error{ErrorKind::timed_out, "the worker process took too long"};
        pollfd waits[2] = {{channel_, events, 0}, {output_, POLLIN, 0}};
        const int ready = ::poll(waits, output_ >= 0 ? 2 : 1, static_cast<int>(left.count()));
        if (ready < 0 && errno != EINTR)
            return gone(std::strerror(errno));
        if (ready > 0 && output_ >= 0 && waits[1].revents != 0)
            log_output();
        if (ready > 0 && waits[0].revents != 0)
            return {};
    }
}

Result<void> WorkerProcess::send_line(std::string line, Moment deadline)
{
    line += '\n';
    std::string_view left = line;
    while (!left.empty()) {
        const ssize_t sent = ::send(channel_, left.data(), left.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            left.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        if (errno != EAGAIN && errno != EINTR)
            return gone("has ended");
        if (const auto ready = wait_for(POLLOUT, deadline); !ready)
            return ready.error();
    }
    return {};
}

Result<std::string> WorkerProcess::receive_line(Moment deadline)
{
    for (;;) {
        if (const auto end = received_.find('\n'); end != std::string::npos) {
            std::string line = received_.substr(0, end);
            received_.erase(0, end + 1);
            log_output();
            return line;
        }
        if (received_.size() > longest_line)
            return gone("sent an answer that is too long");
        if (const auto ready = wait_for(POLLIN, deadline); !ready)
            return ready.error();
        char buffer[16 * 1024];
        const ssize_t size = ::recv(channel_, buffer, sizeof buffer, 0);
        if (size == 0)
            return gone("has ended");
        if (size < 0 && errno != EAGAIN && errno != EINTR)
            return gone(std::strerror(errno));
        if (size > 0)
            received_.append(buffer, static_cast<std::size_t>(size));
    }
}

} // namespace litellm::hooks
