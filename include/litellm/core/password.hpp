#pragma once
// Passwords as they are kept: LiteLLM's forms, so that both can run on one database.

#include "litellm/core/random.hpp"
#include "litellm/core/secret.hpp"

#include <optional>
#include <string>

namespace litellm {

/// `scrypt:` and base64 of a salt of 16 bytes and the 32 bytes that scrypt (N 16384, r 8, p 1) makes of it.
/// Takes tens of milliseconds and 16 MiB: not to be called on an event loop.
[[nodiscard]] std::string hash_password(const Secret& password, Random& random);

struct PasswordCheck {
    bool is_right = false;
    /// Kept in a form that is too weak: hash it again.
    bool is_outdated = false;
};

/// Understands what LiteLLM's versions store: `scrypt:…`, the hex of SHA-256, and the text itself. What is
/// kept as a hash is never taken for a text: whoever steals a hash cannot sign in with it. Takes the same
/// time whatever is stored, and when nothing is.
[[nodiscard]] PasswordCheck check_password(const Secret& password, const std::optional<std::string>& stored);

} // namespace litellm
