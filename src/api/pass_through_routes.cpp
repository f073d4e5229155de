#include "pass_through_routes.hpp"

#include <memory>

namespace litellm::api {

using http::Method;

namespace {

boost::asio::awaitable<void>
pass(ModelServices services, Call& call, std::shared_ptr<const inference::PassThrough> target)
{
    std::string subpath;
    if (const auto rest = call.path_parameters.find("endpoint"); rest != call.path_parameters.end())
        subpath = rest->second;
    inference::CallContext context{call.exchange, call.principal, call.call_id, {}};
    const auto passed = co_await services.models.pass_through(context, *target, subpath);
    if (passed || call.exchange.has_responded())
        co_return;
    const http::Response response = error_response(passed.error());
    co_await call.exchange.respond(response);
}

} // namespace

std::vector<Route> pass_through_routes(ModelServices services)
{
    std::vector<std::string> problems;
    std::vector<Route> routes;
    for (auto& each : inference::pass_throughs(services.config, problems)) {
        const auto target = std::make_shared<const inference::PassThrough>(std::move(each));
        std::vector<std::string> paths;
        if (target->provider.empty())
            paths.push_back(target->path);
        if (target->includes_subpaths)
            paths.push_back(target->path + "/{endpoint:path}");
        for (const Method method : {Method::get, Method::post, Method::put, Method::del, Method::patch}) {
            Route route;
            route.method = method;
            route.paths = paths;
            route.access = target->needs_key ? auth::Access::model_call : auth::Access::open;
            route.summary = "Passes requests on to " +
                (target->provider.empty() ? std::string("an address of the configuration") : target->provider
                );
            route.raw = [services, target](Call& call) { return pass(services, call, target); };
            routes.push_back(std::move(route));
        }
    }
    return routes;
}

} // namespace litellm::api
