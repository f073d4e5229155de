#include "sqlite_session.hpp"

#include "encoding.hpp"
#include "litellm/core/log.hpp"
#include "sqlite_connection.hpp"

namespace litellm::db {

namespace {

class SqliteTransaction final : public DriverTransaction {
public:
    using Transaction::execute;
    using Transaction::query;

    SqliteTransaction(SqliteConnection& connection, ShapeCache& shapes)
        : DriverTransaction(shapes), connection_(connection)
    {
    }

    Result<Rows> query(std::string_view sql, std::span<const Value> values) override
    {
        Rows rows;
        const Result<std::int64_t> result = run(sql, values, &rows);
        if (!result)
            return result.error();
        return rows;
    }

    Result<std::int64_t> execute(std::string_view sql, std::span<const Value> values) override
    {
        return run(sql, values, nullptr);
    }

    void run_script(const std::string& sql) override { connection_.run_script(sql.c_str()); }
    [[nodiscard]] Dialect dialect() const override { return Dialect::sqlite; }
    [[nodiscard]] const std::string& schema() const override { return schema_; }
    [[nodiscard]] bool has_failed() const { return has_failed_; }

private:
    Result<std::int64_t> run(std::string_view sql, std::span<const Value> values, Rows* rows)
    {
        if (has_failed_)
            throw Failure(internal_error("a statement was run after another one of its transaction had failed"
            ));
        // Stays set when what follows throws.
        has_failed_ = true;
        const Result<void> storable = check_storable(values);
        if (!storable)
            return storable.error();
        Result<std::int64_t> result = connection_.execute(sql, values, rows);
        has_failed_ = result.has_error();
        return result;
    }

    SqliteConnection& connection_;
    const std::string schema_;
    bool has_failed_ = false;
};

class SqliteSession final : public Session {
public:
    SqliteSession(const SqliteSettings& settings, std::shared_ptr<SharedState> state)
        : state_(std::move(state)), connection_(settings)
    {
        state_->is_reachable = true;
    }

    Result<void> run(const std::function<Result<void>(Transaction&)>& step) override
    {
        try {
            Result<void> result = run_in_transaction(step);
            if (!result)
                roll_back();
            state_->is_reachable = true;
            return result;
        } catch (const Failure& failure) {
            roll_back();
            state_->is_reachable = failure.error().kind != ErrorKind::unavailable;
            throw;
        } catch (...) {
            roll_back();
            throw;
        }
    }

private:
    Result<void> run_in_transaction(const std::function<Result<void>(Transaction&)>& step)
    {
        // Taking the write lock at once: a reader that starts to write later could fail half-way.
        connection_.run_script("BEGIN IMMEDIATE");
        SqliteTransaction transaction(connection_, state_->shapes);
        const Result<void> result = step(transaction);
        if (!result)
            return result;
        if (transaction.has_failed())
            throw Failure(
                internal_error("a transaction was to be committed after one of its statements had failed")
            );
        connection_.run_script("COMMIT");
        state_->notices.tell(transaction.notices());
        return {};
    }

    void roll_back() noexcept
    {
        // SQLite has rolled back by itself after some errors.
        if (!connection_.is_in_transaction())
            return;
        try {
            connection_.run_script("ROLLBACK");
        } catch (const Failure& failure) {
            log::error("db", "rollback failed: {}", failure.error().message);
        }
    }

    const std::shared_ptr<SharedState> state_;
    SqliteConnection connection_;
};

} // namespace

std::unique_ptr<Session>
make_sqlite_session(const SqliteSettings& settings, std::shared_ptr<SharedState> state)
{
    return std::make_unique<SqliteSession>(settings, std::move(state));
}

} // namespace litellm::db
