#pragma once
// Dates as reports are asked for them.

#include "litellm/core/time.hpp"

#include <optional>
#include <string>

namespace litellm::management {

/// bad_request with the name of the parameter for a text that is no date.
[[nodiscard]] Result<std::optional<Timestamp>>
date_from(const std::optional<std::string>& text, const std::string& name);

/// The first moment after the end that `text` names: a day is meant as a whole.
[[nodiscard]] Timestamp past(Timestamp end, const std::string& text);

} // namespace litellm::management
