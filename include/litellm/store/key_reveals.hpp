#pragma once
// `key_reveals`: texts of new keys that wait to be shown to their owner, once.

#include "litellm/db/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace litellm::store {

struct KeyReveal {
    std::string token;   ///< the key's hash
    std::string user_id; ///< the only one who may see it
    std::string sealed;
    Timestamp created_at;
    Timestamp expires_at;
};

/// In the place of one that was there for the same key.
[[nodiscard]] Result<void> save_key_reveal(db::Transaction& transaction, const KeyReveal& reveal);
/// Hashes of the user's keys that wait, of keys that exist.
[[nodiscard]] Result<std::vector<std::string>>
list_key_reveals(db::Transaction& transaction, const std::string& user_id, Timestamp now);
/// The sealed text, which is gone from the table with this call: nobody else can take it. Nothing when it is
/// not there, is not this user's, or has expired.
[[nodiscard]] Result<std::optional<std::string>> take_key_reveal(
    db::Transaction& transaction, const std::string& token, const std::string& user_id, Timestamp now
);
[[nodiscard]] Result<void> remove_key_reveal(db::Transaction& transaction, const std::string& token);
/// Those that have expired, and those of keys and users that are gone.
[[nodiscard]] Result<std::int64_t> remove_stale_key_reveals(db::Transaction& transaction, Timestamp now);

} // namespace litellm::store
