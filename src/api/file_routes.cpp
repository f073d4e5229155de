#include "file_routes.hpp"

#include "litellm/inference/provider_files.hpp"

#include <utility>

namespace litellm::api {

using http::Method;
using inference::FilesCall;
using Kind = FilesCall::Kind;
using Verb = FilesCall::Verb;

namespace {

std::string path_parameter(const Call& call, const std::string& name)
{
    const auto found = call.path_parameters.find(name);
    return found == call.path_parameters.end() ? std::string() : found->second;
}

boost::asio::awaitable<void>
serve(ModelServices services, Call& call, Kind kind, Verb verb, std::string provider)
{
    const FilesCall asked{kind, verb, path_parameter(call, "id"), std::move(provider)};
    inference::CallContext context{call.exchange, call.principal, call.call_id, {}};
    const auto served = co_await services.models.serve_files(context, asked);
    if (served || call.exchange.has_responded())
        co_return;
    const http::Response response = error_response(served.error());
    co_await call.exchange.respond(response);
}

struct FileRoute {
    Kind kind;
    Verb verb;
    Method method;
    std::string_view path; ///< behind /v1, / and /openai/v1 and its like
    std::string_view summary;
};

constexpr FileRoute rows[] = {
    {Kind::file, Verb::create, Method::post, "/files", "Puts a file into a provider's store"},
    {Kind::file, Verb::list, Method::get, "/files", "Lists the caller's files"},
    {Kind::file, Verb::show, Method::get, "/files/{id}", "Shows a file"},
    {Kind::file, Verb::remove, Method::del, "/files/{id}", "Deletes a file"},
    {Kind::file, Verb::content, Method::get, "/files/{id}/content", "The bytes of a file"},
    {Kind::batch, Verb::create, Method::post, "/batches", "Starts a batch of calls"},
    {Kind::batch, Verb::list, Method::get, "/batches", "Lists the caller's batches"},
    {Kind::batch,
     Verb::show,
     Method::get,
     "/batches/{id}",
     "Shows a batch; what a finished one cost is charged then"},
    {Kind::batch, Verb::cancel, Method::post, "/batches/{id}/cancel", "Stops a batch"},
};

} // namespace

std::vector<Route> file_routes(ModelServices services)
{
    std::vector<Route> routes;
    for (const FileRoute& row : rows) {
        const auto add = [&](const std::string& provider, const std::vector<std::string>& prefixes) {
            Route route;
            route.method = row.method;
            for (const std::string& prefix : prefixes)
                route.paths.push_back(prefix + std::string(row.path));
            route.access = auth::Access::model_call;
            route.summary = row.summary;
            route.raw = [services, kind = row.kind, verb = row.verb, provider](Call& call) {
                return serve(services, call, kind, verb, provider);
            };
            routes.push_back(std::move(route));
        };
        add("", {"/v1", ""});
        // Others' files are behind their pass-through routes.
        for (const std::string provider : {"openai", "azure", "groq"})
            add(provider, {"/" + provider + "/v1"});
    }
    return routes;
}

} // namespace litellm::api
