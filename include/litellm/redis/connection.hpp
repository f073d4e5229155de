#pragma once
// A connection to Redis that never makes anybody wait for long.

#include "litellm/core/secret.hpp"
#include "litellm/core/task.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::redis {

struct Options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 6379;
    std::string username;
    Secret password; ///< empty: none
    int database = 0;
    /// How long a command may take. After a few that took longer, and after a lost connection, commands fail
    /// at once for a while that grows to half a minute.
    std::chrono::milliseconds deadline{20};
};

struct Reply {
    enum class Kind { nothing, integer, text, list };
    Kind kind = Kind::nothing;
    std::int64_t integer = 0;
    std::string text;
    std::vector<Reply> list;
};

struct Figures {
    std::uint64_t commands = 0;
    std::uint64_t failures = 0; ///< late, lost or refused ones
    bool is_away = false;       ///< commands fail at once for now
};

/// Used on its executor only; the figures may be read anywhere.
class Connection {
public:
    /// Connects with the first command, and again when that is needed.
    [[nodiscard]] static std::shared_ptr<Connection>
    make(Options options, boost::asio::any_io_executor executor);
    virtual ~Connection() = default;

    /// One command with its arguments, e.g. {"GET", "name"}. unavailable when Redis does not answer in time;
    /// invalid_input with Redis' own words when it answers with an error.
    [[nodiscard]] virtual Task<Reply> run(std::vector<std::string> command) = 0;
    [[nodiscard]] virtual std::chrono::milliseconds deadline() const = 0;
    [[nodiscard]] virtual Figures figures() const = 0;
    /// Once its executor does not run any more, and before that is destroyed.
    virtual void close() = 0;
};

/// Runs a Lua script as one step of the server's. `keys` are all the keys that it touches.
[[nodiscard]] Task<Reply> run_script(
    Connection& connection,
    std::string_view text,
    const std::vector<std::string>& keys,
    const std::vector<std::string>& arguments
);

} // namespace litellm::redis
