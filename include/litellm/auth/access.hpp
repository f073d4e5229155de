#pragma once
// What a caller may do.

#include "litellm/auth/principal.hpp"

#include <array>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::auth {

/// Who may call a route: the name of a row in access_rules(). Everything that no row allows is refused.
enum class Access {
    open,         ///< no key needed
    model_call,   ///< /chat/completions …
    any_key,      ///< the handler restricts what is shown: /key/info, /models …
    key_writer,   ///< on their own keys, which the handler checks: /key/generate …
    self_managed, ///< admins of teams and organizations on those, which the handler checks: /team/member_add
                  ///< …
    spend_reader, ///< their own spend, which the handler checks: /spend/logs …
    admin_reader, ///< what belongs to everybody: /user/list, /audit …
    admin,        ///< proxy admins only
};

struct AccessRule {
    Access access = Access::admin;
    std::string_view name;
    std::string_view summary;
    bool needs_key = true;
    std::array<bool, role_count> roles{}; ///< by Role
    /// A member of the key's `permissions` that stands for a role; empty when none does.
    std::string_view permission = {};

    [[nodiscard]] bool allows(Role role) const { return roles[static_cast<std::size_t>(role)]; }
};

/// The whole of what roles may do, one row for each Access.
[[nodiscard]] std::span<const AccessRule> access_rules();
[[nodiscard]] const AccessRule& rule_of(Access access);

/// forbidden or unauthorized when `principal` may not call the route; `path` is the normalised path. The
/// key's allowed_routes restrict what the role allows and never widen it.
[[nodiscard]] Result<void> may_call(const Principal& principal, Access access, std::string_view path);

/// Whether a list of routes (of a key, or of general_settings) names `path`: as it is, by a prefix with `*`
/// at its end, or by the name of one of LiteLLM's groups of routes, with or without `LiteLLMRoutes.` before
/// it.
[[nodiscard]] bool names_route(const std::vector<std::string>& entries, std::string_view path);

/// Whether a path, or a prefix with `*` at its end, lies within LiteLLM's group `llm_api_routes`.
[[nodiscard]] bool is_model_call_route(std::string_view path);

/// What model access needs to know about the model list.
struct ModelCatalog {
    /// Access groups that the deployments of a model group belong to.
    std::function<std::vector<std::string>(std::string_view model)> access_groups;
    /// What router_settings.model_group_alias and litellm_settings.model_alias_map make of a name; the name
    /// itself when nothing.
    std::function<std::string(std::string_view model)> resolve_alias;
};

/// Whether key, team and user lists allow `model` (the reference 2.4). forbidden with type
/// key_/team_/user_model_access_denied.
[[nodiscard]] Result<void>
may_use_model(const Principal& principal, std::string_view model, const ModelCatalog& catalog);

/// True when `pattern` (a name, `*`, `openai/*`) covers `model`.
[[nodiscard]] bool model_matches(std::string_view pattern, std::string_view model);

/// The model that key and team aliases make of a requested name (team first, then key).
[[nodiscard]] std::string apply_aliases(const Principal& principal, const std::string& model);

} // namespace litellm::auth
