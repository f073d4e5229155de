#pragma once
// Keys that change in place: their spend, their rotation, and what remains of those that are gone.

#include "litellm/store/keys.hpp"

namespace litellm::store {

/// The row, locked until the transaction ends: what is read now is what is changed then.
[[nodiscard]] Result<std::optional<Key>> lock_key(db::Transaction& transaction, const std::string& token);

/// Replaces the running sum; not_found when the row is gone.
[[nodiscard]] Result<void>
set_key_spend(db::Transaction& transaction, const std::string& token, double spend);

/// Writes `key`, with its new token, over the row of `old_token`; spend and created_* stay. conflict when the
/// new token exists.
[[nodiscard]] Result<void>
replace_key(db::Transaction& transaction, const std::string& old_token, const Key& key);

/// Lets `old_token` stand for `new_token` until `revoke_at`; what stood for `old_token` stands for the new
/// one from now on. Spend that was caused under the old hash finds the row through this, also when the time
/// is up already. Does nothing in a database without the table.
[[nodiscard]] Result<void> retire_token(
    db::Transaction& transaction,
    const std::string& id,
    const std::string& old_token,
    const std::string& new_token,
    Timestamp revoke_at,
    Timestamp now
);
/// Deletes the rows of hashes that ended before `ended_before`.
[[nodiscard]] Result<std::int64_t>
forget_retired_tokens(db::Transaction& transaction, Timestamp ended_before);

/// False when the database lacks the columns of scheduled rotation.
[[nodiscard]] bool can_schedule_rotation(db::Transaction& transaction);
/// Tokens of keys whose rotation is due, in order, from the one after `after` on.
[[nodiscard]] Result<std::vector<std::string>> list_keys_due_for_rotation(
    db::Transaction& transaction, Timestamp now, const std::string& after, std::int64_t limit
);
/// The row, locked, if it is still due; nothing when another process works on it or has just rotated it.
[[nodiscard]] Result<std::optional<Key>>
claim_key_due_for_rotation(db::Transaction& transaction, const std::string& token, Timestamp now);

/// Copies the rows to "LiteLLM_DeletedVerificationToken", where that table exists.
[[nodiscard]] Result<void>
archive_keys(db::Transaction& transaction, const std::vector<std::string>& tokens, const Deletion& deletion);

struct DeletedKey {
    Key key;
    std::optional<Timestamp> deleted_at;
    std::optional<std::string> deleted_by;
    std::optional<std::string> deleted_by_api_key;
    std::optional<std::string> litellm_changed_by;
};
struct DeletedKeyPage {
    std::vector<DeletedKey> keys;
    std::int64_t total_count = 0;
};
/// As list_keys(), of the archive.
[[nodiscard]] Result<DeletedKeyPage> list_deleted_keys(db::Transaction& transaction, const KeyFilter& filter);

struct AliasPage {
    std::vector<std::string> aliases;
    std::int64_t total_count = 0;
};
/// Distinct aliases in order of the keys that `filter` selects, those that contain `search` in any case. The
/// filter's page, size and sorting do not apply; a limit of 0 is none.
[[nodiscard]] Result<AliasPage> list_key_aliases(
    db::Transaction& transaction,
    const KeyFilter& filter,
    const std::string& search,
    std::int64_t limit,
    std::int64_t offset
);

} // namespace litellm::store
