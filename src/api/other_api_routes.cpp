// Model calls of other APIs than chat, completions and embeddings.

#include "other_api_routes.hpp"

#include <nlohmann/json.hpp>

namespace litellm::api {

using auth::Access;
using http::Method;
using providers::NativeApi;

namespace {

boost::asio::awaitable<void>
serve(ModelServices services, Call& call, NativeApi api, ErrorShape error_shape, bool stream)
{
    inference::CallContext context{
        call.exchange, call.principal, call.call_id, {}, providers::Operation::chat_completions, api, stream};
    if (const auto model = call.path_parameters.find("model"); model != call.path_parameters.end())
        context.path_model = model->second;
    const auto served = co_await services.models.serve(context);
    if (served || call.exchange.has_responded())
        co_return;
    const http::Response response =
        error_shape != nullptr ? error_shape(served.error()) : error_response(served.error());
    co_await call.exchange.respond(response);
}

Route model_call(
    ModelServices services,
    std::vector<std::string> paths,
    NativeApi api,
    std::string summary,
    ErrorShape error_shape = nullptr
)
{
    Route route;
    route.method = Method::post;
    route.paths = std::move(paths);
    route.access = Access::model_call;
    route.summary = std::move(summary);
    route.error_shape = error_shape;
    route.raw = [services, api, error_shape](Call& call) {
        return serve(services, call, api, error_shape, false);
    };
    return route;
}

boost::asio::awaitable<void> count_tokens(ModelServices services, Call& call)
{
    inference::CallContext context{
        call.exchange,
        call.principal,
        call.call_id,
        {},
        providers::Operation::chat_completions,
        NativeApi::messages};
    const auto counted = co_await services.models.count_tokens(context);
    http::Response response;
    if (counted) {
        response.headers.add("content-type", "application/json");
        response.body = to_text(Json{{"input_tokens", *counted}});
    } else {
        response = anthropic_error_response(counted.error());
    }
    co_await call.exchange.respond(response);
}

/// Google also tells which of them are text and which a picture: an estimate does not know.
boost::asio::awaitable<void> count_google_tokens(ModelServices services, Call& call, const std::string& model)
{
    inference::CallContext context{
        call.exchange,
        call.principal,
        call.call_id,
        {},
        providers::Operation::chat_completions,
        NativeApi::generate_content};
    context.path_model = model;
    const auto counted = co_await services.models.count_tokens(context);
    http::Response response;
    if (counted) {
        const Json all = {{"modality", "TEXT"}, {"tokenCount", *counted}};
        response.headers.add("content-type", "application/json");
        response.body = to_text(Json{{"totalTokens", *counted}, {"promptTokensDetails", Json::array({all})}});
    } else {
        response = google_error_response(counted.error());
    }
    co_await call.exchange.respond(response);
}

Error unknown_verb()
{
    return not_found("The path must end in :generateContent, :streamGenerateContent or :countTokens.");
}

/// `/models/{model}:generateContent` and its siblings: the verb stands behind the model's name.
boost::asio::awaitable<void> generate_content(ModelServices services, Call& call)
{
    std::string& model = call.path_parameters["model"];
    const auto colon = model.rfind(':');
    const std::string verb = colon == std::string::npos ? std::string() : model.substr(colon + 1);
    if (verb != "generateContent" && verb != "streamGenerateContent" && verb != "countTokens") {
        const http::Response response = google_error_response(unknown_verb());
        co_await call.exchange.respond(response);
        co_return;
    }
    model.resize(colon);
    if (verb == "countTokens") {
        co_await count_google_tokens(services, call, model);
        co_return;
    }
    const bool stream = verb == "streamGenerateContent";
    co_await serve(services, call, NativeApi::generate_content, google_error_response, stream);
}

} // namespace

std::vector<Route> other_api_routes(ModelServices services)
{
    std::vector<Route> routes;
    routes.push_back(model_call(
        services,
        {"/v1/messages"},
        NativeApi::messages,
        "Anthropic's Messages API, with any model behind it",
        anthropic_error_response
    ));
    routes.push_back(model_call(
        services,
        {"/v1/responses", "/responses", "/openai/v1/responses"},
        NativeApi::responses,
        "OpenAI's Responses API, with any model behind it"
    ));
    routes.push_back(
        model_call(services, {"/v1/moderations", "/moderations"}, NativeApi::moderations, "Moderation")
    );
    routes.push_back(model_call(
        services,
        {"/v1/images/generations",
         "/images/generations",
         "/openai/deployments/{model:path}/images/generations"},
        NativeApi::images,
        "Pictures"
    ));
    routes.push_back(
        model_call(services, {"/v1/audio/speech", "/audio/speech"}, NativeApi::speech, "Speech of a text")
    );
    routes.push_back(model_call(
        services,
        {"/v1/audio/transcriptions", "/audio/transcriptions"},
        NativeApi::transcriptions,
        "Text of a recording"
    ));
    routes.push_back(model_call(
        services,
        {"/v1/audio/translations", "/audio/translations"},
        NativeApi::translations,
        "English text of a recording"
    ));
    routes.push_back(model_call(
        services,
        {"/v1/images/edits", "/images/edits", "/openai/deployments/{model:path}/images/edits"},
        NativeApi::image_edits,
        "Pictures made of others"
    ));
    routes.push_back(model_call(
        services,
        {"/v1/images/variations", "/images/variations"},
        NativeApi::image_variations,
        "Variations of a picture"
    ));
    routes.push_back(model_call(
        services,
        {"/v1/rerank", "/rerank", "/v2/rerank"},
        NativeApi::rerank,
        "Documents in the order of their relevance"
    ));

    Route count;
    count.method = Method::post;
    count.paths = {"/v1/messages/count_tokens"};
    count.access = Access::model_call;
    count.summary = "Tokens of a request to /v1/messages";
    count.error_shape = anthropic_error_response;
    count.raw = [services](Call& call) { return count_tokens(services, call); };
    routes.push_back(std::move(count));

    Route google;
    google.method = Method::post;
    google.paths = {"/v1beta/models/{model:path}", "/v1/models/{model:path}", "/models/{model:path}"};
    google.access = Access::model_call;
    google.summary = "Google's generateContent, with any model behind it";
    google.error_shape = google_error_response;
    google.takes_key_in_query = true;
    google.raw = [services](Call& call) { return generate_content(services, call); };
    routes.push_back(std::move(google));
    return routes;
}

} // namespace litellm::api
