#pragma once
// A new text for a key, inside a transaction.

#include "litellm/management/key_service.hpp"

#include <optional>

namespace litellm::management {

/// Steps of LiteLLM's /key/regenerate: rules, archive, new text, grace period, event.
[[nodiscard]] Result<RotatedKey> rotate_key(
    db::Transaction& transaction, const Context& context, const Caller& by, const KeyRotation& rotation
);

/// The same for `row`, which is locked and due, without rules: nobody asked for it. Counts the rotation and
/// sets the date of the next.
[[nodiscard]] Result<RotatedKey> rotate_by_schedule(
    db::Transaction& transaction, const Context& context, const store::Key& row, std::chrono::seconds grace
);

} // namespace litellm::management
