#include "litellm/http/event_loops.hpp"

#include "curl_client.hpp"
#include "event_loop.hpp"
#include "litellm/core/log.hpp"

#include <pthread.h>

namespace litellm::http {

EventLoops::EventLoops(int count, const ClientOptions& options)
{
    for (int i = 0; i < count; ++i) {
        auto loop = std::make_unique<Loop>();
        loop->work.emplace(boost::asio::make_work_guard(loop->context));
        loop->client = make_curl_client(loop->context, options);
        loop->worker = Worker{i, loop->context.get_executor(), loop->client.get()};
        loops_.push_back(std::move(loop));
    }
}

EventLoops::~EventLoops()
{
    stop();
}

Worker& EventLoops::worker(int index)
{
    return loop(index).worker;
}
int EventLoops::size() const
{
    return static_cast<int>(loops_.size());
}
EventLoops::Loop& EventLoops::loop(int index)
{
    return *loops_.at(static_cast<std::size_t>(index));
}

void EventLoops::start()
{
    for (auto& loop : loops_) {
        loop->thread = std::thread([&context = loop->context, index = loop->worker.index] {
            pthread_setname_np(pthread_self(), ("loop-" + std::to_string(index)).c_str());
            for (;;) {
                try {
                    context.run();
                    return;
                } catch (const std::exception& error) {
                    // Coroutines catch what they throw; what arrives here is a bug in a callback, and one bad
                    // callback must not end the process.
                    log::error("http", "uncaught exception on an event loop: {}", error.what());
                }
            }
        });
    }
}

void EventLoops::stop()
{
    for (auto& loop : loops_) {
        loop->work.reset();
        loop->context.stop();
    }
    for (auto& loop : loops_) {
        if (loop->thread.joinable())
            loop->thread.join();
    }
}

} // namespace litellm::http
