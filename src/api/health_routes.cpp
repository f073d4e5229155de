#include "health_routes.hpp"

#include "model_info.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::api {

using auth::Access;
using http::Method;

namespace {

boost::asio::awaitable<void> say_alive(Call& call)
{
    http::HeaderLines headers;
    headers.add("content-type", "application/json");
    const std::string_view body = "\"I'm alive!\"";
    co_await call.exchange.respond(200, headers, std::span(&body, 1));
}

boost::asio::awaitable<void> list_methods(Call& call)
{
    http::HeaderLines headers;
    headers.add("allow", "GET, OPTIONS");
    headers.add("access-control-allow-origin", "*");
    headers.add("access-control-allow-methods", "GET, OPTIONS");
    const std::span<const std::string_view> nothing;
    co_await call.exchange.respond(200, headers, nothing);
}

Task<JsonResponse> readiness(ModelServices services)
{
    const bool reachable = services.is_database_reachable();
    JsonResponse response;
    if (!reachable && !services.config.general.allow_requests_on_db_unavailable) {
        response.status = 503;
        response.body = Json{{"detail", "Service Unhealthy (the database cannot be reached)"}};
        co_return response;
    }
    // LiteLLM reports the state of the database as the status, and dashboards rely on it.
    response.body = Json{
        {"status", reachable ? "connected" : "disconnected"},
        {"db", "connected"},
        {"cache", nullptr},
        {"litellm_version", inference::version()},
        {"success_callbacks", Json::array()},
        {"use_aiohttp_transport", false},
        {"last_updated", to_iso8601(services.clock.now())}};
    co_return response;
}

Json entry_of(const inference::Health& health, bool details)
{
    Json entry = details ? public_params(health.deployment->params) : Json::object();
    entry["model"] = health.deployment->params.value("model", "");
    if (details)
        entry["model_id"] = health.deployment->id;
    if (!health.is_healthy)
        entry["error"] = health.error;
    return entry;
}

/// What the background checks found, when there are any.
const inference::Health* find_health(
    const std::optional<std::vector<inference::Health>>& known, const inference::Deployment& deployment
)
{
    if (!known)
        return nullptr;
    const auto found = std::find_if(known->begin(), known->end(), [&](const inference::Health& each) {
        return each.deployment->id == deployment.id;
    });
    return found == known->end() ? nullptr : &*found;
}

/// Asks every deployment that the caller may use, one after another.
Task<JsonResponse> check_health(ModelServices services, Call& call)
{
    const auto model = call.query("model");
    const auto model_id = call.query("model_id");
    Json healthy = Json::array();
    Json unhealthy = Json::array();
    const bool details = services.config.general.health_check_details;
    bool any = false;
    const auto known = services.models.last_health();
    for (const auto& deployment : visible_deployments(services, *call.principal)) {
        if (model_id && deployment->id != *model_id)
            continue;
        if (model && deployment->group != *model && deployment->params.value("model", "") != *model)
            continue;
        any = true;
        const auto* const seen = find_health(known, *deployment);
        inference::Health health;
        if (seen != nullptr)
            health = *seen;
        else
            health = co_await services.models.probe(deployment, *call.exchange.worker().client);
        (health.is_healthy ? healthy : unhealthy).push_back(entry_of(health, details));
    }
    if ((model || model_id) && !any)
        co_return not_found("Model not found", model_id ? "model_id" : "model");
    JsonResponse response;
    response.body = Json::object();
    response.body["healthy_count"] = healthy.size();
    response.body["unhealthy_count"] = unhealthy.size();
    response.body["healthy_endpoints"] = std::move(healthy);
    response.body["unhealthy_endpoints"] = std::move(unhealthy);
    co_return response;
}

} // namespace

std::vector<Route> health_routes(ModelServices services)
{
    std::vector<Route> routes;
    const std::vector<std::string> alive{"/health/liveliness", "/health/liveness"};
    Route ping{Method::get, alive, Access::open, "Whether the process answers", {}, [](Call& call) {
                   return say_alive(call);
               }};
    Route methods{
        Method::options,
        {"/health/liveliness", "/health/liveness", "/health/readiness"},
        Access::open,
        "Methods",
        {},
        [](Call& call) { return list_methods(call); }};
    Route ready{
        Method::get,
        {"/health/readiness"},
        Access::open,
        "Whether the process can serve",
        [services](Call&, const Json&) { return readiness(services); },
        {}};
    Route health{
        Method::get,
        {"/health"},
        Access::any_key,
        "Asks every deployment",
        [services](Call& call, const Json&) { return check_health(services, call); },
        {}};
    for (Route* route : {&ping, &methods, &ready, &health})
        routes.push_back(std::move(*route));
    return routes;
}

} // namespace litellm::api
