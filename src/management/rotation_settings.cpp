#include "rotation_settings.hpp"

#include "key_limits.hpp"

#include "litellm/core/log.hpp"
#include "litellm/core/time.hpp"

namespace litellm::management {

std::chrono::seconds usual_grace_period(const Environment& environment)
{
    const auto text = environment ? environment("LITELLM_KEY_ROTATION_GRACE_PERIOD") : std::nullopt;
    if (!text || is_no_duration(*text))
        return std::chrono::seconds(0);
    const auto grace = parse_duration(*text);
    if (grace)
        return grace->approximate();
    log::warning(
        "management",
        "LITELLM_KEY_ROTATION_GRACE_PERIOD is not a duration, old keys end at once: {}",
        grace.error().message
    );
    return std::chrono::seconds(0);
}

} // namespace litellm::management
