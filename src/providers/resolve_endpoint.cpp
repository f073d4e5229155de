#include "adapters.hpp"
#include "azure.hpp"
#include "bedrock.hpp"
#include "json_access.hpp"
#include "provider_list.hpp"
#include "rows.hpp"
#include "vertex.hpp"
#include "web_address.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/providers/provider.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace litellm::providers {

namespace {

constexpr std::string_view placeholder = "fake-api-key";
/// What the transport sets itself.
constexpr std::string_view transport_headers =
    "host content-length content-type transfer-encoding connection upgrade te trailer";

Error not_spoken(std::string_view provider)
{
    return invalid_input(
        fmt::format(
            "This version does not speak the provider `{}` yet. It speaks: {}.",
            provider,
            fmt::join(provider_names(), ", ")
        ),
        "model"
    );
}

std::string first_set(const Environment& environment, std::string_view names)
{
    std::string value;
    any_word(names, [&](std::string_view name) {
        value = environment(std::string(name)).value_or("");
        return !value.empty();
    });
    return value;
}

bool is_one_line(std::string_view text)
{
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

/// A later header replaces an earlier one of the same name.
Result<void> set_header(Headers& headers, std::string name, std::string value)
{
    if (name.empty() || !is_one_line(name) || !is_one_line(value))
        return invalid_input(
            fmt::format("The header `{}` is not one line of text.", is_one_line(name) ? name : ""),
            "extra_headers"
        );
    if (has_word(transport_headers, to_lower(name)))
        return {};
    std::erase_if(headers, [&name](const auto& header) { return equals_ignoring_case(header.first, name); });
    headers.emplace_back(std::move(name), std::move(value));
    return {};
}

Result<void> add_configured_headers(Headers& headers, const Json& params)
{
    for (const auto* member : {"headers", "extra_headers"}) {
        const Json* given = find(params, member);
        if (given == nullptr || !given->is_object())
            continue;
        for (const auto& [name, value] : given->items()) {
            if (value.is_null())
                continue;
            if (auto set =
                    set_header(headers, name, value.is_string() ? value.get<std::string>() : to_text(value));
                !set)
                return set;
        }
    }
    return {};
}

void add_environment_headers(Headers& headers, const Row& row, const Environment& environment)
{
    any_word(row.env_headers, [&](std::string_view pair) {
        const auto equals = pair.find('=');
        if (auto value = environment(std::string(pair.substr(equals + 1)));
            value && !value->empty() && is_one_line(*value))
            headers.emplace_back(std::string(pair.substr(0, equals)), std::move(*value));
        return false;
    });
}

void add_organization(
    Headers& headers, const Row& row, const Endpoint& endpoint, const Environment& environment
)
{
    const bool is_openai = row.provider == "openai" || row.provider == "text-completion-openai";
    const bool own_server = is_openai && endpoint.api_base == row.base;
    auto organization = string_at(endpoint.params, "organization");
    if (organization.empty() && own_server)
        organization = first_set(environment, "OPENAI_ORGANIZATION OPENAI_ORG_ID");
    if (!organization.empty() && is_one_line(organization))
        headers.emplace_back("OpenAI-Organization", std::move(organization));
    if (auto project = own_server ? first_set(environment, "OPENAI_PROJECT_ID") : "";
        !project.empty() && is_one_line(project))
        headers.emplace_back("OpenAI-Project", std::move(project));
}

/// A key of its own header, or a token of Entra ID.
void add_azure_key(Endpoint& endpoint, const Row& row, const std::string& key, const Environment& environment)
{
    auto token = string_at(endpoint.params, "azure_ad_token");
    if (token.empty())
        token = first_set(environment, "AZURE_AD_TOKEN");
    const auto address = split_address(endpoint.api_base);
    const bool is_azure_host = row.provider == "azure" ||
        (address &&
         (address->host.ends_with("services.ai.azure.com") || address->host.ends_with("openai.azure.com")));
    if (!key.empty() && is_azure_host)
        endpoint.headers.emplace_back("api-key", key);
    else if (!key.empty() || (!token.empty() && is_one_line(token)))
        endpoint.headers.emplace_back("authorization", "Bearer " + (key.empty() ? token : key));
}

/// How each provider wants its key.
void add_key(Endpoint& endpoint, const Row& row, const std::string& key, const Environment& environment)
{
    Headers& headers = endpoint.headers;
    if (row.provider.starts_with("azure"))
        return add_azure_key(endpoint, row, key, environment);
    if (row.provider == "gemini" || row.provider == "vertex_ai") {
        if (!key.empty())
            headers.emplace_back("x-goog-api-key", key);
        return;
    }
    if (row.provider == "anthropic") {
        headers.emplace_back("anthropic-version", "2023-06-01");
        const auto token = key.empty() ? first_set(environment, "ANTHROPIC_AUTH_TOKEN") : std::string();
        // Tokens of a subscription, not of the API console.
        const bool is_oauth = key.starts_with("sk-ant-oat");
        if (is_oauth)
            headers.emplace_back("anthropic-beta", "oauth-2025-04-20");
        if (is_oauth || (!token.empty() && is_one_line(token)))
            headers.emplace_back("authorization", "Bearer " + (is_oauth ? key : token));
        else if (!key.empty())
            headers.emplace_back("x-api-key", key);
        return;
    }
    if (!key.empty())
        headers.emplace_back("authorization", "Bearer " + key);
}

Result<void> add_headers(Endpoint& endpoint, const Row& row, const Environment& environment)
{
    const bool wants_placeholder =
        has(row, placeholder_key) || (row.provider == "openai" && endpoint.api_base != row.base);
    std::string key(endpoint.api_key ? endpoint.api_key->reveal() : "");
    if (!is_one_line(key))
        return invalid_input("api_key is not one line of text.", "api_key");
    if (key.empty() && wants_placeholder)
        key = placeholder;
    add_key(endpoint, row, key, environment);
    add_organization(endpoint.headers, row, endpoint, environment);
    add_environment_headers(endpoint.headers, row, environment);
    return add_configured_headers(endpoint.headers, endpoint.params);
}

/// Unknown members of litellm_params are parameters of every call.
Json body_defaults(const Json& params)
{
    Json defaults;
    for (const auto& [name, value] : params.items())
        if (name != "model" && !value.is_null() && !is_proxy_parameter(name))
            defaults[name] = value;
    return defaults;
}

std::string api_base_of(const Json& params)
{
    auto base = string_at(params, "api_base");
    return base.empty() ? string_at(params, "base_url") : base;
}

void name_model(Endpoint& endpoint, const Row& row)
{
    auto& model = endpoint.model;
    const bool is_full_name = model.starts_with("accounts/") || model.find('#') != std::string::npos;
    if (!row.model_template.empty() && !is_full_name)
        model = fmt::format(fmt::runtime(row.model_template), model);
    if (row.provider != "huggingface")
        return;
    if (split_address(model)) {
        endpoint.api_base = without_trailing_slashes(model);
        model = "tgi";
    } else if (endpoint.api_base == row.base && std::ranges::count(model, '/') == 2) {
        // The router takes the inference provider behind the model's name.
        const auto slash = model.find('/');
        model = model.substr(slash + 1) + ":" + model.substr(0, slash);
    }
}

} // namespace

std::string_view to_string(Operation operation)
{
    switch (operation) {
    case Operation::chat_completions:
        return "chat_completions";
    case Operation::completions:
        return "completions";
    case Operation::embeddings:
        return "embeddings";
    }
    return "";
}

Result<Endpoint> resolve_endpoint(const Json& params, const Environment& environment)
{
    const auto model = string_at(params, "model");
    if (model.empty())
        return invalid_input("litellm_params needs a `model` of the form provider/name.", "model");
    auto base = api_base_of(params);
    auto split = split_model(model, string_at(params, "custom_llm_provider"), base);
    if (!split)
        return split.error();
    const Row* row = find_row(split->provider);
    if (row == nullptr)
        return not_spoken(split->provider);
    if (row->provider == "openai" && split->model.starts_with("responses/"))
        return not_spoken("openai/responses");

    if (base.empty())
        base = first_set(environment, row->base_envs);
    if (base.empty())
        base = row->base;
    Endpoint endpoint;
    endpoint.provider = std::move(split->provider);
    endpoint.model = std::move(split->model);
    endpoint.api_base = without_trailing_slashes(base);
    endpoint.api_version = string_at(params, "api_version");
    if (row->provider == "azure" && endpoint.api_version.empty())
        endpoint.api_version =
            environment("AZURE_API_VERSION").value_or(std::string(default_azure_api_version));
    endpoint.params = params;
    name_model(endpoint, *row);
    auto completed = row->provider == "bedrock" ? complete_bedrock(endpoint, environment)
        : row->provider == "vertex_ai"          ? complete_vertex(endpoint, environment)
                                                : Result<void>();
    if (!completed)
        return completed.error();
    if (!split_address(endpoint.api_base))
        return invalid_input(
            fmt::format(
                "{} needs an api_base (http:// or https://), in litellm_params or as {}.",
                endpoint.provider,
                row->base_envs
            ),
            "api_base"
        );

    auto key = string_at(params, "api_key");
    if (key.empty())
        key = first_set(environment, row->key_envs);
    if (!key.empty())
        endpoint.api_key = Secret(std::move(key));
    endpoint.defaults = body_defaults(params);
    if (const Json* extra = find(params, "extra_body"); extra != nullptr && extra->is_object())
        endpoint.extra_body = *extra;
    if (auto added = add_headers(endpoint, *row, environment); !added)
        return added.error();
    return choose_adapter(std::move(endpoint), *row);
}

} // namespace litellm::providers
