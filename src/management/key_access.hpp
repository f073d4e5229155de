#pragma once
// Who may see, change, delete and block a key. An owner that is not set never matches one that is not set.

#include "litellm/management/context.hpp"
#include "litellm/store/keys.hpp"

namespace litellm::management {

/// Admins, the key itself, its user, and members of its team.
[[nodiscard]] Result<bool> may_see_key(db::Transaction& transaction, const Caller& by, const store::Key& key);
/// Proxy admins, the key's user, and admins of its team.
[[nodiscard]] Result<bool> owns_key(db::Transaction& transaction, const Caller& by, const store::Key& key);
/// Proxy admins and admins of the key's team.
[[nodiscard]] Result<bool>
administers_key(db::Transaction& transaction, const Caller& by, const store::Key& key);
/// Proxy admins, admins of the key's team, members of it whose permissions have `route` for their own keys
/// and those of nobody, and the key's user when he is no member. forbidden, or
/// `team_member_permission_error`.
[[nodiscard]] Result<void> may_change_key(
    db::Transaction& transaction, const Caller& by, const store::Key& key, const std::string& route
);

} // namespace litellm::management
