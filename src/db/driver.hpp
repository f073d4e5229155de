#pragma once
// What both drivers share behind the door: sessions, the cache of table shapes, and scripts.

#include "notice_board.hpp"

#include "litellm/db/database.hpp"

#include <atomic>
#include <map>
#include <mutex>

namespace litellm::db {

/// Table shapes by name, for all sessions of one database.
class ShapeCache {
public:
    [[nodiscard]] std::shared_ptr<const TableShape> find(std::string_view table) const;
    void put(std::string_view table, std::shared_ptr<const TableShape> shape);
    void clear();

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const TableShape>, std::less<>> shapes_;
};

/// State that the sessions of one database share.
struct SharedState {
    ShapeCache shapes;
    NoticeBoard notices;
    std::atomic<bool> is_reachable = false;
};

class DriverTransaction : public Transaction {
public:
    explicit DriverTransaction(ShapeCache& shapes) : shapes_(shapes) {}

    /// Runs a migration: several statements, no parameters. Throws Failure like query().
    virtual void run_script(const std::string& sql) = 0;
    /// The Postgres schema with LiteLLM's tables; empty on SQLite.
    [[nodiscard]] virtual const std::string& schema() const = 0;

    [[nodiscard]] std::shared_ptr<const TableShape> shape_of(std::string_view table) override;
    [[nodiscard]] Result<void> announce(const std::string& notice) override;
    /// What the transaction has announced.
    [[nodiscard]] const std::vector<std::string>& notices() const { return notices_; }
    void forget_shapes() { shapes_.clear(); }

protected:
    /// Passes a notice on to the other processes when the transaction is committed.
    [[nodiscard]] virtual Result<void> send(const std::string&) { return {}; }

private:
    ShapeCache& shapes_;
    std::vector<std::string> notices_;
};

/// One connection, used by one thread.
class Session {
public:
    virtual ~Session() = default;
    /// Runs `step` in a transaction and commits it when it returns a value. Whatever is thrown leaves the
    /// session usable.
    virtual Result<void> run(const std::function<Result<void>(Transaction&)>& step) = 0;
};

/// Names of LiteLLM's columns in this database, as sorted `table.column`.
[[nodiscard]] std::vector<std::string> list_litellm_columns(Transaction& transaction);

} // namespace litellm::db
