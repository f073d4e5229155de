#include "azure.hpp"

#include "error_class.hpp"
#include "web_address.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::providers {

namespace {

std::string_view path_of(Operation operation)
{
    switch (operation) {
    case Operation::chat_completions:
        return "/chat/completions";
    case Operation::completions:
        return "/completions";
    case Operation::embeddings:
        break;
    }
    return "/embeddings";
}

bool has_credential(const Endpoint& endpoint)
{
    return std::ranges::any_of(endpoint.headers, [](const auto& header) {
        return equals_ignoring_case(header.first, "api-key") ||
            equals_ignoring_case(header.first, "authorization");
    });
}

/// A base may bring its own `?api-version=`.
std::string with_version(std::string url, const std::string& version)
{
    if (url.find("api-version=") != std::string::npos || version.empty())
        return url;
    return fmt::format(
        "{}{}api-version={}", url, url.find('?') == std::string::npos ? '?' : '&', percent_encode(version)
    );
}

class AzureAdapter final : public OpenAiAdapter {
public:
    using OpenAiAdapter::OpenAiAdapter;

    [[nodiscard]] Result<std::string> url(const Endpoint& endpoint, Operation operation, bool) const override
    {
        if (!has_credential(endpoint))
            return make_error(
                ErrorClass::authentication,
                endpoint.provider,
                "Missing credentials. Set api_key (AZURE_API_KEY) or azure_ad_token (AZURE_AD_TOKEN)."
            );
        const std::string_view path = path_of(route(endpoint, operation));
        return row().provider == "azure_ai" ? foundry_url(endpoint, path) : openai_url(endpoint, path);
    }

    [[nodiscard]] Result<std::optional<std::string>>
    native_url(const Endpoint& endpoint, NativeApi api, bool stream) const override
    {
        const std::string_view path = api == NativeApi::images ? "/images/generations"
            : api == NativeApi::speech                         ? "/audio/speech"
            : api == NativeApi::transcriptions                 ? "/audio/transcriptions"
            : api == NativeApi::translations                   ? "/audio/translations"
            : api == NativeApi::image_edits                    ? "/images/edits"
                                                               : "";
        if (path.empty() || row().provider != "azure")
            return std::optional<std::string>();
        // The same checks as for any other call.
        if (const auto checked = url(endpoint, Operation::embeddings, stream); !checked)
            return checked.error();
        return std::optional(openai_url(endpoint, path));
    }

    [[nodiscard]] Result<std::string>
    account_url(const Endpoint& endpoint, std::string_view path) const override
    {
        if (row().provider != "azure")
            return Adapter::account_url(endpoint, path);
        if (const auto checked = url(endpoint, Operation::embeddings, false); !checked)
            return checked.error();
        const auto address = split_address(endpoint.api_base);
        const std::string_view base_path = address ? address->path : std::string_view();
        const auto& version = endpoint.api_version;
        const bool is_v1 = version == "v1" || version == "latest" || version == "preview" ||
            base_path.ends_with("/openai/v1");
        if (is_v1)
            return openai_url(endpoint, path);
        // The account, not one of its deployments.
        std::string base = endpoint.api_base;
        if (const auto at = base.find("/openai/deployments/"); at != std::string::npos)
            base.resize(at);
        return with_version(join_path(join_path(base, "/openai"), path), version);
    }

private:
    /// `{base}/openai/deployments/{name}/chat/completions?api-version=…`, or the newer surface without
    /// deployments.
    static std::string openai_url(const Endpoint& endpoint, std::string_view path)
    {
        const auto address = split_address(endpoint.api_base);
        const std::string_view base_path = address ? address->path : std::string_view();
        const auto& version = endpoint.api_version;
        const bool is_v1 = version == "v1" || version == "latest" || version == "preview";
        if (is_v1 || base_path.ends_with("/openai/v1")) {
            const bool has_it = base_path.ends_with("/openai/v1");
            const std::string base = has_it ? endpoint.api_base : join_path(endpoint.api_base, "/openai/v1");
            return with_version(join_path(base, path), version == "preview" ? version : std::string());
        }
        std::string base = endpoint.api_base;
        const bool is_gateway = address && address->host == "gateway.ai.cloudflare.com";
        if (is_gateway)
            base = join_path(base, "/" + percent_encode(endpoint.model));
        else if (base_path.find("/openai/deployments/") == std::string_view::npos)
            base = join_path(base, "/openai/deployments/" + percent_encode(endpoint.model));
        return with_version(join_path(base, path), version);
    }

    static std::string foundry_url(const Endpoint& endpoint, std::string_view path)
    {
        const auto address = split_address(endpoint.api_base);
        const bool is_foundry = address && address->host.ends_with("services.ai.azure.com");
        const bool has_models = address && address->path.ends_with("/models");
        const bool adds_models = is_foundry && !has_models && !address->path.ends_with(path);
        const std::string base = adds_models ? join_path(endpoint.api_base, "/models") : endpoint.api_base;
        return with_version(join_path(base, path), endpoint.api_version);
    }
};

} // namespace

const Adapter* azure_adapter(const Row& row)
{
    static const AzureAdapter openai(*find_row("azure"));
    static const AzureAdapter foundry(*find_row("azure_ai"));
    return row.provider == "azure_ai" ? &foundry : &openai;
}

} // namespace litellm::providers
