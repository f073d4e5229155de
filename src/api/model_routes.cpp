#include "litellm/api/model_routes.hpp"

#include "cost_routes.hpp"
#include "file_routes.hpp"
#include "health_routes.hpp"
#include "model_info.hpp"
#include "other_api_routes.hpp"
#include "pass_through_routes.hpp"

#include <nlohmann/json.hpp>

namespace litellm::api {

using auth::Access;
using http::Method;
using providers::Operation;

namespace {

boost::asio::awaitable<void> call_model(ModelServices services, Call& call, Operation operation)
{
    inference::CallContext context{call.exchange, call.principal, call.call_id, {}, operation};
    if (const auto model = call.path_parameters.find("model"); model != call.path_parameters.end())
        context.path_model = model->second;
    const auto served = co_await services.models.serve(context);
    if (served || call.exchange.has_responded())
        co_return;
    const http::Response response = error_response(served.error());
    co_await call.exchange.respond(response);
}

Route model_call(
    ModelServices services, std::vector<std::string> paths, Operation operation, std::string summary
)
{
    Route route;
    route.method = Method::post;
    route.paths = std::move(paths);
    route.access = Access::model_call;
    route.summary = std::move(summary);
    route.raw = [services, operation](Call& call) { return call_model(services, call, operation); };
    return route;
}

Route reader(std::vector<std::string> paths, Access access, std::string summary, JsonHandler handler)
{
    Route route;
    route.paths = std::move(paths);
    route.access = access;
    route.summary = std::move(summary);
    route.json = std::move(handler);
    return route;
}

} // namespace

std::vector<Route> model_routes(ModelServices services)
{
    std::vector<Route> routes;
    routes.push_back(model_call(
        services,
        {"/v1/chat/completions",
         "/chat/completions",
         "/engines/{model:path}/chat/completions",
         "/openai/deployments/{model:path}/chat/completions"},
        Operation::chat_completions,
        "Chat completion"
    ));
    routes.push_back(model_call(
        services,
        {"/v1/completions",
         "/completions",
         "/engines/{model:path}/completions",
         "/openai/deployments/{model:path}/completions"},
        Operation::completions,
        "Text completion"
    ));
    routes.push_back(model_call(
        services,
        {"/v1/embeddings",
         "/embeddings",
         "/engines/{model:path}/embeddings",
         "/openai/deployments/{model:path}/embeddings"},
        Operation::embeddings,
        "Embeddings"
    ));
    routes.push_back(reader(
        {"/v1/models", "/models"},
        Access::any_key,
        "Models the key may use",
        [services](Call& call, const Json&) { return list_models(services, call); }
    ));
    routes.push_back(reader(
        {"/v1/models/{model_id:path}", "/models/{model_id:path}"},
        Access::any_key,
        "One model",
        [services](Call& call, const Json&) { return show_model(services, call); }
    ));
    routes.push_back(reader(
        {"/model/info", "/v1/model/info"},
        Access::any_key,
        "Deployments and their prices, without secrets",
        [services](Call& call, const Json&) { return show_model_info(services, call); }
    ));
    routes.push_back(reader(
        {"/v2/model/info"},
        Access::any_key,
        "Deployments page by page",
        [services](Call& call, const Json&) { return page_model_info(services, call); }
    ));
    routes.push_back(reader(
        {"/model_group/info"},
        Access::any_key,
        "What model groups can do",
        [services](Call& call, const Json&) { return show_model_groups(services, call); }
    ));
    routes.push_back(reader(
        {"/utils/supported_openai_params"},
        Access::any_key,
        "Parameters that a model takes",
        [services](Call& call, const Json&) { return show_supported_parameters(services, call); }
    ));
    for (Route& route : other_api_routes(services))
        routes.push_back(std::move(route));
    // Before the pass-through routes, which know no owners.
    for (Route& route : file_routes(services))
        routes.push_back(std::move(route));
    for (Route& route : pass_through_routes(services))
        routes.push_back(std::move(route));
    for (Route& route : health_routes(services))
        routes.push_back(std::move(route));
    for (Route& route : cost_routes(services))
        routes.push_back(std::move(route));
    return routes;
}

} // namespace litellm::api
