#include "postgres_listener.hpp"

#include "litellm/core/log.hpp"
#include "postgres_connection.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <thread>

namespace litellm::db {

namespace {

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{5'000};

/// Wakes a thread that waits in poll().
class Bell {
public:
    Bell() : handle_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    {
        if (handle_ < 0)
            throw Failure(internal_error(std::system_category().message(errno)));
    }
    ~Bell() { close(handle_); }
    Bell(const Bell&) = delete;
    Bell& operator=(const Bell&) = delete;

    void ring() const
    {
        const std::uint64_t one = 1;
        static_cast<void>(write(handle_, &one, sizeof one) == sizeof one);
    }
    /// True when the bell rang, false when `socket` is readable or `patience` is over. -1 is no socket and no
    /// end.
    [[nodiscard]] bool wait(int socket, int patience) const
    {
        std::array<pollfd, 2> waiting{pollfd{handle_, POLLIN, 0}, pollfd{socket, POLLIN, 0}};
        static_cast<void>(poll(waiting.data(), waiting.size(), patience));
        return waiting[0].revents != 0;
    }

private:
    const int handle_;
};

class PostgresListener final : public Listener {
public:
    PostgresListener(std::shared_ptr<const PostgresSettings> settings, std::shared_ptr<SharedState> state)
        : settings_(std::move(settings)), state_(std::move(state)), thread_([this] { run(); })
    {
    }
    ~PostgresListener() override
    {
        stop_.ring();
        thread_.join();
    }
    PostgresListener(const PostgresListener&) = delete;
    PostgresListener& operator=(const PostgresListener&) = delete;

private:
    void run()
    {
        pthread_setname_np(pthread_self(), "database-listen");
        do {
            try {
                listen();
                return;
            } catch (const pqxx::failure& failure) {
                log::warning("db", "cannot hear of changes made by other instances: {}", failure.what());
            }
        } while (!stop_.wait(-1, static_cast<int>(next_pause().count())));
    }

    /// Returns when it is to stop; throws when the connection is lost.
    void listen()
    {
        PostgresConnection connection(*settings_);
        connection.listen([this](const std::string& notice) { state_->notices.tell({notice}); });
        pause_ = first_pause;
        // What was announced before the connection stood did not get here.
        state_->notices.tell_gap();
        while (!stop_.wait(connection.socket(), -1))
            connection.receive();
    }

    milliseconds next_pause()
    {
        const milliseconds now = pause_;
        pause_ = std::min(pause_ * 2, longest_pause);
        return now;
    }

    const std::shared_ptr<const PostgresSettings> settings_;
    const std::shared_ptr<SharedState> state_;
    const Bell stop_;
    milliseconds pause_ = first_pause;
    std::thread thread_;
};

} // namespace

std::unique_ptr<Listener>
make_postgres_listener(std::shared_ptr<const PostgresSettings> settings, std::shared_ptr<SharedState> state)
{
    return std::make_unique<PostgresListener>(std::move(settings), std::move(state));
}

} // namespace litellm::db
