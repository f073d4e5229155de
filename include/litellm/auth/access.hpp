#pragma once
// What a caller may do.

#include "litellm/auth/principal.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::auth {

/// Who may call a route. Everything that no row allows is refused.
enum class Access {
    open,             ///< no key needed
    model_call,       ///< any valid key that is not a viewer's: /chat/completions …
    any_key,          ///< any valid key; the handler restricts what is shown: /key/info, /models …
    key_writer,       ///< proxy admin and internal users (on their own keys): /key/generate …
    spend_reader,     ///< proxy admin, viewers, internal users (their own): /spend/logs …
    admin_reader,     ///< proxy admin and proxy admin viewer
    admin,            ///< proxy admin only
};

/// forbidden or unauthorized when `principal` may not call the route; `path` is the normalised path, used for the key's allowed_routes as well.
[[nodiscard]] Result<void> may_call(const Principal& principal, Access access, std::string_view path);

/// What model access needs to know about the model list.
struct ModelCatalog {
    /// Access groups that the deployments of a model group belong to.
    std::function<std::vector<std::string>(std::string_view model)> access_groups;
    /// What router_settings.model_group_alias and litellm_settings.model_alias_map make of a name; the name itself when nothing.
    std::function<std::string(std::string_view model)> resolve_alias;
};

/// Whether key, team and user lists allow `model` (the reference 2.4). forbidden with type key_/team_/user_model_access_denied.
[[nodiscard]] Result<void> may_use_model(const Principal& principal, std::string_view model, const ModelCatalog& catalog);

/// True when `pattern` (a name, `*`, `openai/*`) covers `model`.
[[nodiscard]] bool model_matches(std::string_view pattern, std::string_view model);

/// The model that key and team aliases make of a requested name (team first, then key).
[[nodiscard]] std::string apply_aliases(const Principal& principal, const std::string& model);

} // namespace litellm::auth
