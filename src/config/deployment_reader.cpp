#include "deployment_reader.hpp"

#include "section.hpp"

#include <fmt/format.h>

#include <utility>

namespace litellm::config {

namespace {

constexpr Expected parameter_shapes[] = {
    {"model", Shape::text},
    {"custom_llm_provider", Shape::text},
    {"api_key", Shape::text},
    {"api_base", Shape::text},
    {"api_version", Shape::text},
    {"organization", Shape::text},
    {"litellm_credential_name", Shape::text},
    {"region_name", Shape::text},
    {"aws_region_name", Shape::text},
    {"vertex_project", Shape::text},
    {"vertex_location", Shape::text},
    {"timeout", Shape::number, positive},
    {"request_timeout", Shape::number, positive},
    {"stream_timeout", Shape::number, positive},
    {"max_retries", Shape::whole_number, not_negative},
    {"num_retries", Shape::whole_number, not_negative},
    {"rpm", Shape::whole_number, not_negative},
    {"tpm", Shape::whole_number, not_negative},
    {"weight", Shape::number, not_negative},
    {"order", Shape::whole_number, {.minimum = -1e9, .maximum = 1e9}},
    {"max_parallel_requests", Shape::whole_number, {.minimum = 1, .maximum = 1e9}},
    {"cooldown_time", Shape::number, not_negative},
    {"tags", Shape::list},
    {"drop_params", Shape::boolean},
    {"additional_drop_params", Shape::list},
    {"allowed_openai_params", Shape::list},
    {"extra_headers", Shape::map},
    {"extra_body", Shape::map},
    {"max_budget", Shape::number, not_negative},
    {"budget_duration", Shape::duration},
    {"configurable_clientside_auth_params", Shape::list},
    {"use_in_pass_through", Shape::boolean},
    {"use_litellm_proxy", Shape::boolean},
    {"merge_reasoning_content_in_choices", Shape::boolean},
    {"silent_model", Shape::text},
};

constexpr Expected model_info_shapes[] = {
    {"mode", Shape::text},
    {"base_model", Shape::text},
    {"team_id", Shape::text},
    {"team_public_model_name", Shape::text},
    {"health_check_model", Shape::text},
    {"health_check_timeout", Shape::number, positive},
    {"disable_background_health_check", Shape::boolean},
    {"max_tokens", Shape::whole_number, not_negative},
    {"max_input_tokens", Shape::whole_number, not_negative},
    {"max_output_tokens", Shape::whole_number, not_negative},
};

/// `input_cost_per_token`, `cache_read_input_token_cost_above_200k_tokens`, `ocr_cost_per_page` …: there are
/// too many to list.
bool is_price(std::string_view key)
{
    return key.find("_cost_per_") != std::string_view::npos ||
        key.find("_token_cost") != std::string_view::npos;
}

void check_prices(Node& map, const std::string& path, Findings& findings)
{
    if (!map.is_map())
        return;
    std::vector<std::string> prices;
    for (const Node& member : map.children)
        if (is_price(member.key) && !member.is_map() && !member.is_list()) // maps and lists hold tiers
            prices.push_back(member.key);
    for (const std::string& price : prices) {
        const Expected expected{price, Shape::number, not_negative};
        check_shapes(map, std::span(&expected, 1), path, findings);
    }
}

void rename_base_url(Node& params)
{
    const Node* alias = params.find("base_url");
    if (alias == nullptr)
        return;
    const Node* present = params.find("api_base");
    if (present == nullptr || present->is_blank())
        params.set("api_base", Node(*alias));
    params.remove("base_url");
}

void read_model(Section& section, const Node& params, const std::string& path, Deployment& deployment)
{
    const Node* model = section.find("model");
    if (model != nullptr && model->is_text())
        deployment.model = model->text;
    if (deployment.model.empty() && (model == nullptr || model->is_text()))
        section.findings().error(
            model == nullptr ? params.place : model->place,
            path + ".model",
            "is missing; write 'model: provider/name', e.g. openai/gpt-4o."
        );
}

/// The shapes are checked already, so a member that does not fit has been reported and is skipped here.
template <class Target>
void take(const Node& params, std::string_view key, std::optional<Target>& target)
{
    const Node* member = params.find(key);
    if (member == nullptr || !member->scalar.is_number())
        return;
    if constexpr (std::is_floating_point_v<Target>)
        target = member->scalar.get<double>();
    else if (const auto value = as_whole_number(*member))
        target = static_cast<Target>(*value);
}

void read_parameters(const Node& params, Deployment& deployment)
{
    take(params, "weight", deployment.weight);
    take(params, "rpm", deployment.rpm);
    take(params, "tpm", deployment.tpm);
    take(params, "order", deployment.order);
    take(params, "max_parallel_requests", deployment.max_parallel_requests);
    take(params, "request_timeout", deployment.timeout_seconds);
    take(params, "timeout", deployment.timeout_seconds);
    take(params, "stream_timeout", deployment.stream_timeout_seconds);
}

std::string read_id(Section& model_info)
{
    const Node* id = model_info.find("id");
    if (id == nullptr)
        return "";
    const bool is_number = id->kind == Node::Kind::scalar && id->scalar.is_number_integer();
    if (is_number || (id->is_text() && !id->text.empty()))
        return id->text;
    model_info.error(*id, "is not a name; write text, e.g. 'id: azure-1', or remove the line.");
    return "";
}

} // namespace

Deployment read_deployment(
    const std::string& model_name, Node params, Node model_info, const std::string& path, Findings& findings
)
{
    const std::string prefix = path.empty() ? "" : path + ".";
    const std::string params_path = prefix + "litellm_params";
    const std::string info_path = prefix + "model_info";
    Deployment deployment;
    deployment.model_name = model_name;
    deployment.place = params.place;
    const std::string derived_id = derive_deployment_id(model_name, to_json_object(params));
    rename_base_url(params);
    check_shapes(params, parameter_shapes, params_path, findings);
    check_prices(params, params_path, findings);
    check_shapes(model_info, model_info_shapes, info_path, findings);
    check_prices(model_info, info_path, findings);

    Section parameters(&params, params_path, findings);
    read_model(parameters, params, params_path, deployment);
    read_parameters(params, deployment);
    Section info(&model_info, info_path, findings);
    info.read("access_groups", deployment.access_groups);
    const std::string id = read_id(info);
    deployment.id = id.empty() ? derived_id : id;
    deployment.params = to_json_object(params);
    deployment.model_info = to_json_object(model_info);
    deployment.model_info["id"] = deployment.id;
    return deployment;
}

Result<Deployment> make_deployment(const std::string& model_name, const Json& params, const Json& model_info)
{
    if (model_name.empty())
        return invalid_input("model_name is missing.", "model_name");
    Findings findings;
    Deployment deployment =
        read_deployment(model_name, from_json(params), from_json(model_info), "", findings);
    for (const Finding& finding : findings.sorted())
        if (finding.severity == Severity::error)
            return invalid_input(finding.key + " " + finding.message, finding.key);
    return deployment;
}

} // namespace litellm::config
