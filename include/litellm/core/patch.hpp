#pragma once
// A wish to change one field: leave it as it is, clear it, or set it. Requests tell the three apart by a
// member that is absent, null, or has a value.

#include <optional>
#include <utility>

namespace litellm {

template <class T>
class Patch {
public:
    /// Absent: the field stays as it is.
    Patch() = default;
    /// Null: the field is cleared.
    Patch(std::nullopt_t) : is_present_(true) {}
    Patch(T value) : is_present_(true), value_(std::move(value)) {}

    /// Null or a value: there is something to do.
    [[nodiscard]] bool is_present() const { return is_present_; }
    [[nodiscard]] bool is_null() const { return is_present_ && !value_; }
    [[nodiscard]] bool has_value() const { return value_.has_value(); }
    /// Only when has_value().
    [[nodiscard]] const T& operator*() const { return *value_; }
    [[nodiscard]] const T* operator->() const { return &*value_; }
    /// The value; nothing for absent and null.
    [[nodiscard]] const std::optional<T>& value() const { return value_; }

    void apply_to(std::optional<T>& field) const
    {
        if (is_present_)
            field = value_;
    }
    /// For a field that cannot be null: null makes it `empty`.
    void apply_to(T& field, T empty = T()) const
    {
        if (is_present_)
            field = value_ ? *value_ : std::move(empty);
    }
    /// What `field` would be afterwards.
    [[nodiscard]] std::optional<T> over(const std::optional<T>& field) const
    {
        return is_present_ ? value_ : field;
    }

private:
    bool is_present_ = false;
    std::optional<T> value_;
};

} // namespace litellm
