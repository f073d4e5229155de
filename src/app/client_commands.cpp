#include "client_commands.hpp"

#include "litellm/http/event_loops.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <fstream>

namespace litellm::app {

namespace {

constexpr std::size_t max_answer_bytes = 16 * 1024 * 1024;

struct Answer {
    int status = 0;
    std::string body;
};

Task<Answer> ask(http::Client& client, http::ClientRequest request)
{
    const auto transfer = client.start(std::move(request));
    auto body = co_await transfer->collect(max_answer_bytes);
    if (!body)
        co_return body.error();
    const auto head = co_await transfer->head();
    if (!head)
        co_return head.error();
    Answer answer;
    answer.status = (*head)->status;
    answer.body = std::move(*body);
    co_return answer;
}

std::string own_url(const config::Config& config)
{
    const std::string host = config.server.host == "0.0.0.0" ? "127.0.0.1" : config.server.host;
    return fmt::format(
        "{}://{}:{}", config.server.ssl_certfile_path.empty() ? "http" : "https", host, config.server.port
    );
}

/// The configured key, or the one that the running proxy made for itself.
std::string own_key(const config::Config& config)
{
    if (config.general.master_key)
        return config.general.master_key->reveal();
    std::string key;
    std::ifstream(config.server.data_directory / "master_key") >> key;
    return key;
}

int print_answer(const config::Config& config, http::ClientRequest request)
{
    if (const std::string key = own_key(config); !key.empty())
        request.extra_headers.push_back("Authorization: Bearer " + key);
    request.extra_headers.emplace_back("Content-Type: application/json");
    request.total_timeout = std::chrono::seconds(120);
    const std::string url = request.url;
    http::EventLoops loops(1, http::ClientOptions{});
    loops.start();
    auto& worker = loops.worker(0);
    const auto answer = boost::asio::co_spawn(
                            worker.executor, ask(*worker.client, std::move(request)), boost::asio::use_future
    )
                            .get();
    if (!answer) {
        fmt::print(stderr, "litellm-cpp: no answer from {}: {}\n", url, answer.error().message);
        return 1;
    }
    fmt::print("{}\n", answer->body);
    return answer->status == 200 ? 0 : 1;
}

} // namespace

int print_health(const config::Config& config)
{
    http::ClientRequest request;
    request.method = http::Method::get;
    request.url = own_url(config) + "/health";
    return print_answer(config, std::move(request));
}

int send_test_request(const config::Config& config, const std::string& base_url)
{
    http::ClientRequest request;
    request.url = (base_url.empty() ? own_url(config) : base_url) + "/v1/chat/completions";
    Json message{{"role", "user"}, {"content", "this is a test request, write a short poem"}};
    Json body = Json::object();
    body["model"] =
        config.model_list.empty() ? std::string("gpt-3.5-turbo") : config.model_list.front().model_name;
    body["messages"] = Json::array({std::move(message)});
    request.body = to_text(body);
    return print_answer(config, std::move(request));
}

} // namespace litellm::app
