#include "postgres_session.hpp"

#include "encoding.hpp"
#include "litellm/core/log.hpp"
#include "postgres_connection.hpp"
#include "postgres_errors.hpp"

#include <fmt/format.h>

namespace litellm::db {

namespace {

Rows to_rows(const pqxx::result& result)
{
    Rows rows;
    rows.reserve(static_cast<std::size_t>(result.size()));
    for (const pqxx::row& row : result) {
        std::vector<Row::Cell> cells;
        cells.reserve(static_cast<std::size_t>(row.size()));
        for (const pqxx::field& field : row) {
            if (field.is_null())
                cells.emplace_back();
            else
                cells.emplace_back(std::string(field.c_str(), field.size()));
        }
        rows.emplace_back(Dialect::postgres, std::move(cells));
    }
    return rows;
}

class PostgresTransaction final : public DriverTransaction {
public:
    using Transaction::execute;
    using Transaction::query;

    PostgresTransaction(PostgresConnection& connection, const std::string& schema, ShapeCache& shapes)
        : DriverTransaction(shapes), connection_(connection), schema_(schema)
    {
    }

    Result<Rows> query(std::string_view sql, std::span<const Value> values) override
    {
        const Result<pqxx::result> result = run(sql, values);
        if (!result)
            return result.error();
        return to_rows(*result);
    }

    Result<std::int64_t> execute(std::string_view sql, std::span<const Value> values) override
    {
        const Result<pqxx::result> result = run(sql, values);
        if (!result)
            return result.error();
        return static_cast<std::int64_t>(result->affected_rows());
    }

    void run_script(const std::string& sql) override
    {
        const Result<pqxx::result> result = guarded([&] { return connection_.run_script(sql); });
        if (!result)
            throw Failure(result.error());
    }

    Result<void> begin() { return plain("BEGIN"); }
    void roll_back() { static_cast<void>(plain("ROLLBACK")); }
    Result<void> commit()
    {
        // Postgres answers COMMIT in a failed transaction with a silent ROLLBACK.
        if (has_failed_)
            throw Failure(
                internal_error("a transaction was to be committed after one of its statements had failed")
            );
        return plain("COMMIT");
    }

    [[nodiscard]] Dialect dialect() const override { return Dialect::postgres; }
    [[nodiscard]] const std::string& schema() const override { return schema_; }
    [[nodiscard]] Result<void> send(const std::string& notice) override
    {
        const Result<std::int64_t> sent = execute("SELECT pg_notify($1, $2)", {notice_channel, notice});
        if (!sent)
            return sent.error();
        return {};
    }
    [[nodiscard]] bool is_connection_lost() const { return is_connection_lost_ || !connection_.is_open(); }

private:
    Result<pqxx::result> run(std::string_view sql, std::span<const Value> values)
    {
        if (has_failed_)
            throw Failure(internal_error("a statement was run after another one of its transaction had failed"
            ));
        const Result<void> storable = check_storable(values);
        if (!storable) {
            has_failed_ = true;
            return storable.error();
        }
        return guarded([&] { return connection_.execute(sql, values); });
    }

    Result<void> plain(const char* sql)
    {
        const Result<pqxx::result> result = guarded([&] { return connection_.run_script(sql); });
        if (!result)
            return result.error();
        return {};
    }

    template <class Statement>
    Result<pqxx::result> guarded(Statement statement)
    {
        PostgresProblem problem;
        try {
            return statement();
        } catch (const pqxx::failure& error) {
            problem = classify(error, connection_.is_open());
        }
        has_failed_ = true;
        is_connection_lost_ = is_connection_lost_ || problem.is_connection_lost;
        if (!problem.is_answer)
            throw Failure(std::move(problem.error));
        return problem.error;
    }

    PostgresConnection& connection_;
    const std::string& schema_;
    bool has_failed_ = false;
    bool is_connection_lost_ = false;
};

class PostgresSession final : public Session {
public:
    PostgresSession(
        std::shared_ptr<const PostgresSettings> settings,
        std::shared_ptr<SharedState> state,
        std::shared_ptr<ConnectBackoff> backoff
    )
        : settings_(std::move(settings)), state_(std::move(state)), backoff_(std::move(backoff))
    {
    }

    Result<void> run(const std::function<Result<void>(Transaction&)>& step) override
    {
        const bool is_fresh = connection_ == nullptr;
        if (is_fresh)
            connect();
        PostgresTransaction transaction(*connection_, settings_->url.schema, state_->shapes);
        try {
            begin(transaction);
        } catch (const Failure&) {
            // An idle connection that died meanwhile: nothing has run yet, so that a new one may take its
            // place.
            connection_.reset();
            if (is_fresh)
                throw;
            return run(step);
        }
        return finish(transaction, step);
    }

private:
    static void begin(PostgresTransaction& transaction)
    {
        const Result<void> begun = transaction.begin();
        if (!begun)
            throw Failure(begun.error());
    }

    Result<void>
    finish(PostgresTransaction& transaction, const std::function<Result<void>(Transaction&)>& step)
    {
        try {
            const Result<void> result = step(transaction);
            if (result)
                return commit(transaction);
            abandon(transaction);
            return result;
        } catch (...) {
            abandon(transaction);
            throw;
        }
    }

    /// Whether a commit arrived is not known when its connection breaks, so its notices are told in any case.
    Result<void> commit(PostgresTransaction& transaction)
    {
        try {
            Result<void> result = transaction.commit();
            state_->notices.tell(transaction.notices());
            return result;
        } catch (...) {
            state_->notices.tell(transaction.notices());
            throw;
        }
    }

    void abandon(PostgresTransaction& transaction)
    {
        try {
            if (!transaction.is_connection_lost())
                transaction.roll_back();
        } catch (const Failure& failure) {
            log::debug("db", "rollback failed: {}", failure.error().message);
            connection_.reset();
            return;
        }
        drop_if_lost(transaction);
    }

    void drop_if_lost(const PostgresTransaction& transaction)
    {
        if (!transaction.is_connection_lost())
            return;
        connection_.reset();
        state_->is_reachable = false;
    }

    void connect()
    {
        if (!backoff_->may_try(ConnectBackoff::Clock::now()))
            throw Failure(unavailable("the database cannot be reached"));
        try {
            connection_ = std::make_unique<PostgresConnection>(*settings_);
        } catch (const pqxx::failure& error) {
            note_failure(error.what());
            throw Failure(unavailable("the database cannot be reached"));
        }
        backoff_->note_success();
        state_->is_reachable = true;
    }

    void note_failure(std::string_view why)
    {
        state_->is_reachable = false;
        if (backoff_->note_failure(ConnectBackoff::Clock::now()))
            log::warning("db", "cannot connect to {}: {}", settings_->url.place, why);
    }

    const std::shared_ptr<const PostgresSettings> settings_;
    const std::shared_ptr<SharedState> state_;
    const std::shared_ptr<ConnectBackoff> backoff_;
    std::unique_ptr<PostgresConnection> connection_;
};

} // namespace

bool ConnectBackoff::may_try(Clock::time_point now) const
{
    const std::lock_guard lock(mutex_);
    return now >= not_before_;
}

bool ConnectBackoff::note_failure(Clock::time_point now)
{
    const std::lock_guard lock(mutex_);
    if (now < not_before_)
        return false;
    not_before_ = now + pause_;
    pause_ = std::min(pause_ * 2, longest_pause);
    return true;
}

void ConnectBackoff::note_success()
{
    const std::lock_guard lock(mutex_);
    not_before_ = {};
    pause_ = first_pause;
}

std::unique_ptr<Session> make_postgres_session(
    std::shared_ptr<const PostgresSettings> settings,
    std::shared_ptr<SharedState> state,
    std::shared_ptr<ConnectBackoff> backoff
)
{
    return std::make_unique<PostgresSession>(std::move(settings), std::move(state), std::move(backoff));
}

} // namespace litellm::db
