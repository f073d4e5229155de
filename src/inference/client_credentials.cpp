#include "client_credentials.hpp"

#include "deployment_state.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <regex>

namespace litellm::inference {

namespace {

using providers::Operation;

constexpr std::size_t longest_address = 2048;
constexpr std::size_t longest_key = 4096;

/// What of a deployment's parameters goes along to a host that the client chose: nothing that could be a
/// secret or an address.
constexpr std::array<std::string_view, 13> harmless_parameters = {
    "model",
    "custom_llm_provider",
    "api_version",
    "drop_params",
    "additional_drop_params",
    "allowed_openai_params",
    "max_tokens",
    "max_completion_tokens",
    "temperature",
    "top_p",
    "stop",
    "seed",
    "n"};

/// Other ways to say who one is; an api_key of the client's takes their place.
constexpr std::array<std::string_view, 7> other_credentials = {
    "azure_ad_token",
    "tenant_id",
    "client_id",
    "client_secret",
    "azure_username",
    "azure_password",
    "litellm_credential_name"};

constexpr std::array<std::string_view, 6> signing_providers = {
    "bedrock", "sagemaker", "sagemaker_chat", "vertex_ai", "vertex_ai_beta", "watsonx"};

Error refused(std::string_view name)
{
    return Error{
        ErrorKind::unauthorized,
        fmt::format(
            "Authentication Error, Rejected Request: {0} is not allowed in request body. Enable with "
            "`general_settings::allow_client_side_credentials` "
            "or with `configurable_clientside_auth_params: [\"{0}\"]` of the model.",
            name
        ),
        std::string(name),
        "auth_error"};
}

enum class Permission { none, any, by_pattern };

/// What one entry of the list says about `name`: the name itself, or an object from it to a pattern that the
/// value must begin with.
Permission permission_in(const Json& entry, const std::string& name, const std::string& value)
{
    if (entry.is_string())
        return entry.get_ref<const std::string&>() == name ? Permission::any : Permission::none;
    if (!entry.is_object())
        return Permission::none;
    const auto pattern = entry.find(name);
    if (pattern == entry.end() || !pattern->is_string())
        return Permission::none;
    try {
        const std::regex wanted(pattern->get<std::string>(), std::regex::ECMAScript);
        return std::regex_search(value, wanted, std::regex_constants::match_continuous)
            ? Permission::by_pattern
            : Permission::none;
    } catch (const std::regex_error&) {
        return Permission::none;
    }
}

Permission permission_of(const Deployment& deployment, const std::string& name, const std::string& value)
{
    const auto list = deployment.params.find("configurable_clientside_auth_params");
    Permission best = Permission::none;
    if (list == deployment.params.end() || !list->is_array())
        return best;
    for (const Json& entry : *list)
        best = std::max(best, permission_in(entry, name, value));
    return best;
}

/// Of all deployments: the one that allows least counts, since any of them may be picked.
Permission permission_of(const Group& group, const std::string& name, const std::string& value)
{
    Permission least = Permission::by_pattern;
    for (const auto& deployment : group.deployments)
        least = std::min(least, permission_of(*deployment, name, value));
    return group.deployments.empty() ? Permission::none : least;
}

bool is_web_address(std::string_view text)
{
    const bool has_scheme = text.starts_with("https://") || text.starts_with("http://");
    const bool is_plain = std::ranges::none_of(text, [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '@' || c == '\\' || c == '#';
    });
    return has_scheme && is_plain && text.size() <= longest_address;
}

/// The text of a member; empty when it is absent or null.
Result<std::string> text_in(const Scan& scan, std::string_view name)
{
    const Member* const member = scan.find(name);
    if (member == nullptr || member->value == "null")
        return std::string();
    auto text = scan.text_of(name);
    const bool is_line =
        text && std::ranges::none_of(*text, [](char c) { return static_cast<unsigned char>(c) < ' '; });
    if (!is_line)
        return invalid_input(fmt::format("{} is not one line of text", name), std::string(name));
    return std::move(*text);
}

Json harmless_part(const Json& params)
{
    Json kept = Json::object();
    for (const std::string_view name : harmless_parameters) {
        const auto found = params.find(name);
        if (found != params.end())
            kept[std::string(name)] = *found;
    }
    return kept;
}

} // namespace

bool is_client_credential(std::string_view name)
{
    return name == "api_key" || name == "api_base" || name == "base_url";
}

Result<std::unique_ptr<ClientCredentials>>
read_client_credentials(const Scan& scan, const Group& group, const config::GeneralSettings& settings)
{
    auto brought = std::make_unique<ClientCredentials>();
    bool brings_any = false;
    for (const std::string name : {"api_key", "api_base", "base_url"}) {
        auto text = text_in(scan, name);
        if (!text)
            return text.error();
        if (text->empty())
            continue;
        brings_any = true;
        const auto permission = permission_of(group, name == "base_url" ? "api_base" : name, *text);
        if (permission == Permission::none && !settings.allow_client_side_credentials)
            return refused(name);
        if (name == "api_key") {
            if (text->size() > longest_key)
                return refused(name);
            brought->api_key = Secret(std::move(*text));
            continue;
        }
        if (!is_web_address(*text))
            return refused(name);
        brought->may_be_private = permission == Permission::by_pattern;
        brought->api_base = std::move(*text);
    }
    if (!brings_any)
        brought.reset();
    return brought;
}

Result<DeploymentPtr> with_client_credentials(
    const Deployment& deployment, const ClientCredentials& credentials, const Environment& environment
)
{
    if (std::ranges::find(signing_providers, deployment.endpoint.provider) != signing_providers.end())
        return refused(credentials.api_key ? "api_key" : "api_base");
    const bool goes_elsewhere = !credentials.api_base.empty();
    Json params = goes_elsewhere ? harmless_part(deployment.params) : deployment.params;
    if (goes_elsewhere) {
        params["api_base"] = credentials.api_base;
        params["custom_llm_provider"] = deployment.endpoint.provider;
        params["model"] = deployment.endpoint.model;
    }
    if (credentials.api_key) {
        for (const std::string_view name : other_credentials)
            params.erase(std::string(name));
        params["api_key"] = credentials.api_key->reveal();
    }
    // The variables that hold the proxy's keys are out of reach where the host is the client's.
    const Environment nothing = [](const std::string&) { return std::nullopt; };
    auto endpoint = providers::resolve_endpoint(params, goes_elsewhere ? nothing : environment);
    if (!endpoint)
        return endpoint.error();
    auto own = std::make_shared<Deployment>(deployment);
    own->state = std::make_shared<DeploymentState>();
    own->params = std::move(params);
    own->buys_tokens = false;
    own->only_public_addresses = goes_elsewhere && !credentials.may_be_private;
    set_endpoint(*own, std::move(*endpoint));
    return DeploymentPtr(std::move(own));
}

} // namespace litellm::inference
