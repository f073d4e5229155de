#pragma once
// One transaction at a time, on Postgres or SQLite.
//
// Work is ordinary synchronous code that runs on a database thread: it takes a Transaction&, returns a
// Result<T>, and is committed when that holds a value and rolled back when it holds an error or when the work
// throws.

#include "litellm/core/task.hpp"
#include "litellm/db/value.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace litellm::db {

/// One table as this database has it, for statements over columns that an older LiteLLM may lack.
struct TableShape {
    /// Sorted; empty when there is no such table.
    std::vector<std::string> columns;
    /// Columns of each unique index in the index's order, the primary key's included.
    std::vector<std::vector<std::string>> unique_keys;
    [[nodiscard]] bool exists() const { return !columns.empty(); }
    [[nodiscard]] bool has(std::string_view column) const;
};

class Transaction {
public:
    virtual ~Transaction() = default;

    /// Runs one statement with bound parameters `$1 … $n` and returns its rows.
    /// Unique and foreign-key violations are ErrorKind::conflict, other constraint violations and values that
    /// the column cannot hold are invalid_input; a lost connection, a time-out or a malformed statement
    /// throws Failure (kind unavailable when another try may succeed, internal otherwise). After an error the
    /// transaction can only be rolled back: further statements throw, and it never commits.
    [[nodiscard]] virtual Result<Rows> query(std::string_view sql, std::span<const Value> values) = 0;
    /// As query(), for a statement whose rows do not matter; returns how many rows it touched.
    [[nodiscard]] virtual Result<std::int64_t>
    execute(std::string_view sql, std::span<const Value> values) = 0;

    [[nodiscard]] Result<Rows> query(std::string_view sql, std::initializer_list<Value> values)
    {
        return query(sql, std::span<const Value>(values.begin(), values.size()));
    }
    [[nodiscard]] Result<std::int64_t> execute(std::string_view sql, std::initializer_list<Value> values)
    {
        return execute(sql, std::span<const Value>(values.begin(), values.size()));
    }

    /// Tells every process that uses this database, this one included, about a change as soon as it is
    /// committed. Subscribers here have heard of it before transact() returns. At most 7,000 bytes. A change
    /// whose commit was lost on its way may be told as well.
    [[nodiscard]] virtual Result<void> announce(const std::string& notice) = 0;

    [[nodiscard]] virtual Dialect dialect() const = 0;
    /// Read from the catalog once per database, then kept until migrate() runs.
    [[nodiscard]] virtual std::shared_ptr<const TableShape> shape_of(std::string_view table) = 0;
};

/// Hears of announcements, on threads of the database and one at a time; must not block, throw, or end its
/// own subscription.
struct Subscriber {
    std::function<void(const std::string& notice)> on_notice;
    /// Announcements of other processes may have been missed: the connection that brings them had been lost.
    std::function<void()> on_gap;
};

/// Lasts until it is destroyed; its subscriber is not called afterwards.
class Subscription {
public:
    virtual ~Subscription() = default;
};

/// A pool of connections and the threads that use them.
class Database {
public:
    virtual ~Database() = default;

    /// Runs `work` in a transaction on a database thread and resumes the caller on its own executor. Errors
    /// returned by `work` come back as they are; what it throws becomes an error of the Failure's kind:
    /// `unavailable` when the database cannot be reached or no connection came free in time.
    template <class T, class Work>
    Task<T> transact(Work work)
    {
        std::shared_ptr<Result<T>> result =
            std::make_shared<Result<T>>(internal_error("transaction did not run"));
        std::function<Result<void>(Transaction&)> step =
            [result, work = std::move(work)](Transaction& transaction) mutable -> Result<void> {
            *result = work(transaction);
            if (!*result)
                return result->error();
            return {};
        };
        const Result<void> outcome = co_await run(std::move(step));
        if (!outcome)
            co_return outcome.error();
        co_return std::move(*result);
    }

    /// As transact(), on the calling thread: for start-up, tools and tests.
    template <class T, class Work>
    Result<T> transact_now(Work work)
    {
        Result<T> result = internal_error("transaction did not run");
        const Result<void> outcome = run_now([&](Transaction& transaction) -> Result<void> {
            result = work(transaction);
            if (!result)
                return result.error();
            return {};
        });
        if (!outcome)
            return outcome.error();
        return result;
    }

    /// On Postgres the first subscription opens a connection of its own (LISTEN), which is made again, with
    /// growing pauses, when it breaks. SQLite has no other processes to hear of. May outlive the database.
    [[nodiscard]] virtual std::unique_ptr<Subscription> subscribe(Subscriber subscriber) = 0;

    [[nodiscard]] virtual Dialect dialect() const = 0;
    /// True while the last contact with the database worked.
    [[nodiscard]] virtual bool is_reachable() const = 0;

protected:
    using Step = std::function<Result<void>(Transaction&)>;
    virtual boost::asio::awaitable<Result<void>> run(Step step) = 0;
    virtual Result<void> run_now(const Step& step) = 0;
};

struct Options {
    /// `postgresql://user:password@host:port/name?schema=…` or `sqlite:///path/to/file`, `sqlite://:memory:`.
    std::string url;
    int pool_size = 10;
    /// How long one statement may run (Postgres `statement_timeout`; SQLite progress handler); 0 means no
    /// limit.
    milliseconds statement_timeout{30'000};
    /// How long to wait for a free connection, and for connecting.
    milliseconds acquire_timeout{10'000};
};

/// Opens the database that `options.url` names. For Postgres it does not need to be reachable yet:
/// connections are made when needed, again and again with growing pauses. For SQLite the file and its folder
/// are created (mode 0600 and 0700). invalid_input when the URL cannot be understood.
[[nodiscard]] Result<std::unique_ptr<Database>> open_database(const Options& options);

/// The URL with its password replaced, fit for a log line.
[[nodiscard]] std::string redacted(std::string_view url);

/// Brings the schema up to date: runs the embedded migrations that are not recorded yet, in one transaction
/// each. LiteLLM's tables are created only where they are missing and are never altered; our own live in the
/// Postgres schema `litellm_cpp`. Safe when several processes start at once (advisory lock). Returns the
/// names of the migrations that were run.
[[nodiscard]] Result<std::vector<std::string>> migrate(Database& database);

/// What a database lacks compared with LiteLLM 1.81.13: columns by table, for features that switch themselves
/// off.
struct MissingColumns {
    /// `table.column`, sorted.
    std::vector<std::string> names;
    [[nodiscard]] bool has(std::string_view table, std::string_view column) const;
};
[[nodiscard]] Result<MissingColumns> find_missing_columns(Database& database);

} // namespace litellm::db
