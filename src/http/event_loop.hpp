#pragma once

#include "litellm/http/event_loops.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <optional>
#include <thread>

namespace litellm::http {

struct EventLoops::Loop {
    boost::asio::io_context context{1};
    std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work;
    std::unique_ptr<Client> client;
    Worker worker;
    std::thread thread;
};

} // namespace litellm::http
