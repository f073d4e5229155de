#pragma once
// A thin, typed skin over sqlite3's C interface.

#include "sqlite_session.hpp"

#include <sqlite3.h>

#include <unordered_map>

namespace litellm::db {

class SqliteConnection {
public:
    explicit SqliteConnection(const SqliteSettings& settings);
    ~SqliteConnection();
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    /// Runs a statement to its end. `rows` receives its rows when given; returns how many rows were read or
    /// changed. Constraint violations and unfit values come back as errors, everything else throws Failure.
    Result<std::int64_t> execute(std::string_view sql, std::span<const Value> values, Rows* rows);
    /// Several statements without parameters; throws Failure.
    void run_script(const char* sql);
    [[nodiscard]] bool is_in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    struct Statement {
        std::unique_ptr<sqlite3_stmt, Finalize> handle;
        /// SQLite's index of `$1`, `$2`, …; 0 where the text does not use one.
        std::vector<int> parameters;
    };
    static constexpr std::size_t most_prepared = 300;

    Statement& prepare(std::string_view sql, std::size_t value_count);
    void bind(const Statement& statement, std::span<const Value> values, Texts& encoded);
    Result<std::int64_t> step_to_end(sqlite3_stmt* statement, Rows* rows);
    /// Returns the error when it is the caller's, throws it otherwise.
    Error explain(int code) const;
    void start_timer();
    static int is_overdue(void* self);

    sqlite3* handle_ = nullptr;
    const milliseconds statement_timeout_;
    std::chrono::steady_clock::time_point deadline_{};
    std::unordered_map<std::string, Statement, Hash, std::equal_to<>> prepared_;
};

} // namespace litellm::db
