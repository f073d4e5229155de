#pragma once
// Making a key inside a transaction: the steps of LiteLLM's /key/generate in their order.

#include "litellm/management/key_service.hpp"

#include <string>

namespace litellm::management {

/// `route` is the permission that a plain member of the key's team needs.
[[nodiscard]] Result<IssuedKey> issue_key(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    NewKey wanted,
    const std::string& route
);

/// Stores `row` under a new key, or the chosen one: the last steps, which rules on who may do what do not
/// reach.
[[nodiscard]] Result<IssuedKey> store_key(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    store::Key row,
    const std::optional<Secret>& chosen
);

/// A new text for `row`, or the chosen one, with the row's token and name. conflict when it exists.
[[nodiscard]] Result<Secret> give_text(
    db::Transaction& transaction, const Context& context, const std::optional<Secret>& chosen, store::Key& row
);

/// Stores an object permission, if there is one, and returns its id.
[[nodiscard]] Result<std::optional<std::string>> store_object_permission(
    db::Transaction& transaction, const Context& context, const std::optional<Json>& permission
);

/// Merges `wanted` into the permission row `id`, if there is one, and sets `id` to the result: a row of its
/// own, since others may share the old one. Does nothing without a wish.
[[nodiscard]] Result<void> merge_object_permission(
    db::Transaction& transaction,
    const Context& context,
    const std::optional<Json>& wanted,
    std::optional<std::string>& id
);

/// invalid_input unless the organization exists; nothing to check without one.
[[nodiscard]] Result<void>
check_organization(db::Transaction& transaction, const std::optional<std::string>& organization_id);

} // namespace litellm::management
