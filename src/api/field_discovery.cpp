#include "openapi.hpp"

#include "litellm/core/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <stdexcept>

namespace litellm::api {

namespace {

/// An empty request that nobody sent.
class BlankExchange final : public http::Exchange {
public:
    explicit BlankExchange(http::Method method) { request_.method = method; }

    const http::Request& request() const override { return request_; }
    http::Worker& worker() override { throw std::logic_error("an empty request is not served"); }
    Task<std::string_view> read_body(std::size_t) override { co_return std::string_view(); }
    std::optional<std::uint64_t> body_length() const override { return 0; }
    Task<std::string_view> read_body_piece() override { co_return std::string_view(); }
    boost::asio::awaitable<void> respond(const http::Response&) override { co_return; }
    boost::asio::awaitable<void>
    respond(int, const http::HeaderLines&, std::span<const std::string_view>) override
    {
        co_return;
    }
    boost::asio::awaitable<bool> start_stream(int, const http::HeaderLines&) override { co_return false; }
    boost::asio::awaitable<bool> write(std::string_view) override { co_return false; }
    boost::asio::awaitable<bool> end_stream() override { co_return false; }
    void abort() override {}
    bool has_responded() const override { return false; }
    bool is_client_gone() const override { return true; }
    void on_client_gone(std::function<void()>) override {}

private:
    http::Request request_;
};

/// `{name}` and `{name:path}` of a path.
std::vector<std::string> parameters_of(const std::string& path)
{
    std::vector<std::string> names;
    for (auto open = path.find('{'); open != std::string::npos; open = path.find('{', open + 1)) {
        const auto end = path.find_first_of(":}", open);
        names.push_back(path.substr(open + 1, end - open - 1));
    }
    return names;
}

/// The field that a refusal misses is required.
void mark_required(std::vector<Field>& fields, const Error& error)
{
    if (error.message.find("Field required") == std::string::npos)
        return;
    for (Field& field : fields) {
        if (field.name == error.parameter)
            field.is_required = true;
    }
}

} // namespace

std::vector<Field> fields_of(const Route& route)
{
    if (!route.json)
        return {};
    BlankExchange exchange(route.method);
    Call call{exchange, std::make_shared<const auth::Principal>(), {}, {}};
    for (const auto& name : parameters_of(route.paths.front()))
        call.path_parameters[name] = "";
    FieldWatch watch;
    boost::asio::io_context loop;
    const Json nothing = Json::object();
    boost::asio::co_spawn(
        loop,
        route.json(call, nothing),
        [&](std::exception_ptr, Result<JsonResponse> answer) {
            if (!answer)
                mark_required(watch.fields(), answer.error());
        }
    );
    loop.run();
    return std::move(watch.fields());
}

} // namespace litellm::api
