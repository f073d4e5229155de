#pragma once
// From a request to the row that stores it.

#include "litellm/config/config.hpp"
#include "litellm/core/time_zone.hpp"
#include "litellm/management/new_key.hpp"
#include "litellm/store/keys.hpp"

namespace litellm::management {

/// The request's metadata with the fields that live in it.
[[nodiscard]] Json merged_metadata(const Json& metadata, const Json& managed);

/// The row without token, name, author and dates of creation. invalid_input for durations that are none.
[[nodiscard]] Result<store::Key> key_row(const NewKey& wanted, Timestamp now, const TimeZone& zone = {});

/// invalid_input when a key's `config` names models that could not be called or that hold a secret.
[[nodiscard]] Result<void> check_key_config(const Json& key_config, const config::Config& settings);

/// When a budget of this duration starts again by the calendar of `zone`; nothing for no duration.
[[nodiscard]] Result<std::optional<Timestamp>>
reset_after(const std::optional<std::string>& budget_duration, Timestamp now, const TimeZone& zone = {});
/// When something of this duration ends; nothing for no duration and for `-1`, which means never.
[[nodiscard]] Result<std::optional<Timestamp>>
end_after(const std::optional<std::string>& duration, Timestamp now);

} // namespace litellm::management
