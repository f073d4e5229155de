#pragma once
// Keeps a key within the one that made it: whoever makes a key gives away at most what he has.

#include "litellm/auth/principal.hpp"
#include "litellm/management/new_key.hpp"
#include "litellm/store/keys.hpp"

#include <string>
#include <vector>

namespace litellm::management {

/// The row whose limits bind the keys that `principal` makes. A dashboard session's own budget and expiry say
/// nothing about its user, so there it is an empty row: nothing to inherit, and nothing beyond the role to
/// give away.
[[nodiscard]] store::Key parent_of(const auth::Principal& principal);

/// Brings `child` within `parent`: what is open is inherited, what exceeds is cut back. Returns the names of
/// the fields that were cut back.
[[nodiscard]] std::vector<std::string> narrow(const store::Key& parent, store::Key& child, Timestamp now);

/// The same for the members of metadata.
void narrow_metadata(const store::Key& parent, store::Key& child, std::vector<std::string>& lowered);

/// True when `child` has nothing that a key made with `parent` could not have.
[[nodiscard]] bool is_within(const store::Key& parent, const store::Key& child, Timestamp now);

/// Fields in which a personal key would be above its user's own limits, which the user's row enforces anyway.
[[nodiscard]] std::vector<std::string> above_user(const auth::Principal& principal, const store::Key& child);

} // namespace litellm::management
