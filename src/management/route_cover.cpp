#include "route_cover.hpp"

#include "litellm/auth/access.hpp"

#include <algorithm>

namespace litellm::management {

namespace {

constexpr std::string_view internal_user_routes[] = {
    "/key/generate",      "/key/update",    "/key/delete",
    "/key/info",          "/key/health",    "/key/regenerate",
    "/key/list",          "/key/block",     "/key/unblock",
    "/key/bulk_update",   "/v2/key/info",   "/key/service-account/generate",
    "/team/info",         "/team/list",     "/v2/team/list",
    "/team/available",    "/user/info",     "/user/filter/ui",
    "/model/info",        "/v2/model/info", "/model_group/info",
    "/organization/list", "/health",        "/cost/estimate",
    "/spend/keys",        "/spend/users",   "/spend/tags",
    "/spend/calculate",   "/spend/logs",    "/user/available_roles",
};

constexpr std::string_view model_call_groups[] = {
    "openai_routes",
    "anthropic_routes",
    "google_routes",
    "mapped_pass_through_routes",
    "passthrough_routes_wildcard",
};

bool is_path(std::string_view entry)
{
    return entry.starts_with('/');
}

/// `/v1` and `/v1/*` are under `/v1`, `/v10` is not.
bool is_under(std::string_view path, std::string_view prefix)
{
    return path == prefix ||
        (path.starts_with(prefix) && path.size() > prefix.size() && path[prefix.size()] == '/');
}

bool is_model_call_group(std::string_view name)
{
    return std::find(std::begin(model_call_groups), std::end(model_call_groups), name) !=
        std::end(model_call_groups);
}

bool covers(std::string_view owned, std::string_view entry)
{
    if (owned == entry)
        return true;
    if (!is_path(owned))
        return owned == "llm_api_routes" &&
            (is_path(entry) ? auth::is_model_call_route(entry) : is_model_call_group(entry));
    if (!is_path(entry))
        return false;
    if (owned.ends_with('*'))
        return entry.starts_with(owned.substr(0, owned.size() - 1));
    // A trailing star also matches what merely begins like its prefix, so only `/owned/…` stays inside.
    return is_under(entry, owned);
}

} // namespace

bool is_covered(std::string_view entry, const std::vector<std::string>& owned)
{
    return std::any_of(owned.begin(), owned.end(), [&](const std::string& each) {
        return covers(each, entry);
    });
}

bool is_open_to_internal_users(std::string_view entry)
{
    if (!is_path(entry))
        return entry.find('*') == std::string_view::npos;
    if (entry.find("..") != std::string_view::npos || entry.find("//") != std::string_view::npos)
        return false;
    return auth::is_model_call_route(entry) ||
        std::find(std::begin(internal_user_routes), std::end(internal_user_routes), entry) !=
        std::end(internal_user_routes);
}

} // namespace litellm::management
