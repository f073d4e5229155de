#pragma once
// The only place that knows libpqxx's interface, which differs between its versions 6 and 7.

#include "litellm/db/value.hpp"
#include "postgres_session.hpp"

#include <pqxx/pqxx>

#include <functional>
#include <memory>
#include <unordered_map>

namespace litellm::db {

/// Other programs on the same database may use channels of their own.
inline constexpr const char* notice_channel = "litellm_cpp_changes";

class PostgresConnection {
public:
    /// Connects and prepares the server-side session; throws libpqxx's exceptions, as all functions here do.
    explicit PostgresConnection(const PostgresSettings& settings);

    /// `$1 … $n` are bound to `values`. The statement is prepared once per connection.
    pqxx::result execute(std::string_view sql, std::span<const Value> values);
    /// Several statements without parameters.
    pqxx::result run_script(const std::string& sql);

    /// Subscribes to the channel of notices; receive() calls `heard` from now on.
    void listen(std::function<void(const std::string&)> heard);
    /// Becomes readable when notices have arrived.
    [[nodiscard]] int socket() const { return connection_.sock(); }
    /// Hands out the notices that have arrived; throws when the connection is lost.
    void receive() { connection_.get_notifs(); }

    [[nodiscard]] bool is_open() const { return connection_.is_open(); }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    /// Beyond this many, statements are sent unprepared: their texts are made anew each time.
    static constexpr std::size_t most_prepared = 300;

    /// Empty when the statement is not to be prepared.
    std::string prepared_name(std::string_view sql);

    pqxx::connection connection_;
    std::unordered_map<std::string, std::string, Hash, std::equal_to<>> prepared_;
    std::unique_ptr<pqxx::notification_receiver> receiver_;
};

} // namespace litellm::db
