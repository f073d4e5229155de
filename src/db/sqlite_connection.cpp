#include "sqlite_connection.hpp"

#include "encoding.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

namespace litellm::db {

namespace {

/// How many steps of SQLite's virtual machine pass between two looks at the clock.
constexpr int steps_between_checks = 4000;

constexpr const char* session_settings = R"(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -16000;
PRAGMA wal_autocheckpoint = 4000;)";

/// Without its statistics SQLite allocates memory without a lock. Has no effect once SQLite is in use.
void switch_off_statistics()
{
    static const int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(code);
}

/// Creates the folders that are missing, closed to others.
void create_folders(const std::filesystem::path& folder)
{
    std::filesystem::path path;
    for (const std::filesystem::path& part : folder) {
        path /= part;
        if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST && !std::filesystem::is_directory(path))
            throw Failure(unavailable(
                fmt::format("cannot create the folder {}: {}", path.string(), std::strerror(errno))
            ));
    }
}

/// SQLite would create the file readable by all; its companions inherit the file's mode.
void create_file(const std::string& path)
{
    create_folders(std::filesystem::path(path).parent_path());
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        throw Failure(
            unavailable(fmt::format("cannot open the database file {}: {}", path, std::strerror(errno)))
        );
    ::close(file);
}

/// Binds one value. Text is not copied by SQLite: it must stay until the statement has run.
struct Binder {
    sqlite3_stmt* statement;
    int index;
    Texts& encoded;

    int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
    int operator()(bool value) const { return sqlite3_bind_int(statement, index, value ? 1 : 0); }
    int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
    int operator()(double value) const { return sqlite3_bind_double(statement, index, value); }
    int operator()(BorrowedText value) const
    {
        // A null pointer would be bound as NULL.
        const char* const data = value.text.data() != nullptr ? value.text.data() : "";
        return sqlite3_bind_text64(statement, index, data, value.text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(const std::string& value) const { return (*this)(BorrowedText{value}); }
    int operator()(const JsonText& value) const { return (*this)(BorrowedText{value.text}); }
    int operator()(const Texts& value) const { return keep(to_json_array(value)); }
    int operator()(Timestamp value) const { return keep(to_database_text(value)); }

    int keep(std::string text) const
    {
        encoded.push_back(std::move(text));
        return (*this)(BorrowedText{encoded.back()});
    }
};

Row::Cell read_cell(sqlite3_stmt* statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
        return std::nullopt;
    case SQLITE_INTEGER:
        return fmt::format_int(sqlite3_column_int64(statement, column)).str();
    // SQLite's own conversion keeps 15 digits only.
    case SQLITE_FLOAT:
        return to_real_text(sqlite3_column_double(statement, column));
    default:
        break;
    }
    const void* bytes = sqlite3_column_blob(statement, column);
    const int size = sqlite3_column_bytes(statement, column);
    return std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

Row read_row(sqlite3_stmt* statement)
{
    const int count = sqlite3_column_count(statement);
    std::vector<Row::Cell> cells;
    cells.reserve(static_cast<std::size_t>(count));
    for (int column = 0; column < count; ++column)
        cells.push_back(read_cell(statement, column));
    return Row(Dialect::sqlite, std::move(cells));
}

} // namespace

SqliteConnection::SqliteConnection(const SqliteSettings& settings)
    : statement_timeout_(settings.statement_timeout)
{
    switch_off_statistics();
    if (settings.path != ":memory:")
        create_file(settings.path);
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(settings.path.c_str(), &handle_, flags, nullptr);
    try {
        if (code != SQLITE_OK)
            throw Failure(explain(code));
        sqlite3_extended_result_codes(handle_, 1);
        // Otherwise a quoted column that does not exist would be taken for a text.
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
        sqlite3_busy_timeout(handle_, static_cast<int>(settings.busy_timeout.count()));
        sqlite3_progress_handler(handle_, steps_between_checks, &SqliteConnection::is_overdue, this);
        run_script(session_settings);
    } catch (...) {
        sqlite3_close_v2(handle_);
        throw;
    }
}

SqliteConnection::~SqliteConnection()
{
    prepared_.clear();
    sqlite3_close_v2(handle_);
}

Result<std::int64_t>
SqliteConnection::execute(std::string_view sql, std::span<const Value> values, Rows* rows)
{
    const Statement& statement = prepare(sql, values.size());
    Texts encoded;
    encoded.reserve(values.size());
    bind(statement, values, encoded);
    start_timer();
    Result<std::int64_t> result = step_to_end(statement.handle.get(), rows);
    sqlite3_reset(statement.handle.get());
    sqlite3_clear_bindings(statement.handle.get());
    return result;
}

void SqliteConnection::run_script(const char* sql)
{
    start_timer();
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        throw Failure(explain(code));
}

SqliteConnection::Statement& SqliteConnection::prepare(std::string_view sql, std::size_t value_count)
{
    const auto found = prepared_.find(sql);
    if (found != prepared_.end())
        return found->second;
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(
        handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &raw, nullptr
    );
    if (code != SQLITE_OK)
        throw Failure(explain(code));
    Statement statement;
    statement.handle.reset(raw);
    for (std::size_t number = 1; number <= value_count; ++number)
        statement.parameters.push_back(sqlite3_bind_parameter_index(raw, fmt::format("${}", number).c_str()));
    if (prepared_.size() >= most_prepared)
        prepared_.clear();
    return prepared_.emplace(sql, std::move(statement)).first->second;
}

void SqliteConnection::bind(const Statement& statement, std::span<const Value> values, Texts& encoded)
{
    if (values.size() != statement.parameters.size())
        throw Failure(internal_error("a statement was run with another number of values than before"));
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (statement.parameters[i] == 0)
            continue;
        const int code =
            std::visit(Binder{statement.handle.get(), statement.parameters[i], encoded}, values[i].storage());
        if (code != SQLITE_OK)
            throw Failure(explain(code));
    }
}

Result<std::int64_t> SqliteConnection::step_to_end(sqlite3_stmt* statement, Rows* rows)
{
    const std::int64_t changes_before = sqlite3_total_changes64(handle_);
    std::int64_t count = 0;
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
        ++count;
        if (rows)
            rows->push_back(read_row(statement));
    }
    if (code != SQLITE_DONE) {
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
        return explain(code);
    }
    if (sqlite3_stmt_readonly(statement))
        return count;
    return sqlite3_total_changes64(handle_) == changes_before ? 0 : sqlite3_changes64(handle_);
}

Error SqliteConnection::explain(int code) const
{
    const std::string message = handle_ ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
    switch (sqlite3_extended_errcode(handle_)) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
    case SQLITE_CONSTRAINT_FOREIGNKEY:
    // RESTRICT is built as a trigger.
    case SQLITE_CONSTRAINT_TRIGGER:
        return Error{ErrorKind::conflict, message};
    default:
        break;
    }
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
        return invalid_input(message);
    case SQLITE_INTERRUPT:
        throw Failure(unavailable("the statement took too long"));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
        throw Failure(unavailable(fmt::format("the database file cannot be used: {}", message)));
    default:
        throw Failure(internal_error(fmt::format("database error {}: {}", code, message)));
    }
}

void SqliteConnection::start_timer()
{
    // 0 means no limit, as it does on Postgres.
    deadline_ = std::chrono::steady_clock::time_point::max();
    if (statement_timeout_.count() > 0)
        deadline_ = std::chrono::steady_clock::now() + statement_timeout_;
}

int SqliteConnection::is_overdue(void* self)
{
    return std::chrono::steady_clock::now() > static_cast<const SqliteConnection*>(self)->deadline_ ? 1 : 0;
}

} // namespace litellm::db
