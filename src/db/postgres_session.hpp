#pragma once
// One Postgres connection that is made when needed and replaced when it breaks.

#include "driver.hpp"
#include "url.hpp"

namespace litellm::db {

/// When the next attempt to connect may be made: pauses grow while attempts fail. Shared by the sessions of
/// one database.
class ConnectBackoff {
public:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] bool may_try(Clock::time_point now) const;
    /// True for the first failure since the last pause ended, which is the one worth a log line.
    bool note_failure(Clock::time_point now);
    void note_success();

private:
    static constexpr milliseconds first_pause{100};
    static constexpr milliseconds longest_pause{5'000};

    mutable std::mutex mutex_;
    Clock::time_point not_before_{};
    milliseconds pause_ = first_pause;
};

struct PostgresSettings {
    PostgresUrl url;
    milliseconds statement_timeout;
    milliseconds connect_timeout;
};

[[nodiscard]] std::unique_ptr<Session> make_postgres_session(
    std::shared_ptr<const PostgresSettings> settings,
    std::shared_ptr<SharedState> state,
    std::shared_ptr<ConnectBackoff> backoff
);

} // namespace litellm::db
