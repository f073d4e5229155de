#include "litellm/auth/access.hpp"

#include "route_groups.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace litellm::auth {

namespace {

constexpr std::array<bool, role_count> roles(std::initializer_list<Role> wanted)
{
    std::array<bool, role_count> flags{};
    for (const Role role : wanted)
        flags[static_cast<std::size_t>(role)] = true;
    return flags;
}

constexpr auto everybody = roles(
    {Role::proxy_admin,
     Role::proxy_admin_viewer,
     Role::org_admin,
     Role::internal_user,
     Role::internal_user_viewer,
     Role::team,
     Role::customer,
     Role::none}
);
constexpr auto model_callers = roles(
    {Role::proxy_admin,
     Role::org_admin,
     Role::internal_user,
     Role::internal_user_viewer,
     Role::team,
     Role::customer,
     Role::none}
);
constexpr auto writers = roles({Role::proxy_admin, Role::org_admin, Role::internal_user});
constexpr auto staff = roles(
    {Role::proxy_admin,
     Role::proxy_admin_viewer,
     Role::org_admin,
     Role::internal_user,
     Role::internal_user_viewer}
);
constexpr auto overseers = roles({Role::proxy_admin, Role::proxy_admin_viewer});

/// In the order of Access.
constexpr std::array rules{
    AccessRule{Access::open, "open", "everybody, without a key", false, everybody},
    AccessRule{Access::model_call, "model_call", "calling models", true, model_callers},
    AccessRule{Access::any_key, "any_key", "reading what one has oneself", true, everybody},
    AccessRule{Access::key_writer, "key_writer", "making and changing one's own keys", true, writers},
    AccessRule{
        Access::self_managed,
        "self_managed",
        "looking after a team or an organization that one is admin of",
        true,
        writers},
    AccessRule{
        Access::spend_reader, "spend_reader", "reading what one spent", true, staff, "get_spend_routes"},
    AccessRule{Access::admin_reader, "admin_reader", "reading what belongs to everybody", true, overseers},
    AccessRule{Access::admin, "admin", "everything else", true, roles({Role::proxy_admin})},
};

static_assert([] {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (rules[i].access != static_cast<Access>(i))
            return false;
    }
    return true;
}());

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
            "Authentication Error, Only proxy admin can be used to generate, delete, update info for new "
            "keys/users/teams. "
            "Route={}. Your role={}. Your user_id={}",
            path,
            to_string(principal.role),
            principal.user_id.empty() ? std::string("None") : principal.user_id
        ),
        "None",
        "auth_error"};
}

bool list_allows(const std::vector<std::string>& models, std::string_view model, const ModelCatalog& catalog)
{
    if (models.empty())
        return true;
    const std::string target = catalog.resolve_alias ? catalog.resolve_alias(model) : std::string(model);
    const std::vector<std::string> groups =
        catalog.access_groups ? catalog.access_groups(target) : std::vector<std::string>();
    return std::any_of(models.begin(), models.end(), [&](const std::string& entry) {
        return entry == "*" || entry == "all-proxy-models" || model_matches(entry, model) ||
            model_matches(entry, target) || std::find(groups.begin(), groups.end(), entry) != groups.end();
    });
}

Error model_denied(std::string_view who, const std::vector<std::string>& models, std::string_view model)
{
    return Error{
        ErrorKind::forbidden,
        fmt::format(
            "{} not allowed to access model. This {} can only access models={}. Tried to access {}",
            who,
            who,
            python_list(models),
            model
        ),
        "model",
        fmt::format("{}_model_access_denied", who)};
}

bool has_permission(const store::Key* key, const AccessRule& rule)
{
    return !rule.permission.empty() && key != nullptr && key->permissions.is_object() &&
        key->permissions.value(std::string(rule.permission), Json()) == Json(true);
}

bool contains(const std::vector<std::string>& items, std::string_view wanted)
{
    return std::find(items.begin(), items.end(), wanted) != items.end();
}

} // namespace

std::span<const AccessRule> access_rules()
{
    return rules;
}

const AccessRule& rule_of(Access access)
{
    return rules[static_cast<std::size_t>(access)];
}

Result<void> may_call(const Principal& principal, Access access, std::string_view path)
{
    const store::Key* const key = principal.key();
    if (key != nullptr && !key->allowed_routes.empty()) {
        if (!are_allowed(key->allowed_routes, path))
            return Error{
                ErrorKind::forbidden,
                fmt::format(
                    "Virtual key is not allowed to call this route. Only allowed to call routes: {}. Tried "
                    "to call route: {}",
                    python_list(key->allowed_routes),
                    path
                ),
                "None",
                "auth_error"};
    }
    const AccessRule& rule = rule_of(access);
    if (rule.allows(principal.role) || has_permission(key, rule))
        return {};
    if (access == Access::model_call)
        return Error{
            ErrorKind::forbidden,
            "user not allowed to access this OpenAI routes, role= proxy_admin_viewer",
            "None",
            "auth_error"};
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
    const bool is_in_group = !group_models.empty() &&
        (list_allows(group_models, model, catalog) || list_allows(group_models, resolved, catalog));
    if (!contains(key_models, "all-team-models") && !list_allows(key_models, model, catalog) &&
        !list_allows(key_models, resolved, catalog) && !is_in_group)
        return model_denied("key", key_models, model);
    if (context.team) {
        const bool is_team_alias = context.team->model_aliases.is_object() &&
            context.team->model_aliases.contains(std::string(model));
        if (!is_team_alias && !list_allows(context.team->models, resolved, catalog))
            return model_denied("team", context.team->models, model);
        if (context.organization && !is_team_alias &&
            !list_allows(context.organization->models, resolved, catalog))
            return model_denied("org", context.organization->models, model);
        return {};
    }
    if (context.organization && !list_allows(context.organization->models, resolved, catalog))
        return model_denied("org", context.organization->models, model);
    if (context.user) {
        if (contains(context.user->models, "no-default-models"))
            return Error{
                ErrorKind::forbidden,
                fmt::format(
                    "User not allowed to access model. No default model access, only team models allowed. "
                    "Tried to access {}",
                    model
                ),
                "model",
                "key_model_access_denied"};
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
