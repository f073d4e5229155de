#pragma once
// Structured logs: one line an event, `key=value` pairs or a JSON object.

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>

namespace litellm::log {

enum class Level { debug, info, warning, error };

struct Options {
    Level level = Level::info;
    bool json = false;
};

/// Sets level and form for the process; called once, before threads start. Lines go to standard error.
void configure(const Options& options);
[[nodiscard]] bool is_enabled(Level level);

/// Attaches a request id to every line this thread writes while the object lives.
class RequestScope {
public:
    explicit RequestScope(std::string_view request_id);
    ~RequestScope();
    RequestScope(const RequestScope&) = delete;
    RequestScope& operator=(const RequestScope&) = delete;

private:
    std::string_view previous_;
};

/// Writes one line. `room` is the part of the program, e.g. "auth".
void write(Level level, std::string_view room, std::string_view message);

template <class... Args>
void debug(std::string_view room, fmt::format_string<Args...> format, Args&&... args)
{
    if (is_enabled(Level::debug))
        write(Level::debug, room, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(std::string_view room, fmt::format_string<Args...> format, Args&&... args)
{
    if (is_enabled(Level::info))
        write(Level::info, room, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(std::string_view room, fmt::format_string<Args...> format, Args&&... args)
{
    if (is_enabled(Level::warning))
        write(Level::warning, room, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(std::string_view room, fmt::format_string<Args...> format, Args&&... args)
{
    if (is_enabled(Level::error))
        write(Level::error, room, fmt::format(format, std::forward<Args>(args)...));
}

} // namespace litellm::log
