#include "python_function.hpp"

#include "worker_process.hpp"

#include "litellm/core/embedded_file.hpp"
#include "litellm/core/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <mutex>
#include <span>

namespace litellm::hooks {

std::span<const EmbeddedFile> embedded_files();

namespace {

using Moment = WorkerProcess::Moment;

Error failed(const FunctionOptions& options, std::string_view how, ErrorKind kind)
{
    Error error{kind, fmt::format("The operator's function {} {}", options.name, how)};
    error.status = 500;
    return error;
}

class PythonFunction final : public CustomFunction {
public:
    explicit PythonFunction(FunctionOptions options) : options_(std::move(options)) {}

    ~PythonFunction() override
    {
        {
            const std::lock_guard lock(mutex_);
            is_ending_ = true;
            if (worker_)
                worker_->interrupt();
        }
        thread_.join();
    }

    Task<Json> call(Json argument) override
    {
        auto work = run(to_text(argument));
        co_return co_await boost::asio::co_spawn(
            thread_.get_executor(), std::move(work), boost::asio::use_awaitable
        );
    }

private:
    /// On the function's own thread, which may wait.
    Task<Json> run(std::string argument)
    {
        const Moment deadline = std::chrono::steady_clock::now() + options_.deadline;
        if (const auto started = start_worker(deadline); !started)
            co_return started.error();
        co_return ask(std::move(argument), deadline);
    }

    Result<void> start_worker(Moment deadline)
    {
        if (worker_)
            return {};
        const std::string script(embedded_files().front().bytes);
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(options_.deadline).count();
        auto started = WorkerProcess::start(
            {options_.python,
             "-c",
             script,
             options_.directory.string(),
             options_.name,
             std::to_string(seconds)}
        );
        if (!started) {
            log::error("hooks", "{}: {}", options_.name, started.error().message);
            return failed(options_, "cannot be run: there is no Python", ErrorKind::unavailable);
        }
        {
            const std::lock_guard lock(mutex_);
            if (is_ending_)
                return failed(options_, "is not run any more", ErrorKind::unavailable);
            worker_ = std::move(*started);
        }
        // The first line says whether the function was found.
        const auto loaded = receive(deadline);
        if (loaded)
            return {};
        drop_worker();
        return loaded.error();
    }

    void drop_worker()
    {
        std::unique_ptr<WorkerProcess> worker;
        const std::lock_guard lock(mutex_);
        worker = std::move(worker_);
    }

    Result<Json> ask(std::string argument, Moment deadline)
    {
        if (const auto sent = worker_->send_line(std::move(argument), deadline); !sent)
            return give_up(sent.error());
        auto answer = receive(deadline);
        if (!answer)
            return answer;
        return answer->value("result", Json());
    }

    Result<Json> receive(Moment deadline)
    {
        const auto line = worker_->receive_line(deadline);
        if (!line)
            return give_up(line.error());
        auto answer = parse_json(*line);
        if (!answer || !answer->is_object())
            return give_up(unavailable("the worker process sent what is no JSON object"));
        const auto error = answer->find("error");
        if (error != answer->end() && error->is_string())
            return failed(
                options_,
                fmt::format("failed with {}; the log has more", error->get<std::string>()),
                ErrorKind::upstream_failed
            );
        return std::move(*answer);
    }

    /// What cannot be asked any more is ended; the next call starts anew.
    Error give_up(const Error& error)
    {
        log::error("hooks", "{}: {}", options_.name, error.message);
        drop_worker();
        if (error.kind == ErrorKind::timed_out)
            return failed(
                options_,
                fmt::format("took longer than {} ms", options_.deadline.count()),
                ErrorKind::timed_out
            );
        return failed(options_, "ended without an answer; the log has more", ErrorKind::unavailable);
    }

    const FunctionOptions options_;
    boost::asio::thread_pool thread_{1};
    std::mutex mutex_; ///< the end comes from another thread
    std::unique_ptr<WorkerProcess> worker_;
    bool is_ending_ = false;
};

} // namespace

std::unique_ptr<CustomFunction> make_python_function(FunctionOptions options)
{
    return std::make_unique<PythonFunction>(std::move(options));
}

} // namespace litellm::hooks
