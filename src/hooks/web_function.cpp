#include "python_function.hpp"

#include "litellm/core/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::hooks {

namespace {

constexpr std::size_t longest_answer = 1024 * 1024;

class WebFunction final : public CustomFunction {
public:
    WebFunction(FunctionOptions options, http::EventLoops& loops)
        : options_(std::move(options)), loops_(loops)
    {
    }

    Task<Json> call(Json argument) override
    {
        auto work = run(to_text(argument));
        co_return co_await boost::asio::co_spawn(
            loops_.worker(0).executor, std::move(work), boost::asio::use_awaitable
        );
    }

private:
    /// On the loop whose client is used.
    Task<Json> run(std::string argument)
    {
        http::ClientRequest request;
        request.url = options_.name;
        request.extra_headers = {"Content-Type: application/json", "Accept: application/json"};
        request.body = std::move(argument);
        request.connect_timeout = std::min(options_.deadline, std::chrono::milliseconds(5'000));
        request.total_timeout = options_.deadline;
        const auto transfer = loops_.worker(0).client->start(std::move(request));
        const auto body = co_await transfer->collect(longest_answer);
        if (!body)
            co_return failed(body.error().message);
        const auto head = co_await transfer->head();
        if (!head)
            co_return failed(head.error().message);
        if ((*head)->status != 200)
            co_return failed(fmt::format("status {}", (*head)->status));
        auto answer = parse_json(*body);
        if (!answer)
            co_return failed("the answer is no JSON");
        co_return std::move(*answer);
    }

    Error failed(const std::string& why) const
    {
        log::error("hooks", "the operator's web hook failed: {}", why);
        Error error{ErrorKind::upstream_failed, "The operator's web hook failed; the log has more"};
        error.status = 500;
        return error;
    }

    const FunctionOptions options_;
    http::EventLoops& loops_;
};

bool is_web_address(const std::string& name)
{
    if (name.starts_with("https://"))
        return true;
    const auto is_local = [&](std::string_view host) {
        return name.starts_with(host) &&
            (name.size() == host.size() || name[host.size()] == ':' || name[host.size()] == '/');
    };
    return is_local("http://127.0.0.1") || is_local("http://localhost") || is_local("http://[::1]");
}

bool is_dotted_name(const std::string& name)
{
    const auto is_part = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
            c == '.';
    };
    const auto dot = name.rfind('.');
    return dot != std::string::npos && dot > 0 && dot + 1 < name.size() && name.front() != '.' &&
        name.find("..") == std::string::npos && std::all_of(name.begin(), name.end(), is_part);
}

} // namespace

std::unique_ptr<CustomFunction> make_web_function(FunctionOptions options, http::EventLoops& loops)
{
    return std::make_unique<WebFunction>(std::move(options), loops);
}

Result<std::unique_ptr<CustomFunction>> make_custom_function(FunctionOptions options, http::EventLoops& loops)
{
    if (is_web_address(options.name))
        return make_web_function(std::move(options), loops);
    if (is_dotted_name(options.name))
        return make_python_function(std::move(options));
    return invalid_input(fmt::format(
        "'{}' is neither a Python function, such as custom_auth.custom_generate_key_fn, nor an https:// "
        "address",
        options.name
    ));
}

} // namespace litellm::hooks
