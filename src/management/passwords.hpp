#pragma once
// Setting a password: what is allowed, the hash, and everything that ends with the old one.

#include "litellm/core/password.hpp"
#include "litellm/core/task.hpp"
#include "litellm/management/context.hpp"

#include <optional>
#include <string>

namespace litellm::management {

/// invalid_input unless it has 8 to 128 characters.
[[nodiscard]] Result<void> check_new_password(const Secret& password);

/// core's hash_password() and check_password(), away from the event loops. unavailable when too many wait for
/// theirs.
[[nodiscard]] Task<std::string> hash_in_background(const Context& context, Secret password);
[[nodiscard]] Task<PasswordCheck>
check_in_background(const Context& context, Secret password, std::optional<std::string> stored);

/// Writes the password, and ends the user's sessions and the invitations that nobody has accepted: whoever
/// got in by what was known before is out.
[[nodiscard]] Result<void> replace_password(
    db::Transaction& transaction, const Context& context, const std::string& user_id, const std::string& kept
);

} // namespace litellm::management
