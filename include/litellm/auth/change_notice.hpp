#pragma once
// How the processes that share a database keep what they remember of keys, users and teams true.
//
// Whoever changes a row announces it in the same transaction. After the commit every process forgets what it
// knew.

#include "litellm/auth/authenticator.hpp"
#include "litellm/auth/end_users.hpp"
#include "litellm/db/database.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace litellm::auth {

struct ChangeNotice {
    enum class Kind { key, renamed_key, user, team, end_user, spend, models, everything };
    Kind kind = Kind::everything;
    std::string id = {};                            ///< hash, user id, team id, end user, or whose spend
    std::string new_id = {};                        ///< renamed_key: the key's hash from now on
    spend::ScopeKind scope = spend::ScopeKind::key; ///< spend: what `id` is

    friend bool operator==(const ChangeNotice&, const ChangeNotice&) = default;
};

/// What is sent: `key:<hash>`, `renamed_key:<old>:<new>`, `user:<id>`, `team:<id>`, `end_user:<id>`,
/// `spend:<scope>:<id>`, `models`, `everything`. An id too long to be sent means everything.
[[nodiscard]] std::string to_string(const ChangeNotice& notice);
/// Everything, for a text that this version does not know.
[[nodiscard]] ChangeNotice notice_from(const std::string& text);

[[nodiscard]] Result<void> announce(db::Transaction& transaction, const ChangeNotice& notice);
/// The spend columns of these scopes were set, not added to. Members are named as spend::member_id() does.
[[nodiscard]] Result<void>
announce_spend(db::Transaction& transaction, spend::ScopeKind scope, const std::vector<std::string>& ids);

/// Who hears of changes. All outlive the subscription.
struct ChangeListeners {
    Authenticator& authenticator;
    EndUsers* end_users = nullptr;             ///< forgets all with everything
    std::function<void()> models_changed = {}; ///< on a thread of the database: must not block
};
/// Keeps them true to what this and other processes change; forgets everything when notices may have been
/// missed.
[[nodiscard]] std::unique_ptr<db::Subscription>
follow_changes(db::Database& database, ChangeListeners listeners);

} // namespace litellm::auth
