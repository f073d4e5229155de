#include "bedrock.hpp"
#include "json_access.hpp"
#include "rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace litellm::providers {

namespace {

constexpr std::string_view default_region = "us-west-2";

std::string first_of(
    const Endpoint& endpoint, const char* param, const Environment& environment, std::string_view variables
)
{
    auto value = string_at(endpoint.params, param);
    any_word(variables, [&](std::string_view name) {
        if (value.empty())
            value = environment(std::string(name)).value_or("");
        return !value.empty();
    });
    return value;
}

/// `us-east-1`, `eu-central-2`, `us-gov-west-1`
bool is_region(std::string_view text)
{
    const auto dash = text.rfind('-');
    return dash != std::string_view::npos && dash + 2 == text.size() && text.back() >= '0' &&
        text.back() <= '9' && text.find('.') == std::string_view::npos && text.find('-') != dash;
}

/// Takes route and region off the model's name.
std::string strip_model(std::string& model)
{
    for (const std::string_view route : {"converse/", "invoke/", "converse_like/"})
        if (model.starts_with(route))
            model.erase(0, route.size());
    if (model.starts_with("arn:")) {
        std::string_view rest = model;
        for (int i = 0; i < 3; ++i)
            rest.remove_prefix(std::min(rest.find(':') + 1, rest.size()));
        return std::string(rest.substr(0, rest.find(':')));
    }
    const auto slash = model.find('/');
    if (slash == std::string::npos || !is_region(std::string_view(model).substr(0, slash)))
        return {};
    const std::string region = model.substr(0, slash);
    model.erase(0, slash + 1);
    return region;
}

} // namespace

Result<void> complete_bedrock(Endpoint& endpoint, const Environment& environment)
{
    constexpr std::array<const char*, 3> unknown = {
        "aws_role_name", "aws_profile_name", "aws_web_identity_token"};
    for (const auto* name : unknown)
        if (has_member(endpoint.params, name))
            return invalid_input(
                fmt::format(
                    "{} is not supported by this version; use aws_access_key_id and aws_secret_access_key, "
                    "or api_key.",
                    name
                ),
                name
            );
    const std::string named = strip_model(endpoint.model);
    std::string region = string_at(endpoint.params, "aws_region_name");
    if (region.empty())
        region = named;
    if (region.empty())
        region =
            first_of(endpoint, "region_name", environment, "AWS_REGION_NAME AWS_REGION AWS_DEFAULT_REGION");
    if (region.empty())
        region = default_region;
    endpoint.params["aws_region_name"] = region;
    if (endpoint.api_base.empty())
        endpoint.api_base =
            first_of(endpoint, "aws_bedrock_runtime_endpoint", environment, "AWS_BEDROCK_RUNTIME_ENDPOINT");
    if (endpoint.api_base.empty())
        endpoint.api_base = fmt::format(
            "https://bedrock-runtime.{}.amazonaws.com{}", region, region.starts_with("cn-") ? ".cn" : ""
        );
    constexpr std::array<std::pair<const char*, const char*>, 3> credentials{{
        {"aws_access_key_id", "AWS_ACCESS_KEY_ID"},
        {"aws_secret_access_key", "AWS_SECRET_ACCESS_KEY"},
        {"aws_session_token", "AWS_SESSION_TOKEN"},
    }};
    // A key of the row does not go with a token of the environment.
    const bool has_own = has_member(endpoint.params, "aws_access_key_id");
    for (const auto& [param, variable] : credentials)
        if (!has_own)
            if (auto value = environment(variable); value && !value->empty())
                endpoint.params[param] = *value;
    return {};
}

} // namespace litellm::providers
