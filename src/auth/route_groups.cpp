#include "route_groups.hpp"

#include "litellm/auth/access.hpp"

#include <algorithm>
#include <span>

namespace litellm::auth {

namespace {

/// Each stands for itself and what lies below it.
using Paths = std::span<const std::string_view>;

constexpr std::string_view model_calls[]{
    "/v1",          "/v1beta",
    "/v2/rerank",   "/chat",
    "/completions", "/embeddings",
    "/images",      "/audio",
    "/moderations", "/rerank",
    "/responses",   "/messages",
    "/models",      "/engines",
    "/openai",      "/openai_passthrough",
    "/anthropic",   "/gemini",
    "/vertex_ai",   "/vertex-ai",
    "/bedrock",     "/cohere",
    "/azure",       "/mistral",
    "/groq",        "/batches",
    "/files",       "/fine_tuning",
    "/assistants",  "/threads",
    "/realtime",    "/vector_stores",
    "/ocr",         "/search",
    "/videos",      "/containers",
    "/mcp",         "/utils/token_counter",
};
constexpr std::string_view anthropic_calls[]{"/v1/messages", "/messages", "/anthropic"};
constexpr std::string_view google_calls[]{"/v1beta", "/gemini"};
constexpr std::string_view info[]{
    "/key/info",   "/key/health",     "/key/list",          "/v2/key/info",
    "/team/info",  "/team/list",      "/v2/team/list",      "/team/available",
    "/user/info",  "/user/filter/ui", "/organization/list", "/organization/info",
    "/model/info", "/v1/model/info",  "/v2/model/info",     "/model_group/info",
    "/health",     "/models",         "/v1/models",         "/utils",
};
constexpr std::string_view keys[]{"/key", "/v2/key"};
constexpr std::string_view management[]{
    "/key",
    "/v2/key",
    "/user",
    "/v2/user",
    "/team",
    "/v2/team",
    "/model",
    "/customer",
    "/end_user",
    "/budget",
    "/organization",
    "/invitation",
    "/v1/model/info",
    "/v2/model/info",
    "/tag",
    "/audit",
    "/email",
    "/health/services",
    "/model_group/info",
};
constexpr std::string_view spend[]{
    "/spend", "/global", "/user/daily", "/team/daily", "/tag/daily", "/cost", "/provider/budgets"};
constexpr std::string_view open[]{
    "/", "/openapi.json", "/routes", "/redoc", "/health/liveliness", "/health/liveness", "/health/readiness"};

struct Group {
    std::string_view name;
    Paths paths;
};

constexpr Group groups[] = {
    {"llm_api_routes", model_calls},
    {"openai_routes", model_calls},
    {"anthropic_routes", anthropic_calls},
    {"google_routes", google_calls},
    {"info_routes", info},
    {"key_management_routes", keys},
    {"management_routes", management},
    {"spend_tracking_routes", spend},
    {"global_spend_tracking_routes", spend},
    {"public_routes", open},
};

/// `/v1` and `/v1/models` are under `/v1`, `/v10` is not.
bool is_under(std::string_view path, std::string_view prefix)
{
    return path == prefix ||
        (path.starts_with(prefix) && path.size() > prefix.size() && path[prefix.size()] == '/');
}

bool has(Paths prefixes, std::string_view path)
{
    return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) {
        return is_under(path, prefix);
    });
}

bool is_named(std::string_view entry, std::string_view path)
{
    constexpr std::string_view enumeration = "LiteLLMRoutes.";
    if (entry.starts_with(enumeration))
        entry.remove_prefix(enumeration.size());
    if (const auto in_group = group_has(entry, path))
        return *in_group;
    return entry.ends_with('*') ? path.starts_with(entry.substr(0, entry.size() - 1)) : path == entry;
}

} // namespace

bool is_model_call_route(std::string_view path)
{
    return has(model_calls, path);
}

std::optional<bool> group_has(std::string_view group, std::string_view path)
{
    for (const Group& each : groups) {
        if (each.name == group)
            return has(each.paths, path);
    }
    return std::nullopt;
}

bool names_route(const std::vector<std::string>& entries, std::string_view path)
{
    return std::any_of(entries.begin(), entries.end(), [&](const std::string& entry) {
        return is_named(entry, path);
    });
}

bool are_allowed(const std::vector<std::string>& entries, std::string_view path)
{
    return std::any_of(entries.begin(), entries.end(), [&](const std::string& entry) {
        return !entry.empty() && (is_named(entry, path) || is_under(path, entry));
    });
}

} // namespace litellm::auth
