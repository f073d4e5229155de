#include "litellm/core/encoding.hpp"
#include "litellm/core/json_member.hpp"
#include "litellm/inference/pass_through.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace litellm::inference {

namespace {

struct Prefix {
    std::string_view path;
    std::string_view provider;
    std::string_view target;
    const char* base_variable;
    const char* key_variable;
};

constexpr std::array<Prefix, 6> prefixes{{
    {"/anthropic", "anthropic", "https://api.anthropic.com", "ANTHROPIC_API_BASE", "ANTHROPIC_API_KEY"},
    {"/openai", "openai", "https://api.openai.com", "OPENAI_API_BASE", "OPENAI_API_KEY"},
    {"/openai_passthrough", "openai", "https://api.openai.com", "OPENAI_API_BASE", "OPENAI_API_KEY"},
    {"/gemini", "gemini", "https://generativelanguage.googleapis.com", "GEMINI_API_BASE", "GEMINI_API_KEY"},
    {"/cohere", "cohere", "https://api.cohere.com", "COHERE_API_BASE", "COHERE_API_KEY"},
    {"/mistral", "mistral", "https://api.mistral.ai", "MISTRAL_API_BASE", "MISTRAL_API_KEY"},
}};

std::string without_slashes(std::string text)
{
    while (text.ends_with('/'))
        text.pop_back();
    return text;
}

bool flag_at(const Json& object, const char* name, bool otherwise)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

/// A row of the provider that lends its credentials.
const config::Deployment* lender(const config::Config& config, std::string_view provider)
{
    for (const auto& row : config.model_list) {
        if (!flag_at(row.params, "use_in_pass_through", false))
            continue;
        const auto split = providers::split_model(row.model, member_text(row.params, "custom_llm_provider"));
        if (split && split->provider == provider)
            return &row;
    }
    return nullptr;
}

PassThrough built_in(const Prefix& prefix, const config::Config& config)
{
    PassThrough made;
    made.path = prefix.path;
    made.provider = prefix.provider;
    made.forwards_headers = true;
    made.includes_subpaths = true;
    std::string key = config.environment(prefix.key_variable).value_or("");
    made.target = config.environment(prefix.base_variable).value_or(std::string(prefix.target));
    if (const auto* row = lender(config, prefix.provider)) {
        if (auto own = member_text(row->params, "api_key"); !own.empty())
            key = std::move(own);
        if (auto base = member_text(row->params, "api_base"); !base.empty())
            made.target = std::move(base);
    }
    made.target = without_slashes(std::move(made.target));
    // The path of a request begins with the version already.
    if (made.target.ends_with("/v1"))
        made.target.resize(made.target.size() - 3);
    if (key.empty())
        made.missing = fmt::format(
            "Required '{}' in environment to make pass-through calls to {}.",
            prefix.key_variable,
            prefix.provider
        );
    else if (prefix.provider == "anthropic")
        made.headers = {{"x-api-key", key}};
    else if (prefix.provider == "gemini")
        made.headers = {{"x-goog-api-key", key}};
    else
        made.headers = {{"authorization", "Bearer " + key}};
    return made;
}

/// LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY are two halves of one header.
void add_headers(const Json& given, PassThrough& made)
{
    const auto user = member_text(given, "LANGFUSE_PUBLIC_KEY");
    if (!user.empty())
        made.headers.emplace_back(
            "authorization", "Basic " + to_base64(user + ":" + member_text(given, "LANGFUSE_SECRET_KEY"))
        );
    for (const auto& [name, value] : given.items()) {
        if (!value.is_string() || name.starts_with("LANGFUSE_") || name == "litellm_user_api_key")
            continue;
        made.headers.emplace_back(name, value.get<std::string>());
    }
}

} // namespace

std::vector<PassThrough> pass_throughs(const config::Config& config, std::vector<std::string>& problems)
{
    std::vector<PassThrough> all;
    const Json& general = config.general.raw;
    const auto found = general.is_object() ? general.find("pass_through_endpoints") : general.end();
    if (general.is_object() && found != general.end() && found->is_array()) {
        for (const Json& entry : *found) {
            PassThrough made;
            made.path = without_slashes(member_text(entry, "path"));
            made.target = member_text(entry, "target");
            if (!made.path.starts_with('/') || made.path.find('{') != std::string::npos ||
                (!made.target.starts_with("https://") && !made.target.starts_with("http://"))) {
                problems.push_back("an entry of pass_through_endpoints is left out: it needs a path that "
                                   "begins with / and a target that is an address");
                continue;
            }
            made.needs_key = flag_at(entry, "auth", true);
            made.forwards_headers = flag_at(entry, "forward_headers", false);
            made.merges_query = flag_at(entry, "merge_query_params", false);
            made.includes_subpaths = flag_at(entry, "include_subpath", false);
            if (const auto cost = entry.find("cost_per_request"); cost != entry.end() && cost->is_number()) {
                if (const auto fee = Money::from_usd(cost->get<double>()))
                    made.cost_per_request = *fee;
            }
            if (const auto headers = entry.find("headers"); headers != entry.end() && headers->is_object())
                add_headers(*headers, made);
            if (!made.needs_key)
                problems.push_back(fmt::format(
                    "everybody may call {} without a key (auth: false), with the credentials of its headers",
                    made.path
                ));
            all.push_back(std::move(made));
        }
    }
    for (const Prefix& prefix : prefixes) {
        const bool is_taken = std::any_of(all.begin(), all.end(), [&](const PassThrough& each) {
            return each.path == prefix.path;
        });
        if (!is_taken)
            all.push_back(built_in(prefix, config));
    }
    return all;
}

} // namespace litellm::inference
