#include "litellm/api/metrics_routes.hpp"

#include <nlohmann/json.hpp>

namespace litellm::api {

namespace {

boost::asio::awaitable<void> show(Call& call, const std::vector<MetricsSource>& sources)
{
    MetricsText figures;
    for (const auto& source : sources)
        co_await source(figures);
    http::Response response;
    response.headers.add("content-type", "text/plain; version=0.0.4; charset=utf-8");
    response.headers.add("cache-control", "no-store");
    response.body = figures.text();
    co_await call.exchange.respond(response);
}

bool names_prometheus(const Json& list)
{
    if (list.is_string())
        return list == Json("prometheus");
    for (const Json& each : list.is_array() ? list : Json::array()) {
        if (each == Json("prometheus"))
            return true;
    }
    return false;
}

bool is_open(const config::Config& config)
{
    const Json& settings = config.litellm.raw;
    if (!settings.is_object() || settings.value("require_auth_for_metrics_endpoint", Json()) == Json(true))
        return false;
    for (const char* name : {"callbacks", "success_callback", "failure_callback", "service_callback"}) {
        if (names_prometheus(settings.value(name, Json())))
            return true;
    }
    return false;
}

} // namespace

std::vector<Route> metrics_routes(const config::Config& config, std::vector<MetricsSource> sources)
{
    Route route;
    route.method = http::Method::get;
    route.paths = {"/metrics"};
    route.access = is_open(config) ? auth::Access::open : auth::Access::admin_reader;
    route.summary = "Figures for Prometheus";
    route.raw = [sources = std::move(sources)](Call& call) { return show(call, sources); };
    std::vector<Route> routes;
    routes.push_back(std::move(route));
    return routes;
}

} // namespace litellm::api
