#pragma once
// Who is calling.

#include "litellm/core/encoding.hpp"
#include "litellm/core/task.hpp"
#include "litellm/spend/accounts.hpp"
#include "litellm/store/keys.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::auth {

/// Whose the master key is, and keys that it makes for nobody.
inline constexpr std::string_view default_user_id = "default_user_id";

/// Of the key's user. `org_admin` looks after organizations that he is a member of; `team` and `customer`
/// only call models; `none` is a key whose user has no row.
enum class Role {
    proxy_admin,
    proxy_admin_viewer,
    org_admin,
    internal_user,
    internal_user_viewer,
    team,
    customer,
    none
};
inline constexpr std::size_t role_count = 8;
[[nodiscard]] std::string_view to_string(Role role);
/// Text of LiteLLM_UserTable.user_role; unknown and null texts are internal_user.
[[nodiscard]] Role role_from(const std::optional<std::string>& text);

/// A caller, resolved once and used by authorisation, limits, ledger and logs alike. Immutable.
struct Principal {
    bool is_master = false;
    Role role = Role::none;
    /// SHA-256 hex of the credential that was presented.
    std::string presented_hash;
    /// Hash the ledger writes; the current key's for a rotated key in its grace time.
    std::string key_hash;
    /// Empty for the master key's caller, whose user_id is `default_user_id`.
    std::optional<store::KeyContext> context;
    /// user_id of the key; `default_user_id` for the master key; empty when the key has no user.
    std::string user_id;
    /// Budgets and limits of every scope, ready to be reserved.
    std::vector<spend::Payer> payers;
    Timestamp loaded_at;
    /// Parameters that each of the caller's model calls must carry, from the key's metadata.
    std::vector<std::string> enforced_params;
    /// The key belongs to a team and to nobody in it.
    bool is_service_account = false;
    /// When something in here ends by itself, although no row changes: a temporary budget, an old hash's
    /// grace period.
    std::optional<Timestamp> changes_at;
    /// Further payers of calls of one model, by its name.
    std::map<std::string, std::vector<spend::Payer>, std::less<>> model_payers;

    [[nodiscard]] bool is_admin() const { return role == Role::proxy_admin; }
    [[nodiscard]] const store::Key* key() const { return context ? &context->key : nullptr; }
    [[nodiscard]] std::string team_id() const
    {
        return context && context->key.team_id ? *context->key.team_id : std::string();
    }
    /// True when `user_id` is an admin of this caller's loaded team.
    [[nodiscard]] bool is_admin_of_team(const std::string& team_id) const;
};

using PrincipalPtr = std::shared_ptr<const Principal>;

} // namespace litellm::auth
