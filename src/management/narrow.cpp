#include "narrow.hpp"

#include "route_cover.hpp"

#include "litellm/auth/access.hpp"
#include "litellm/management/context.hpp"

#include <algorithm>

namespace litellm::management {

namespace {

using Names = std::vector<std::string>;

bool contains(const Names& list, std::string_view text)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

template <class Value>
void limit(const std::optional<Value>& parent, std::optional<Value>& child, const char* name, Names& lowered)
{
    if (!parent)
        return;
    if (child && *child > *parent)
        lowered.emplace_back(name);
    if (!child || *child > *parent)
        child = parent;
}

bool is_unbounded(const Names& models)
{
    return models.empty() || contains(models, "*") || contains(models, "all-proxy-models");
}

/// With `all-team-models` the team's list binds parent and child alike: they are in the same team.
bool binds_models(const store::Key& parent)
{
    return !is_unbounded(parent.models) && !contains(parent.models, "all-team-models");
}

bool is_model_covered(const Names& owned, const std::string& model)
{
    if (contains(owned, model))
        return true;
    if (model == "*" || model == "all-proxy-models" || model == "all-team-models")
        return false;
    return std::any_of(owned.begin(), owned.end(), [&](const std::string& pattern) {
        return auth::model_matches(pattern, model);
    });
}

void narrow_models(const Names& parent, Names& child, Names& lowered)
{
    const auto removed =
        std::erase_if(child, [&](const std::string& model) { return !is_model_covered(parent, model); });
    if (removed > 0)
        lowered.emplace_back("models");
    if (child.empty())
        child = parent;
}

void narrow_list(const Names& parent, Names& child, const char* name, Names& lowered)
{
    if (std::erase_if(child, [&](const std::string& each) { return !contains(parent, each); }) > 0)
        lowered.emplace_back(name);
    if (child.empty())
        child = parent;
}

/// Takes away what `is_granted` does not allow.
template <class IsGranted>
void narrow_members(Json& object, const char* name, Names& lowered, IsGranted is_granted)
{
    Json kept = Json::object();
    for (const auto& [member, value] : object.items()) {
        if (is_granted(member, value))
            kept[member] = value;
    }
    if (kept.size() != object.size())
        lowered.emplace_back(name);
    object = std::move(kept);
}

void narrow_routes(const Names& parent, Names& child, Names& lowered)
{
    const auto removed = std::erase_if(child, [&](const std::string& route) {
        return parent.empty() ? !is_open_to_internal_users(route) : !is_covered(route, parent);
    });
    if (removed > 0)
        lowered.emplace_back("allowed_routes");
    if (child.empty())
        child = parent;
}

/// A shorter period would let the same budget be spent more often.
void narrow_period(const store::Key& parent, store::Key& child, Timestamp now, Names& lowered)
{
    if (!parent.max_budget || !child.budget_duration)
        return;
    const auto wanted = parse_duration(*child.budget_duration);
    const auto owned = parse_duration(parent.budget_duration.value_or(""));
    if (wanted && owned && wanted->approximate() >= owned->approximate())
        return;
    lowered.emplace_back("budget_duration");
    child.budget_duration = parent.budget_duration;
    child.budget_reset_at = parent.budget_reset_at;
    if (!owned || child.budget_reset_at)
        return;
    if (const auto reset = next_budget_reset(*parent.budget_duration, now))
        child.budget_reset_at = *reset;
}

/// The owner's team, organization and permission row are the child's too; another one is an excess.
void bind(
    const std::optional<std::string>& parent,
    std::optional<std::string>& child,
    const char* name,
    Names& lowered
)
{
    if (!parent || child == parent)
        return;
    if (child)
        lowered.emplace_back(name);
    child = parent;
}

void narrow_organization(const store::Key& parent, store::Key& child, Names& lowered)
{
    if (child.organization_id && child.organization_id != parent.organization_id)
        lowered.emplace_back("organization_id");
    child.organization_id = parent.organization_id;
}

void narrow_grants(const store::Key& parent, store::Key& child, Names& lowered)
{
    narrow_members(
        child.permissions,
        "permissions",
        lowered,
        [&](const std::string& member, const Json& value) {
            return value.is_null() || value == false ||
                (parent.permissions.contains(member) && parent.permissions[member] == value);
        }
    );
    narrow_members(child.config, "config", lowered, [&](const std::string& member, const Json& value) {
        return parent.config.contains(member) && parent.config[member] == value;
    });
    if (binds_models(parent))
        narrow_members(child.aliases, "aliases", lowered, [&](const std::string&, const Json& target) {
            return target.is_string() && is_model_covered(parent.models, target.get<std::string>());
        });
    const auto removed = std::erase_if(child.access_group_ids, [&](const std::string& id) {
        return !contains(parent.access_group_ids, id);
    });
    if (removed > 0)
        lowered.emplace_back("access_group_ids");
    if (!parent.allowed_cache_controls.empty())
        narrow_list(
            parent.allowed_cache_controls, child.allowed_cache_controls, "allowed_cache_controls", lowered
        );
}

} // namespace

store::Key parent_of(const auth::Principal& principal)
{
    const store::Key* key = principal.key();
    if (key == nullptr || key->team_id == dashboard_team_id)
        return {};
    return *key;
}

std::vector<std::string> narrow(const store::Key& parent, store::Key& child, Timestamp now)
{
    Names lowered;
    bind(parent.team_id, child.team_id, "team_id", lowered);
    bind(parent.object_permission_id, child.object_permission_id, "object_permission", lowered);
    narrow_organization(parent, child, lowered);
    limit(parent.expires, child.expires, "duration", lowered);
    limit(parent.max_budget, child.max_budget, "max_budget", lowered);
    limit(parent.tpm_limit, child.tpm_limit, "tpm_limit", lowered);
    limit(parent.rpm_limit, child.rpm_limit, "rpm_limit", lowered);
    limit(parent.max_parallel_requests, child.max_parallel_requests, "max_parallel_requests", lowered);
    narrow_period(parent, child, now, lowered);
    if (binds_models(parent))
        narrow_models(parent.models, child.models, lowered);
    narrow_routes(parent.allowed_routes, child.allowed_routes, lowered);
    narrow_grants(parent, child, lowered);
    narrow_metadata(parent, child, lowered);
    return lowered;
}

bool is_within(const store::Key& parent, const store::Key& child, Timestamp now)
{
    store::Key copy = child;
    if (!narrow(parent, copy, now).empty())
        return false;
    // What is open in the child and bound in the parent was filled in.
    return copy.expires == child.expires && copy.max_budget == child.max_budget &&
        copy.tpm_limit == child.tpm_limit && copy.rpm_limit == child.rpm_limit &&
        copy.max_parallel_requests == child.max_parallel_requests && copy.models == child.models &&
        copy.allowed_routes == child.allowed_routes && copy.team_id == child.team_id &&
        copy.metadata == child.metadata && copy.model_max_budget == child.model_max_budget &&
        copy.allowed_cache_controls == child.allowed_cache_controls;
}

std::vector<std::string> above_user(const auth::Principal& principal, const store::Key& child)
{
    Names above;
    if (child.team_id || !principal.context || !principal.context->user)
        return above;
    const auto& user = *principal.context->user;
    store::Key copy = child;
    limit(user.max_budget, copy.max_budget, "max_budget", above);
    limit(user.tpm_limit, copy.tpm_limit, "tpm_limit", above);
    limit(user.rpm_limit, copy.rpm_limit, "rpm_limit", above);
    limit(user.max_parallel_requests, copy.max_parallel_requests, "max_parallel_requests", above);
    if (!is_unbounded(user.models))
        narrow_models(user.models, copy.models, above);
    return above;
}

} // namespace litellm::management
