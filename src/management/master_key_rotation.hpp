#pragma once
// A new master key for a database whose texts are sealed under the old one.

#include "litellm/management/key_service.hpp"

namespace litellm::management {

/// `key` is the master key or its hash.
[[nodiscard]] bool is_master_key(const Context& context, const std::string& key);

/// Seals what LiteLLM's tables keep sealed under `new_master_key`, unless LITELLM_SALT_KEY seals them. This
/// process goes on with the old key until the configuration names the new one. For proxy admins;
/// invalid_input without a usable new key.
[[nodiscard]] Result<RotatedKey> rotate_master_key(
    db::Transaction& transaction, const Context& context, const Caller& by, const KeyRotation& rotation
);

} // namespace litellm::management
