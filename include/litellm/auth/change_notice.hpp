#pragma once
// How the processes that share a database keep what they remember of keys, users and teams true.
//
// Whoever changes a row announces it in the same transaction. After the commit every process forgets what it
// knew.

#include "litellm/auth/authenticator.hpp"
#include "litellm/auth/end_users.hpp"
#include "litellm/db/database.hpp"

#include <memory>
#include <string>

namespace litellm::auth {

struct ChangeNotice {
    enum class Kind { key, user, team, everything };
    Kind kind = Kind::everything;
    std::string id = {}; ///< hash, user id or team id

    friend bool operator==(const ChangeNotice&, const ChangeNotice&) = default;
};

/// What is sent: `key:<hash>`, `user:<id>`, `team:<id>`, `everything`. An id too long to be sent means
/// everything.
[[nodiscard]] std::string to_string(const ChangeNotice& notice);
/// Everything, for a text that this version does not know.
[[nodiscard]] ChangeNotice notice_from(const std::string& text);

[[nodiscard]] Result<void> announce(db::Transaction& transaction, const ChangeNotice& notice);
void forget(Authenticator& authenticator, const ChangeNotice& notice);

/// Lets both forget what other processes change, end users with everything else; everything when notices may have been missed.
/// Both outlive the subscription.
[[nodiscard]] std::unique_ptr<db::Subscription>
follow_changes(db::Database& database, Authenticator& authenticator, EndUsers* end_users = nullptr);

} // namespace litellm::auth
