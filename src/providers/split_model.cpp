#include "bare_names.hpp"
#include "provider_list.hpp"
#include "web_address.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/providers/provider.hpp"

#include <fmt/format.h>

#include <array>

namespace litellm::providers {

namespace {

struct KnownBase {
    std::string_view host;
    std::string_view path;
    std::string_view provider;
};

constexpr auto known_bases = std::to_array<KnownBase>({
    {"api.perplexity.ai", "", "perplexity"},
    {"api.endpoints.anyscale.com", "/v1", "anyscale"},
    {"api.deepinfra.com", "/v1/openai", "deepinfra"},
    {"api.mistral.ai", "/v1", "mistral"},
    {"codestral.mistral.ai", "/v1/chat/completions", "codestral"},
    {"codestral.mistral.ai", "/v1/fim/completions", "text-completion-codestral"},
    {"api.groq.com", "/openai/v1", "groq"},
    {"integrate.api.nvidia.com", "/v1", "nvidia_nim"},
    {"api.cerebras.ai", "/v1", "cerebras"},
    {"api.deepseek.com", "/v1", "deepseek"},
    {"api.together.xyz", "/v1", "together_ai"},
    {"app.empower.dev", "/api/v1", "empower"},
    {"api.friendli.ai", "/serverless/v1", "friendliai"},
    {"api.sambanova.ai", "/v1", "sambanova"},
    {"api.ai21.com", "/studio/v1", "ai21_chat"},
    {"api.x.ai", "/v1", "xai"},
    {"ollama.com", "", "ollama"},
    {"api.galadriel.ai", "/v1", "galadriel"},
    {"api.galadriel.com", "/v1", "galadriel"},
    {"api.llama.com", "/compat/v1", "meta_llama"},
    {"api.featherless.ai", "/v1", "featherless_ai"},
    {"inference.api.nscale.com", "/v1", "nscale"},
    {"api.studio.nebius.ai", "/v1", "nebius"},
    {"dashscope-intl.aliyuncs.com", "/compatible-mode/v1", "dashscope"},
    {"api.moonshot.ai", "/v1", "moonshot"},
    {"api.publicai.co", "/v1", "publicai"},
    {"api.synthetic.new", "/openai/v1", "synthetic"},
    {"api.stima.tech", "/v1", "apertis"},
    {"nano-gpt.com", "/api/v1", "nano-gpt"},
    {"api.poe.com", "/v1", "poe"},
    {"llm.chutes.ai", "/v1", "chutes"},
    {"api.v0.dev", "/v1", "v0"},
    {"api.morphllm.com", "/v1", "morph"},
    {"api.lambda.ai", "/v1", "lambda_ai"},
    {"api.hyperbolic.xyz", "/v1", "hyperbolic"},
    {"ai-gateway.helicone.ai", "", "helicone"},
    {"ai-gateway.vercel.sh", "/v1", "vercel_ai_gateway"},
    {"api.inference.wandb.ai", "/v1", "wandb"},
    {"api.clarifai.com", "/v2/ext/openai/v1", "clarifai"},
});

/// Host and path are compared, never the raw text: a query string or a longer host name must not fool the
/// choice of a key.
std::string_view provider_of_base(std::string_view api_base)
{
    const auto address = split_address(api_base);
    if (!address)
        return {};
    for (const auto& known : known_bases)
        if (equals_ignoring_case(address->host, known.host) && is_path_prefix(known.path, address->path))
            return known.provider;
    return {};
}

ProviderAndModel of(std::string_view provider, std::string_view model)
{
    if (provider == "vllm")
        provider = "hosted_vllm";
    if (provider == "cohere" && is_cohere_chat_name(model))
        provider = "cohere_chat";
    if (provider == "anthropic" && is_legacy_claude_name(model))
        provider = "anthropic_text";
    return {std::string(provider), std::string(model)};
}

Error no_provider(std::string_view model)
{
    auto error = invalid_input(
        fmt::format(
            "litellm.BadRequestError: LLM Provider NOT provided. Pass in the LLM provider you are trying to "
            "call. You passed "
            "model={}\n Pass model as E.g. For 'Huggingface' inference endpoints pass in `model: "
            "huggingface/starcoder`",
            model
        ),
        "model"
    );
    error.status = 400;
    return error;
}

std::string_view without_prefix(std::string_view model, std::string_view provider)
{
    const bool prefixed =
        model.size() > provider.size() && model.starts_with(provider) && model[provider.size()] == '/';
    return prefixed ? model.substr(provider.size() + 1) : model;
}

} // namespace

Result<ProviderAndModel>
split_model(std::string_view model, std::string_view custom_llm_provider, std::string_view api_base)
{
    const auto slash = model.find('/');
    const auto first = slash == std::string_view::npos ? std::string_view{} : model.substr(0, slash);
    const auto rest = slash == std::string_view::npos ? model : model.substr(slash + 1);

    if (first == "azure" && is_azure_serverless_name(rest))
        return of("openai", model);
    if (!custom_llm_provider.empty()) {
        if (!is_provider(custom_llm_provider))
            return no_provider(
                fmt::format("{}/{}", custom_llm_provider, without_prefix(model, custom_llm_provider))
            );
        return of(custom_llm_provider, without_prefix(model, custom_llm_provider));
    }
    if (!first.empty() && !rest.empty() && is_provider(first))
        return of(first, rest);
    if (const auto provider = provider_of_base(api_base); !provider.empty() && !model.empty())
        return of(provider, model);
    if (const auto provider = provider_of_bare_name(model); !provider.empty())
        return of(provider, model);
    return no_provider(model);
}

} // namespace litellm::providers
