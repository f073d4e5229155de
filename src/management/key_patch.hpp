#pragma once
// A change to a key, applied to its row.

#include "litellm/core/time_zone.hpp"
#include "litellm/management/key_change.hpp"
#include "litellm/store/keys.hpp"

#include <string>
#include <vector>

namespace litellm::management {

/// invalid_input for amounts that cannot be, and half of a temporary budget.
[[nodiscard]] Result<void> check_change(const KeyChange& change);

/// litellm_settings.upperbound_key_generate_params, for what the change sets: above is clamped, or refused
/// when `strict`.
[[nodiscard]] Result<void> bound_change(KeyChange& change, const Json& bounds, bool strict);

/// Everything but spend and object permission. invalid_input for durations that are none.
[[nodiscard]] Result<void>
apply_change(const KeyChange& change, Timestamp now, const TimeZone& zone, store::Key& row);

/// Keeps what the change sets within `parent`; returns the names of the fields that ask for more.
[[nodiscard]] std::vector<std::string>
narrow_change(const KeyChange& change, const store::Key& parent, Timestamp now, store::Key& row);

} // namespace litellm::management
