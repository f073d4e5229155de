#include "litellm/core/log.hpp"

#include "litellm/core/json.hpp"
#include "litellm/core/time.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

namespace litellm::log {

namespace {

// Logging is the one thing every room reaches without being handed it; the state is write-once before threads
// start.
std::atomic<Level> threshold{Level::info};
std::atomic<bool> as_json{false};
thread_local std::string_view current_request;

spdlog::logger& sink()
{
    static const auto logger = [] {
        auto made =
            std::make_shared<spdlog::logger>("litellm", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%v");
        made->set_level(spdlog::level::trace);
        return made;
    }();
    return *logger;
}

std::string_view name_of(Level level)
{
    switch (level) {
    case Level::debug:
        return "debug";
    case Level::info:
        return "info";
    case Level::warning:
        return "warning";
    case Level::error:
        break;
    }
    return "error";
}

/// Control characters in a message must not forge further lines.
std::string one_line(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c == '\n')
            out += "\\n";
        else if (static_cast<unsigned char>(c) < 0x20)
            out += ' ';
        else
            out += c;
    }
    return out;
}

} // namespace

void configure(const Options& options)
{
    threshold = options.level;
    as_json = options.json;
}

bool is_enabled(Level level)
{
    return level >= threshold.load(std::memory_order_relaxed);
}

RequestScope::RequestScope(std::string_view request_id) : previous_(current_request)
{
    current_request = request_id;
}
RequestScope::~RequestScope()
{
    current_request = previous_;
}

void write(Level level, std::string_view room, std::string_view message)
{
    const std::string time = to_iso8601(SystemClock().now());
    std::string line;
    if (as_json.load(std::memory_order_relaxed)) {
        line = fmt::format(R"({{"time":"{}","level":"{}","room":"{}",)", time, name_of(level), room);
        if (!current_request.empty()) {
            line += R"("request_id":)";
            append_json_string(line, current_request);
            line += ',';
        }
        line += R"("message":)";
        append_json_string(line, message);
        line += '}';
    } else {
        line = fmt::format("{} {:7} {}: {}", time, name_of(level), room, one_line(message));
        if (!current_request.empty())
            line += fmt::format(" request_id={}", one_line(current_request));
    }
    sink().log(spdlog::level::info, line);
    sink().flush();
}

} // namespace litellm::log
