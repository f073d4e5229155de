#pragma once
// What this room does by itself: budgets that start again, keys that are given a new text. Both are safe to
// run in several processes at once.

#include "litellm/core/task.hpp"
#include "litellm/management/context.hpp"

#include <chrono>
#include <cstdint>
#include <set>
#include <string>

namespace litellm::management {

/// LITELLM_KEY_ROTATION_*, read from the environment.
struct RotationSettings {
    bool is_enabled = false;
    std::chrono::seconds interval{86'400};
    std::chrono::seconds grace{0};
    /// Rotates also where the new text reaches nobody and the old one ends at once.
    bool without_recipient = false;
};
[[nodiscard]] RotationSettings rotation_settings(const Environment& environment);

class Caretaker {
public:
    explicit Caretaker(const Context& context) : context_(context) {}

    /// Spend back to zero wherever a budget's time is up; returns how many rows began anew.
    [[nodiscard]] Task<std::int64_t> reset_budgets();
    /// New texts for the keys whose time has come; returns how many. One that fails is logged and stays due;
    /// one whose new text would reach nobody is left alone, unless its old text works on for a while or the
    /// settings say otherwise.
    [[nodiscard]] Task<std::int64_t> rotate_keys();
    /// Sessions of the web pages that are over, and keys that were kept for their owners too long or whose
    /// keys are gone; returns how many.
    [[nodiscard]] Task<std::int64_t> remove_what_expired();

private:
    const Context context_;
    std::set<std::string> warned_; ///< tokens of keys that stay as they are
};

} // namespace litellm::management
