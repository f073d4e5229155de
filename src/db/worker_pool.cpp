#include "worker_pool.hpp"

#include "litellm/core/log.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <pthread.h>

#include <future>

namespace litellm::db {

namespace {

using std::chrono::steady_clock;

Result<void> run_guarded(Session& session, const WorkerPool::Step& step)
{
    try {
        return session.run(step);
    } catch (const Failure& failure) {
        return failure.error();
    } catch (const std::exception& error) {
        log::error("db", "a transaction failed with an exception: {}", error.what());
        return internal_error(error.what());
    }
}

/// Carries an awaiting coroutine back to its own executor, which is kept running meanwhile.
template <class Handler>
class Resumption {
public:
    explicit Resumption(Handler handler)
        : work_(boost::asio::make_work_guard(handler)), handler_(std::move(handler))
    {
    }

    static void resume(const std::shared_ptr<Resumption>& self, Result<void> result)
    {
        boost::asio::dispatch(self->work_.get_executor(), [self, result = std::move(result)]() mutable {
            // Resuming may run for long and may destroy the awaiting frame: nothing of `self` is used
            // afterwards.
            Handler handler = std::move(self->handler_);
            self->work_.reset();
            handler(std::move(result));
        });
    }

private:
    boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> work_;
    Handler handler_;
};

} // namespace

WorkerPool::WorkerPool(std::vector<std::unique_ptr<Session>> sessions, milliseconds acquire_timeout)
    : acquire_timeout_(acquire_timeout), sessions_(std::move(sessions))
{
    for (const std::unique_ptr<Session>& session : sessions_)
        threads_.emplace_back([this, &session] { serve(*session); });
    threads_.emplace_back([this] { expire_waiting_jobs(); });
}

WorkerPool::~WorkerPool()
{
    close();
}

void WorkerPool::close()
{
    std::deque<Job> abandoned;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        abandoned.swap(waiting_);
    }
    work_arrived_.notify_all();
    deadline_changed_.notify_all();
    for (Job& job : abandoned)
        finish(std::move(job), unavailable("the database is being closed"));
    for (std::thread& thread : threads_) {
        if (thread.joinable())
            thread.join();
    }
}

void WorkerPool::submit(Step step, Done done)
{
    Job job{std::move(step), std::move(done), steady_clock::now() + acquire_timeout_};
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_) {
            waiting_.push_back(std::move(job));
            if (waiting_.size() == 1)
                deadline_changed_.notify_one();
            work_arrived_.notify_one();
            return;
        }
    }
    finish(std::move(job), unavailable("the database is being closed"));
}

void WorkerPool::serve(Session& session)
{
    pthread_setname_np(pthread_self(), "database");
    while (true) {
        std::unique_lock lock(mutex_);
        work_arrived_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_)
            return;
        Job job = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        Result<void> result = run_guarded(session, job.step);
        job.step = nullptr;
        job.done(std::move(result));
    }
}

void WorkerPool::expire_waiting_jobs()
{
    pthread_setname_np(pthread_self(), "database-wait");
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (waiting_.empty()) {
            deadline_changed_.wait(lock);
            continue;
        }
        // Jobs wait equally long, so that the oldest is always the next to expire.
        const steady_clock::time_point deadline = waiting_.front().deadline;
        if (steady_clock::now() < deadline) {
            deadline_changed_.wait_until(lock, deadline);
            continue;
        }
        Job job = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        finish(std::move(job), unavailable("no database connection came free in time"));
        lock.lock();
    }
}

void WorkerPool::finish(Job job, const Error& error)
{
    job.step = nullptr;
    job.done(error);
}

PooledDatabase::PooledDatabase(
    Dialect dialect,
    std::shared_ptr<SharedState> state,
    std::vector<std::unique_ptr<Session>> sessions,
    milliseconds acquire_timeout,
    ListenerFactory make_listener
)
    : dialect_(dialect),
      state_(std::move(state)),
      make_listener_(std::move(make_listener)),
      pool_(std::move(sessions), acquire_timeout)
{
}

std::unique_ptr<Subscription> PooledDatabase::subscribe(Subscriber subscriber)
{
    auto subscription = post(std::shared_ptr<NoticeBoard>(state_, &state_->notices), std::move(subscriber));
    if (make_listener_)
        std::call_once(listening_, [this] { listener_ = make_listener_(); });
    return subscription;
}

boost::asio::awaitable<Result<void>> PooledDatabase::run(Step step)
{
    auto start = [this, &step](auto handler) {
        using Handler = decltype(handler);
        auto resumption = std::make_shared<Resumption<Handler>>(std::move(handler));
        pool_.submit(std::move(step), [resumption = std::move(resumption)](Result<void> result) {
            Resumption<Handler>::resume(resumption, std::move(result));
        });
    };
    const auto& token = boost::asio::use_awaitable;
    Result<void> result =
        co_await boost::asio::async_initiate<decltype(token), void(Result<void>)>(start, token);
    co_return result;
}

Result<void> PooledDatabase::run_now(const Step& step)
{
    std::promise<Result<void>> promise;
    std::future<Result<void>> answer = promise.get_future();
    pool_.submit(
        [&step](Transaction& transaction) { return step(transaction); },
        [&promise](Result<void> result) { promise.set_value(std::move(result)); }
    );
    return answer.get();
}

} // namespace litellm::db
