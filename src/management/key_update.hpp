#pragma once
// Changing a key inside a transaction: the rules of LiteLLM's /key/update in their order.

#include "litellm/management/key_service.hpp"

namespace litellm::management {

/// The rules that a change must pass, and the row that it makes of `row`; nothing is written but an object
/// permission. `route` is the permission that a plain member of the key's team needs.
[[nodiscard]] Result<store::Key> changed_key(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const store::Key& row,
    KeyChange change,
    const std::string& route
);

[[nodiscard]] Result<KeyView>
update_key(db::Transaction& transaction, const Context& context, const Caller& by, const KeyChange& change);

/// Writes the row's spend, and lets every process go on from it.
[[nodiscard]] Result<void> set_spend(db::Transaction& transaction, const store::Key& row);

/// The row with its budget row.
[[nodiscard]] Result<KeyView> view_of(db::Transaction& transaction, store::Key row);

} // namespace litellm::management
