#pragma once
// Who may see, delete and block a key. An owner that is not set never matches one that is not set.

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

} // namespace litellm::management
