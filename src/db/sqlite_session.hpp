#pragma once
// The one SQLite connection of a database.

#include "driver.hpp"

namespace litellm::db {

struct SqliteSettings {
    /// `:memory:` for a database that lives as long as the session.
    std::string path;
    milliseconds statement_timeout;
    /// How long to wait for another process that writes.
    milliseconds busy_timeout;
};

/// Opens the database file and creates it, and its folder, where missing. Throws Failure when that is
/// impossible.
[[nodiscard]] std::unique_ptr<Session>
make_sqlite_session(const SqliteSettings& settings, std::shared_ptr<SharedState> state);

} // namespace litellm::db
