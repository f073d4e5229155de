#pragma once
// `ui_sessions`: who is signed in to the web pages.

#include "litellm/db/database.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace litellm::store {

struct UiSession {
    std::string token_hash; ///< SHA-256 of the token, which nobody but the browser has
    std::string user_id;
    Timestamp created_at;
    Timestamp expires_at;
};

[[nodiscard]] Result<void> insert_session(db::Transaction& transaction, const UiSession& session);
/// Nothing when it has expired.
[[nodiscard]] Result<std::optional<UiSession>>
find_session(db::Transaction& transaction, const std::string& token_hash, Timestamp now);
/// False when there was none.
[[nodiscard]] Result<bool> remove_session(db::Transaction& transaction, const std::string& token_hash);
[[nodiscard]] Result<std::int64_t>
remove_sessions_of_user(db::Transaction& transaction, const std::string& user_id);
[[nodiscard]] Result<std::int64_t> remove_expired_sessions(db::Transaction& transaction, Timestamp now);

} // namespace litellm::store
