#pragma once
// Text that must not leave the process by accident.

#include <string>
#include <string_view>
#include <utility>

namespace litellm {

/// Holds a key or a password. It has no formatter, no stream operator and no conversion to a string: whoever
/// wants the text says `reveal()`. The memory is wiped when the object dies.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept;
    Secret& operator=(const Secret& other);
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    [[nodiscard]] const std::string& reveal() const noexcept { return text_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    /// `sk-...abcd`: the form LiteLLM shows in lists. Fewer than eight characters show none of them.
    [[nodiscard]] std::string hint() const;

private:
    std::string text_;
};

/// Compares without an early exit, so that the time taken says nothing about the place of the first
/// difference.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

} // namespace litellm
