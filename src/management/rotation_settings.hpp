#pragma once
// What the environment says about rotation.

#include "litellm/core/environment.hpp"

#include <chrono>

namespace litellm::management {

/// LITELLM_KEY_ROTATION_GRACE_PERIOD: how long an old text works on when nothing else is said. Empty and
/// unreadable texts mean not at all; the latter with a warning.
[[nodiscard]] std::chrono::seconds usual_grace_period(const Environment& environment);

} // namespace litellm::management
