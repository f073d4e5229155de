#pragma once
// Points in time, durations as LiteLLM writes them ("30d", "30min", "1mo"), and the clock that is passed in.

#include "litellm/core/error.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace litellm {

/// UTC, microseconds. LiteLLM's columns keep milliseconds.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Timestamp now() const = 0;
    /// Never goes backwards; for timeouts and latencies.
    [[nodiscard]] virtual std::chrono::steady_clock::time_point steady_now() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override;
    [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override;
};

/// A clock for tests: stands still until it is moved.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Timestamp start) : now_(start) {}
    [[nodiscard]] Timestamp now() const override { return now_; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override
    {
        return std::chrono::steady_clock::time_point(now_.time_since_epoch());
    }
    void advance(std::chrono::microseconds by) { now_ += by; }
    void set(Timestamp now) { now_ = now; }

private:
    Timestamp now_;
};

/// `2026-02-18T10:00:00.123456Z`
[[nodiscard]] std::string to_iso8601(Timestamp time);
/// `2026-02-18 10:00:00.123`: what both databases store, in milliseconds.
[[nodiscard]] std::string to_database_text(Timestamp time);
/// `2026-02-18`, the UTC day.
[[nodiscard]] std::string to_day(Timestamp time);
/// Accepts `2026-02-18`, a `T` or a space before the time, fractions, `Z` and `+hh:mm`; no zone means UTC.
[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text);

/// A length of time as LiteLLM's users write it. Months are calendar months, so the length depends on the
/// start.
struct Duration {
    std::chrono::seconds seconds{0};
    int months = 0;

    /// Month ends are clamped: one month after 31 January is the last day of February.
    [[nodiscard]] Timestamp after(Timestamp start) const;
    /// For comparisons: a month counts as 30 days.
    [[nodiscard]] std::chrono::seconds approximate() const
    {
        return seconds + std::chrono::hours(24 * 30) * months;
    }
};

/// Parses `30s 30m 30min 30h 30hr 30d 1w 1mo` (and their long forms `30minutes`, `1month`, …).
/// Anything else is invalid_input.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

/// The next calendar boundary at which a budget of this duration starts again, in UTC: `1d` the next
/// midnight, `7d` and `1w` the next Monday, `30d` and `1mo` the first of the next month, other days midnight
/// plus N days, hours, minutes and seconds the next multiple (LiteLLM's rules, restated in the project's
/// management reference 1.2).
[[nodiscard]] Result<Timestamp> next_budget_reset(std::string_view duration, Timestamp now);

} // namespace litellm
