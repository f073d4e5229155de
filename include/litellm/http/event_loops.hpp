#pragma once
// The event loops: one thread each, with an HTTP client of its own.

#include "litellm/http/client.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <vector>

namespace litellm::http {

/// What code running on a loop may use of it.
struct Worker {
    int index = 0;
    boost::asio::any_io_executor executor;
    Client* client = nullptr;
};

class EventLoops {
public:
    EventLoops(int count, const ClientOptions& options);
    /// Stops and joins.
    ~EventLoops();
    EventLoops(const EventLoops&) = delete;
    EventLoops& operator=(const EventLoops&) = delete;

    [[nodiscard]] Worker& worker(int index);
    [[nodiscard]] int size() const;
    /// Starts the threads.
    void start();
    /// Lets the threads finish what they run and joins them; what still waits is destroyed with the loops.
    void stop();

    struct Loop;
    [[nodiscard]] Loop& loop(int index);

private:
    std::vector<std::unique_ptr<Loop>> loops_;
};

} // namespace litellm::http
