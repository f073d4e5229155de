// Calls that are not made: what they would cost and send. /utils/token_counter, /utils/transform_request,
// /spend/calculate, /cost/estimate.

#include "cost_routes.hpp"

#include "json/field_reader.hpp"

#include "litellm/inference/prompt_tokens.hpp"
#include "litellm/spend/price_book.hpp"
#include "litellm/spend/tokenizer.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::api {

using auth::Access;
using http::Method;

namespace {

/// Counts off the event loops: a long prompt takes many milliseconds.
class Counting {
public:
    Task<std::int64_t> count(spend::Tokenizer tokenizer, const Json& request)
    {
        auto there = boost::asio::bind_executor(pool_, boost::asio::use_awaitable);
        co_await boost::asio::post(std::move(there));
        const std::int64_t tokens = inference::count_prompt_tokens(tokenizer, request);
        co_await boost::asio::post(boost::asio::use_awaitable);
        co_return tokens;
    }

private:
    boost::asio::thread_pool pool_{1};
};

struct Asked {
    std::string name;
    inference::Found found;
    std::shared_ptr<const inference::Models> models; ///< keeps `found` alive
    inference::DeploymentPtr deployment;

    [[nodiscard]] std::string model() const
    {
        return found.model.empty() ? deployment->endpoint.model : found.model;
    }
};

Result<Asked> find_model(const ModelServices& services, const Call& call, std::string name)
{
    if (const auto allowed =
            auth::may_use_model(*call.principal, name, services.models.catalog(*call.principal));
        !allowed)
        return allowed.error();
    Asked asked;
    asked.models = services.models.models(*call.principal);
    const auto found =
        asked.models->find(auth::apply_aliases(*call.principal, asked.models->resolve_alias(name)));
    if (!found || found->group->is_hidden_from(*call.principal) || found->group->deployments.empty())
        return invalid_input(fmt::format("Model {} is not known here. See /v1/models.", name), "model");
    asked.name = std::move(name);
    asked.found = *found;
    asked.deployment = found->group->deployments.front();
    return asked;
}

/// Gemini's shape: parts with texts.
Json texts_of_contents(const Json& contents)
{
    Json texts = Json::array();
    if (!contents.is_array())
        return texts;
    for (const Json& content : contents) {
        const auto parts = content.is_object() ? content.find("parts") : content.end();
        if (!content.is_object() || parts == content.end() || !parts->is_array())
            continue;
        for (const Json& part : *parts) {
            if (part.is_object() && part.contains("text"))
                texts.push_back(part.at("text"));
        }
    }
    return texts;
}

Task<JsonResponse>
count_tokens(ModelServices services, std::shared_ptr<Counting> counting, Call& call, const Json& body)
{
    std::string name;
    FieldReader reader(body);
    reader.read_required("model", name);
    const bool is_given = reader.find("prompt") || reader.find("messages") || reader.find("contents");
    if (!reader.outcome())
        co_return reader.outcome().error();
    if (!is_given)
        co_return invalid_input("prompt or messages or contents must be provided");
    const auto asked = find_model(services, call, name);
    if (!asked)
        co_return asked.error();
    Json request = body;
    if (const Json* const contents = reader.find("contents"); contents != nullptr)
        request["input"] = texts_of_contents(*contents);
    const std::string model = asked->model();
    const spend::Tokenizer tokenizer = spend::tokenizer_for(model);
    const auto tokens = co_await counting->count(tokenizer, request);
    if (!tokens)
        co_return tokens.error();
    Json answer = Json::object();
    answer["total_tokens"] = *tokens;
    answer["request_model"] = name;
    answer["model_used"] = model;
    answer["tokenizer_type"] = fmt::format("{}{}", tokenizer.name, tokenizer.is_exact ? "" : " (near)");
    for (const char* member : {"original_response", "error_message", "status_code"})
        answer[member] = nullptr;
    answer["error"] = false;
    co_return JsonResponse{200, std::move(answer)};
}

Task<JsonResponse>
calculate(ModelServices services, std::shared_ptr<Counting> counting, Call& call, const Json& body)
{
    std::string name;
    FieldReader reader(body);
    reader.read("model", name);
    const Json* const response = reader.find("completion_response");
    const bool has_messages = reader.find("messages") != nullptr;
    if (!reader.outcome())
        co_return reader.outcome().error();
    if (response != nullptr && response->is_object() && name.empty())
        name = response->value("model", std::string());
    if (name.empty() || (response == nullptr && !has_messages))
        co_return invalid_input(
            "Bad Request - Either 'completion_response' or 'model' and 'messages' must be provided"
        );
    const auto asked = find_model(services, call, name);
    if (!asked)
        co_return asked.error();
    if (!asked->deployment->price)
        co_return invalid_input(fmt::format("The price of model {} is unknown.", name), "model");
    providers::Usage usage;
    std::string service_tier;
    if (response != nullptr) {
        const auto read =
            response->contains("usage") ? providers::usage_from_openai(response->at("usage")) : std::nullopt;
        if (!read)
            co_return invalid_input("completion_response has no usage", "completion_response");
        usage = *read;
        if (const auto tier = response->find("service_tier"); tier != response->end() && tier->is_string())
            service_tier = tier->get<std::string>();
    } else {
        const auto tokens = co_await counting->count(spend::tokenizer_for(asked->model()), body);
        if (!tokens)
            co_return tokens.error();
        usage.prompt = usage.total = *tokens;
    }
    const spend::ModelPrice& price =
        asked->deployment->price->at(services.clock.now()).for_service(service_tier);
    Json answer = Json::object();
    answer["cost"] = spend::cost_of(price, usage, std::chrono::milliseconds(0)).usd();
    co_return JsonResponse{200, std::move(answer)};
}

Task<JsonResponse> estimate(ModelServices services, Call& call, const Json& body)
{
    std::string name;
    std::optional<std::int64_t> input, output, per_day, per_month;
    FieldReader reader(body);
    reader.read_required("model", name);
    reader.read("input_tokens", input);
    reader.read("output_tokens", output);
    reader.read("num_requests_per_day", per_day);
    reader.read("num_requests_per_month", per_month);
    if (!reader.outcome())
        co_return reader.outcome().error();
    for (const auto& count : {input, output, per_day, per_month}) {
        if (count && (*count < 0 || *count > std::int64_t{1'000'000'000}))
            co_return invalid_input("Counts must lie between 0 and a billion.");
    }
    const auto asked = find_model(services, call, name);
    if (!asked)
        co_return asked.error();
    if (!asked->deployment->price)
        co_return not_found(fmt::format("The price of model {} is unknown.", name), "model");
    const spend::ModelPrice& price = asked->deployment->price->at(services.clock.now());
    const auto cost = [&](std::int64_t prompt, std::int64_t completion) {
        providers::Usage usage;
        usage.prompt = prompt;
        usage.completion = completion;
        usage.total = prompt + completion;
        return spend::cost_of(price, usage, std::chrono::milliseconds(0)).usd();
    };
    const double whole = cost(input.value_or(0), output.value_or(0));
    const double of_input = cost(input.value_or(0), 0);
    const double of_output = cost(0, output.value_or(0));
    const auto times = [](double amount, const std::optional<std::int64_t>& count) {
        return count ? Json(amount * static_cast<double>(*count)) : Json(nullptr);
    };
    Json answer = Json::object();
    answer["model"] = name;
    answer["provider"] = asked->deployment->endpoint.provider;
    answer["input_tokens"] = input.value_or(0);
    answer["output_tokens"] = output.value_or(0);
    answer["num_requests_per_day"] = per_day ? Json(*per_day) : Json(nullptr);
    answer["num_requests_per_month"] = per_month ? Json(*per_month) : Json(nullptr);
    answer["cost_per_request"] = whole;
    answer["input_cost_per_request"] = of_input;
    answer["output_cost_per_request"] = of_output;
    answer["daily_cost"] = times(whole, per_day);
    answer["monthly_cost"] = times(whole, per_month);
    co_return JsonResponse{200, std::move(answer)};
}

/// Budgets of providers and what is used of them.
Task<JsonResponse> provider_budgets(ModelServices services)
{
    Json providers = Json::object();
    if (const spend::SharedBudgets* const budgets = services.models.shared_budgets()) {
        for (const auto& each : budgets->list_providers()) {
            Json& row = providers[each.provider];
            row["budget_limit"] =
                each.limits.max_budget ? Json(each.limits.max_budget->usd()) : Json(nullptr);
            row["time_period"] = each.limits.period.value_or("");
            row["spend"] = each.spent.usd();
            row["budget_reset_at"] = to_iso8601(each.period_end);
        }
    }
    Json answer = Json::object();
    answer["providers"] = std::move(providers);
    co_return JsonResponse{200, std::move(answer)};
}

struct CallType {
    std::string_view name; ///< also with an `a` in front of it
    providers::Operation operation;
    std::optional<providers::NativeApi> api;
};

constexpr CallType call_types[] = {
    {"completion", providers::Operation::chat_completions, std::nullopt},
    {"text_completion", providers::Operation::completions, std::nullopt},
    {"embedding", providers::Operation::embeddings, std::nullopt},
    {"anthropic_messages", providers::Operation::chat_completions, providers::NativeApi::messages},
    {"responses", providers::Operation::chat_completions, providers::NativeApi::responses},
    {"image_generation", providers::Operation::chat_completions, providers::NativeApi::images},
    {"moderation", providers::Operation::chat_completions, providers::NativeApi::moderations},
    {"speech", providers::Operation::chat_completions, providers::NativeApi::speech},
    {"rerank", providers::Operation::chat_completions, providers::NativeApi::rerank},
};

Task<JsonResponse> transform_request(ModelServices services, Call& call, const Json& body)
{
    std::string type;
    FieldReader reader(body);
    reader.read_required("call_type", type);
    const Json* const request = reader.find("request_body");
    if (!reader.outcome())
        co_return reader.outcome().error();
    if (request == nullptr || !request->is_object())
        co_return invalid_input("request_body must be an object", "request_body");
    const auto* const known = std::ranges::find_if(call_types, [&type](const CallType& each) {
        return type == each.name || (type.starts_with('a') && std::string_view(type).substr(1) == each.name);
    });
    if (known == std::end(call_types))
        co_return invalid_input(fmt::format("call_type={} is not one that can be shown", type), "call_type");
    inference::CallContext context{
        call.exchange, call.principal, call.call_id, {}, known->operation, known->api};
    const auto made = services.models.transform(context, to_text(*request));
    Json answer = Json::object();
    if (!made) {
        const auto kind = made.error().kind;
        if (kind == ErrorKind::unauthorized || kind == ErrorKind::forbidden)
            co_return made.error();
        for (const char* name : {"raw_request_api_base", "raw_request_body", "raw_request_headers"})
            answer[name] = nullptr;
        answer["error"] = made.error().message;
        co_return JsonResponse{200, std::move(answer)};
    }
    answer["raw_request_api_base"] = made->url;
    const auto sent = parse_json(made->body);
    answer["raw_request_body"] = sent ? *sent : Json(made->body);
    Json headers = Json::object();
    for (const auto& [name, value] : made->headers)
        headers[name] = value;
    answer["raw_request_headers"] = std::move(headers);
    answer["error"] = nullptr;
    co_return JsonResponse{200, std::move(answer)};
}

Route poster(std::string path, Access access, std::string summary, JsonHandler handler)
{
    Route route;
    route.method = Method::post;
    route.paths.push_back(std::move(path));
    route.access = access;
    route.summary = std::move(summary);
    route.json = std::move(handler);
    return route;
}

} // namespace

std::vector<Route> cost_routes(ModelServices services)
{
    const auto counting = std::make_shared<Counting>();
    Route budgets;
    budgets.paths = {"/provider/budgets"};
    budgets.access = Access::admin_reader;
    budgets.summary = "Budgets of providers";
    budgets.json = [services](Call&, const Json&) { return provider_budgets(services); };
    return {
        std::move(budgets),
        poster(
            "/utils/token_counter",
            Access::any_key,
            "Tokens of a prompt",
            [services, counting](Call& call, const Json& body) {
                return count_tokens(services, counting, call, body);
            }
        ),
        poster(
            "/utils/transform_request",
            Access::any_key,
            "What a provider would be sent",
            [services](Call& call, const Json& body) { return transform_request(services, call, body); }
        ),
        poster(
            "/spend/calculate",
            Access::spend_reader,
            "What a call costs",
            [services, counting](Call& call, const Json& body) {
                return calculate(services, counting, call, body);
            }
        ),
        poster(
            "/cost/estimate",
            Access::spend_reader,
            "What calls of a size would cost",
            [services](Call& call, const Json& body) { return estimate(services, call, body); }
        ),
    };
}

} // namespace litellm::api
