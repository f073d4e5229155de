#pragma once
// Threads that own one session each and take transactions from one queue.

#include "driver.hpp"

#include <condition_variable>
#include <deque>
#include <thread>

namespace litellm::db {

class WorkerPool {
public:
    using Step = std::function<Result<void>(Transaction&)>;
    using Done = std::function<void(Result<void>)>;

    /// Every session gets a thread. A step that no thread took within `acquire_timeout` ends as unavailable.
    WorkerPool(std::vector<std::unique_ptr<Session>> sessions, milliseconds acquire_timeout);
    /// Lets running steps finish; waiting ones end as unavailable.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// `done` is called once, on a thread of the pool, after `step` has been destroyed.
    void submit(Step step, Done done);
    /// Refuses what waits and what comes later, and returns when no `done` is being called any more.
    void close();

private:
    struct Job {
        Step step;
        Done done;
        std::chrono::steady_clock::time_point deadline;
    };

    void serve(Session& session);
    void expire_waiting_jobs();
    static void finish(Job job, const Error& error);

    const milliseconds acquire_timeout_;
    std::vector<std::unique_ptr<Session>> sessions_;
    std::mutex mutex_;
    std::condition_variable work_arrived_;
    std::condition_variable deadline_changed_;
    std::deque<Job> waiting_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

/// Brings the notices of other processes to the notice board while it lives.
class Listener {
public:
    virtual ~Listener() = default;
};
using ListenerFactory = std::function<std::unique_ptr<Listener>()>;

/// A database whose transactions run on a WorkerPool.
class PooledDatabase final : public Database {
public:
    PooledDatabase(
        Dialect dialect,
        std::shared_ptr<SharedState> state,
        std::vector<std::unique_ptr<Session>> sessions,
        milliseconds acquire_timeout,
        ListenerFactory make_listener = {}
    );

    [[nodiscard]] std::unique_ptr<Subscription> subscribe(Subscriber subscriber) override;
    [[nodiscard]] Dialect dialect() const override { return dialect_; }
    [[nodiscard]] bool is_reachable() const override { return state_->is_reachable; }
    void close() { pool_.close(); }

protected:
    boost::asio::awaitable<Result<void>> run(Step step) override;
    Result<void> run_now(const Step& step) override;

private:
    const Dialect dialect_;
    const std::shared_ptr<SharedState> state_;
    const ListenerFactory make_listener_;
    std::once_flag listening_;
    std::unique_ptr<Listener> listener_;
    WorkerPool pool_;
};

} // namespace litellm::db
