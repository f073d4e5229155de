#include "model_info.hpp"

#include "json/query_reader.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/inference/parameters.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace litellm::api {

namespace {

/// LiteLLM answers this constant; some clients compare it.
constexpr std::int64_t model_created_at = 1677610602;

std::int64_t created_at(const config::Config& config)
{
    const auto text = config.environment("DEFAULT_MODEL_CREATED_AT_TIME");
    return text && !text->empty() ? std::atoll(text->c_str()) : model_created_at;
}

bool may_use(const ModelServices& services, const auth::Principal& principal, const std::string& model)
{
    return auth::may_use_model(principal, model, services.models.catalog(principal)).has_value();
}

std::vector<std::string> visible_names(const ModelServices& services, const auth::Principal& principal)
{
    std::vector<std::string> names;
    const auto models = services.models.models(principal);
    for (const auto& name : models->names()) {
        if (!may_use(services, principal, name))
            continue;
        const auto found = models->find(name);
        if (!found || found->group->team_id.empty())
            names.push_back(name);
        else if (!found->group->is_hidden_from(principal))
            names.push_back(principal.is_admin() ? name : found->group->public_name);
    }
    // Names that the key's own aliases add.
    if (principal.context && principal.context->key.aliases.is_object()) {
        for (const auto& [alias, target] : principal.context->key.aliases.items()) {
            const bool is_new = std::find(names.begin(), names.end(), alias) == names.end();
            if (is_new && target.is_string() && models->find(target.get<std::string>()))
                names.push_back(alias);
        }
    }
    return names;
}

Json model_json(const ModelServices& services, const std::string& name, const std::string& owner)
{
    return Json{
        {"id", name}, {"object", "model"}, {"created", created_at(services.config)}, {"owned_by", owner}};
}

bool looks_secret(const std::string& name)
{
    constexpr std::array<std::string_view, 9> parts = {
        "key", "secret", "password", "token", "credential", "authorization", "auth", "private", "cert"};
    const std::string lowered = to_lower(name);
    return std::any_of(
               parts.begin(),
               parts.end(),
               [&](std::string_view part) { return lowered.find(part) != std::string::npos; }
           ) &&
        lowered.find("tokens") == std::string::npos && lowered.find("per_token") == std::string::npos &&
        lowered.find("token_cost") == std::string::npos;
}

Json price_json(const std::optional<UnitPrice>& price)
{
    if (!price)
        return nullptr;
    return static_cast<double>(price->femto()) / 1e15;
}

Json info_of(const inference::Deployment& deployment)
{
    Json info = deployment.model_info.is_object() ? deployment.model_info : Json::object();
    info["id"] = deployment.id;
    if (!info.contains("db_model"))
        info["db_model"] = false;
    info["litellm_provider"] = deployment.endpoint.provider;
    const auto put = [&](const char* name, Json value) {
        if (!info.contains(name))
            info[name] = std::move(value);
    };
    put("key", deployment.endpoint.model);
    if (deployment.price) {
        put("input_cost_per_token", price_json(deployment.price->input));
        put("output_cost_per_token", price_json(deployment.price->output));
        put("cache_read_input_token_cost", price_json(deployment.price->cache_read));
        put("max_input_tokens",
            deployment.price->max_input_tokens ? Json(*deployment.price->max_input_tokens) : Json());
        put("max_output_tokens",
            deployment.price->max_output_tokens ? Json(*deployment.price->max_output_tokens) : Json());
    }
    put("mode", "chat");
    return info;
}

} // namespace

Json public_params(const Json& params)
{
    Json shown = Json::object();
    for (const auto& [name, value] : params.items()) {
        if (looks_secret(name) || name == "extra_headers" || name == "headers")
            continue;
        if (value.is_object()) {
            shown[name] = public_params(value);
        } else if (name == "api_base" && value.is_string()) {
            const auto text = value.get<std::string>();
            const auto at = text.rfind(
                '@', text.find('/', text.find("://") == std::string::npos ? 0 : text.find("://") + 3)
            );
            shown[name] = at == std::string::npos ? text.substr(0, text.find('?')) : std::string("(hidden)");
        } else {
            shown[name] = value;
        }
    }
    return shown;
}

std::vector<inference::DeploymentPtr>
visible_deployments(const ModelServices& services, const auth::Principal& principal)
{
    std::vector<inference::DeploymentPtr> deployments;
    const auto models = services.models.models(principal);
    for (const auto& group : models->groups()) {
        if (!group.is_hidden_from(principal) && may_use(services, principal, group.name))
            deployments.insert(deployments.end(), group.deployments.begin(), group.deployments.end());
    }
    return deployments;
}

Task<JsonResponse> list_models(ModelServices services, Call& call)
{
    Json data = Json::array();
    for (const auto& name : visible_names(services, *call.principal))
        data.push_back(model_json(services, name, "openai"));
    JsonResponse response;
    response.body = Json{{"data", std::move(data)}, {"object", "list"}};
    co_return response;
}

Task<JsonResponse> show_model(ModelServices services, Call& call)
{
    const std::string id = call.path_parameters["model_id"];
    const auto names = visible_names(services, *call.principal);
    const auto models = services.models.models(*call.principal);
    const auto found = models->find(auth::apply_aliases(*call.principal, id));
    const bool listed = std::find(names.begin(), names.end(), id) != names.end();
    JsonResponse response;
    if (!found || found->group->is_hidden_from(*call.principal) ||
        !(listed || may_use(services, *call.principal, id))) {
        response.status = 404;
        response.body =
            Json{{"detail", fmt::format("The model `{}` does not exist or is not accessible", id)}};
        co_return response;
    }
    response.body = model_json(services, id, found->group->deployments.front()->endpoint.provider);
    co_return response;
}

namespace {

Json info_row(const inference::Deployment& deployment)
{
    Json row{{"model_name", deployment.group}, {"litellm_params", public_params(deployment.params)}};
    row["model_info"] = info_of(deployment);
    return row;
}

} // namespace

Task<JsonResponse> show_model_info(ModelServices services, Call& call)
{
    const auto wanted = call.query("litellm_model_id");
    Json data = Json::array();
    for (const auto& deployment : visible_deployments(services, *call.principal)) {
        if (!wanted || deployment->id == *wanted)
            data.push_back(info_row(*deployment));
    }
    if (wanted && data.empty())
        co_return invalid_input(
            fmt::format("Model id = {} not found on litellm proxy", *wanted), "litellm_model_id"
        );
    JsonResponse response;
    response.body = Json{{"data", std::move(data)}};
    co_return response;
}

Task<JsonResponse> page_model_info(ModelServices services, Call& call)
{
    std::int64_t page = 1;
    std::int64_t size = 50;
    std::optional<std::string> model;
    std::optional<std::string> search;
    std::optional<std::string> id;
    QueryReader reader(call);
    reader.read("page", page, 1, 1'000'000);
    reader.read("size", size, 1, 1000);
    reader.read("model", model);
    reader.read("search", search);
    reader.read("modelId", id);
    if (!reader.outcome())
        co_return reader.outcome().error();
    const std::string part = to_lower(search.value_or(""));
    std::vector<inference::DeploymentPtr> found = visible_deployments(services, *call.principal);
    std::erase_if(found, [&](const inference::DeploymentPtr& deployment) {
        return (model && deployment->group != *model) || (id && deployment->id != *id) ||
            to_lower(deployment->group).find(part) == std::string::npos;
    });
    const auto total = static_cast<std::int64_t>(found.size());
    Json data = Json::array();
    for (std::int64_t i = (page - 1) * size; i < std::min(page * size, total); ++i)
        data.push_back(info_row(*found[static_cast<std::size_t>(i)]));
    JsonResponse response;
    response.body = Json::object();
    response.body["data"] = std::move(data);
    response.body["total_count"] = total;
    response.body["current_page"] = page;
    response.body["total_pages"] = (total + size - 1) / size;
    response.body["size"] = size;
    co_return response;
}

namespace {

Json group_json(const inference::Group& group)
{
    const inference::Deployment& first = *group.deployments.front();
    const Json info = info_of(first);
    Json providers = Json::array();
    Json tpm;
    Json rpm;
    for (const auto& deployment : group.deployments) {
        if (std::find(providers.begin(), providers.end(), Json(deployment->endpoint.provider)) ==
            providers.end())
            providers.push_back(deployment->endpoint.provider);
        for (auto& [name, sum] : {std::pair<const char*, Json*>{"tpm", &tpm}, {"rpm", &rpm}}) {
            if (const Json limit = deployment->params.value(name, Json()); limit.is_number_integer())
                *sum = (sum->is_null() ? 0 : sum->get<std::int64_t>()) + limit.get<std::int64_t>();
        }
    }
    Json json = Json::object();
    json["model_group"] = group.team_id.empty() ? group.name : group.public_name;
    json["providers"] = std::move(providers);
    for (const char* name :
         {"max_input_tokens",
          "max_output_tokens",
          "input_cost_per_token",
          "output_cost_per_token",
          "input_cost_per_pixel",
          "mode"})
        json[name] = info.value(name, Json());
    json["tpm"] = std::move(tpm);
    json["rpm"] = std::move(rpm);
    for (const char* name :
         {"supports_parallel_function_calling",
          "supports_vision",
          "supports_web_search",
          "supports_url_context",
          "supports_reasoning",
          "supports_function_calling"})
        json[name] = info.value(name, Json(false));
    json["supported_openai_params"] = inference::supported_parameters(first);
    json["configurable_clientside_auth_params"] =
        first.params.value("configurable_clientside_auth_params", Json());
    json["is_public_model_group"] = false;
    return json;
}

} // namespace

Task<JsonResponse> show_model_groups(ModelServices services, Call& call)
{
    const auto wanted = call.query("model_group");
    const auto models = services.models.models(*call.principal);
    Json data = Json::array();
    for (const auto& group : models->groups()) {
        const bool is_wanted = !wanted || wanted->empty() || group.name == *wanted;
        if (is_wanted && !group.is_hidden_from(*call.principal) &&
            may_use(services, *call.principal, group.name))
            data.push_back(group_json(group));
    }
    JsonResponse response;
    response.body = Json{{"data", std::move(data)}};
    co_return response;
}

Task<JsonResponse> show_supported_parameters(ModelServices services, Call& call)
{
    const auto wanted = call.query("model").value_or("");
    const auto models = services.models.models(*call.principal);
    Result<std::vector<std::string>> names = not_found("");
    const auto found = wanted.empty() ? std::nullopt : models->find(wanted);
    if (found && !found->group->is_hidden_from(*call.principal) && may_use(services, *call.principal, wanted))
        names = inference::supported_parameters(*found->group->deployments.front());
    else if (!wanted.empty())
        names = inference::supported_parameters(wanted, services.config.environment);
    JsonResponse response;
    if (names) {
        response.body = Json{{"supported_openai_params", *names}};
        co_return response;
    }
    response.status = 400;
    response.body = Json{{"detail", Json{{"error", "Could not map model=" + wanted}}}};
    co_return response;
}

} // namespace litellm::api
