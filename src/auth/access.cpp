#include "litellm/auth/access.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace litellm::auth {

namespace {

// Members of the route groups that a key's allowed_routes may name (the reference 6.6). A trailing `*` matches the rest.
constexpr std::array llm_api_routes = {
    std::string_view("/chat/completions"), std::string_view("/v1/chat/completions"), std::string_view("/completions"),
    std::string_view("/v1/completions"), std::string_view("/embeddings"), std::string_view("/v1/embeddings"),
    std::string_view("/engines/*"), std::string_view("/openai/*"), std::string_view("/models"), std::string_view("/v1/models"),
    std::string_view("/models/*"), std::string_view("/v1/models/*"), std::string_view("/moderations"), std::string_view("/v1/*"),
    std::string_view("/responses"), std::string_view("/rerank"), std::string_view("/images/*"), std::string_view("/audio/*"),
};
constexpr std::array info_routes = {
    std::string_view("/key/info"), std::string_view("/key/health"), std::string_view("/key/list"), std::string_view("/team/info"),
    std::string_view("/team/list"), std::string_view("/user/info"), std::string_view("/model/info"), std::string_view("/v1/model/info"),
    std::string_view("/v2/model/info"), std::string_view("/v2/key/info"), std::string_view("/model_group/info"),
    std::string_view("/health"), std::string_view("/models"), std::string_view("/v1/models"),
};
constexpr std::array management_routes = {
    std::string_view("/key/*"), std::string_view("/user/*"), std::string_view("/team/*"), std::string_view("/model/*"),
    std::string_view("/customer/*"), std::string_view("/end_user/*"), std::string_view("/organization/*"), std::string_view("/budget/*"),
};
constexpr std::array spend_routes = {std::string_view("/spend/*"), std::string_view("/global/*")};

bool route_matches(std::string_view entry, std::string_view path)
{
    if (entry.ends_with('*'))
        return path.starts_with(entry.substr(0, entry.size() - 1));
    return path == entry || (path.size() > entry.size() && path.starts_with(entry) && path[entry.size()] == '/');
}

template <class Routes>
bool any_matches(const Routes& routes, std::string_view path)
{
    return std::any_of(routes.begin(), routes.end(), [&](std::string_view route) {
        return route.ends_with('*') ? route_matches(route, path) : route == path;
    });
}

bool allowed_route_covers(std::string_view entry, std::string_view path)
{
    if (entry == "llm_api_routes" || entry == "openai_routes")
        return any_matches(llm_api_routes, path);
    if (entry == "info_routes")
        return any_matches(info_routes, path);
    if (entry == "management_routes" || entry == "key_management_routes")
        return any_matches(management_routes, path);
    if (entry == "spend_tracking_routes")
        return any_matches(spend_routes, path);
    return route_matches(entry, path);
}

std::string python_list(const std::vector<std::string>& items)
{
    std::string text = "[";
    for (std::size_t i = 0; i < items.size(); ++i)
        text += fmt::format("{}'{}'", i == 0 ? "" : ", ", items[i]);
    return text + "]";
}

Error wrong_role(const Principal& principal, std::string_view path)
{
    return Error{
        ErrorKind::unauthorized,
        fmt::format(
            "Authentication Error, Only proxy admin can be used to generate, delete, update info for new keys/users/teams. "
            "Route={}. Your role={}. Your user_id={}",
            path,
            to_string(principal.role),
            principal.user_id.empty() ? std::string("None") : principal.user_id
        ),
        "None",
        "auth_error"
    };
}

bool role_suffices(const Principal& principal, Access access)
{
    const Role role = principal.role;
    switch (access) {
    case Access::open:
    case Access::any_key: return true;
    case Access::model_call: return role != Role::proxy_admin_viewer;
    case Access::key_writer: return role == Role::proxy_admin || role == Role::internal_user;
    case Access::spend_reader: return role != Role::none;
    case Access::admin_reader: return role == Role::proxy_admin || role == Role::proxy_admin_viewer;
    case Access::admin: break;
    }
    return role == Role::proxy_admin;
}

bool list_allows(const std::vector<std::string>& models, std::string_view model, const ModelCatalog& catalog)
{
    if (models.empty())
        return true;
    const std::string target = catalog.resolve_alias ? catalog.resolve_alias(model) : std::string(model);
    const std::vector<std::string> groups = catalog.access_groups ? catalog.access_groups(target) : std::vector<std::string>();
    return std::any_of(models.begin(), models.end(), [&](const std::string& entry) {
        return entry == "*" || entry == "all-proxy-models" || model_matches(entry, model) || model_matches(entry, target)
            || std::find(groups.begin(), groups.end(), entry) != groups.end();
    });
}

Error model_denied(std::string_view who, const std::vector<std::string>& models, std::string_view model)
{
    return Error{
        ErrorKind::forbidden,
        fmt::format(
            "{} not allowed to access model. This {} can only access models={}. Tried to access {}", who, who, python_list(models), model
        ),
        "model",
        fmt::format("{}_model_access_denied", who)
    };
}

bool contains(const std::vector<std::string>& items, std::string_view wanted)
{
    return std::find(items.begin(), items.end(), wanted) != items.end();
}

} // namespace

Result<void> may_call(const Principal& principal, Access access, std::string_view path)
{
    const store::Key* const key = principal.key();
    if (key != nullptr && !key->allowed_routes.empty()) {
        const bool covered = std::any_of(key->allowed_routes.begin(), key->allowed_routes.end(), [&](const std::string& entry) {
            return allowed_route_covers(entry, path);
        });
        if (!covered)
            return Error{
                ErrorKind::forbidden,
                fmt::format(
                    "Virtual key is not allowed to call this route. Only allowed to call routes: {}. Tried to call route: {}",
                    python_list(key->allowed_routes),
                    path
                ),
                "None",
                "auth_error"
            };
    }
    if (role_suffices(principal, access))
        return {};
    if (access == Access::model_call)
        return Error{ErrorKind::forbidden, "user not allowed to access this OpenAI routes, role= proxy_admin_viewer", "None", "auth_error"};
    if (access == Access::spend_reader && key != nullptr && key->permissions.is_object()
        && key->permissions.value("get_spend_routes", Json()) == Json(true))
        return {};
    return wrong_role(principal, path);
}

bool model_matches(std::string_view pattern, std::string_view model)
{
    const auto star = pattern.find('*');
    if (star == std::string_view::npos)
        return pattern == model;
    if (!model.starts_with(pattern.substr(0, star)))
        return false;
    const std::string_view rest = pattern.substr(star + 1);
    model.remove_prefix(star);
    if (rest.empty())
        return true;
    for (std::size_t i = 0; i <= model.size(); ++i) {
        if (model_matches(rest, model.substr(i)))
            return true;
    }
    return false;
}

Result<void> may_use_model(const Principal& principal, std::string_view model, const ModelCatalog& catalog)
{
    if (!principal.context)
        return {};
    const store::KeyContext& context = *principal.context;
    const std::string resolved = apply_aliases(principal, std::string(model));
    const auto& key_models = context.key.models;
    const auto& group_models = context.access_group_models;
    const bool is_in_group = !group_models.empty() && (list_allows(group_models, model, catalog) || list_allows(group_models, resolved, catalog));
    if (!contains(key_models, "all-team-models") && !list_allows(key_models, model, catalog) && !list_allows(key_models, resolved, catalog) && !is_in_group)
        return model_denied("key", key_models, model);
    if (context.team) {
        const bool is_team_alias = context.team->model_aliases.is_object() && context.team->model_aliases.contains(std::string(model));
        if (!is_team_alias && !list_allows(context.team->models, resolved, catalog))
            return model_denied("team", context.team->models, model);
        if (context.organization && !is_team_alias && !list_allows(context.organization->models, resolved, catalog))
            return model_denied("org", context.organization->models, model);
        return {};
    }
    if (context.organization && !list_allows(context.organization->models, resolved, catalog))
        return model_denied("org", context.organization->models, model);
    if (context.user) {
        if (contains(context.user->models, "no-default-models"))
            return Error{
                ErrorKind::forbidden,
                fmt::format("User not allowed to access model. No default model access, only team models allowed. Tried to access {}", model),
                "model",
                "key_model_access_denied"
            };
        if (!list_allows(context.user->models, resolved, catalog))
            return model_denied("user", context.user->models, model);
    }
    return {};
}

std::string apply_aliases(const Principal& principal, const std::string& model)
{
    if (!principal.context)
        return model;
    const auto look_up = [](const Json& aliases, const std::string& name) {
        if (aliases.is_object()) {
            const auto found = aliases.find(name);
            if (found != aliases.end() && found->is_string())
                return found->get<std::string>();
        }
        return name;
    };
    const auto& team = principal.context->team;
    const std::string of_team = team ? look_up(team->model_aliases, model) : model;
    return look_up(principal.context->key.aliases, of_team);
}

} // namespace litellm::auth
