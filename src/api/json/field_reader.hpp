#pragma once
// Reads the members of a request body into plain values and remembers the first one that is wrong.

#include "litellm/core/json.hpp"
#include "litellm/core/patch.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::api {

/// 422 with the field's name: what FastAPI answers to a body that does not fit.
[[nodiscard]] Error unfit_field(std::string_view name, std::string_view what);

/// Absent and null members leave the target as it is; unknown members are not looked at.
class FieldReader {
public:
    explicit FieldReader(const Json& body) : body_(body) {}

    void read(std::string_view name, std::string& target);
    /// A text that must be there and not be empty.
    void read_required(std::string_view name, std::string& target);
    void read(std::string_view name, std::optional<std::string>& target);
    void read(std::string_view name, bool& target);
    void read(std::string_view name, std::optional<bool>& target);
    /// Numbers may come as text, as forms send them; empty text is null.
    void read(std::string_view name, double& target);
    void read(std::string_view name, std::optional<double>& target);
    void read(std::string_view name, std::optional<std::int64_t>& target);
    void read(std::string_view name, std::vector<std::string>& target);
    void read(std::string_view name, std::optional<std::vector<std::string>>& target);
    /// An object.
    void read(std::string_view name, Json& target);
    void read(std::string_view name, std::optional<Json>& target);
    /// For updates: tells an absent member from null. Empty text for a number is null.
    template <class T>
    void read(std::string_view name, Patch<T>& target)
    {
        std::optional<T> value;
        read(name, value);
        if (value)
            target = std::move(*value);
        else if (body_.contains(name))
            target = std::nullopt;
    }

    /// The member, or null when it is absent or null.
    [[nodiscard]] const Json* find(std::string_view name) const;
    /// Remembers `what` as wrong unless something was wrong before.
    void refuse(std::string_view name, std::string_view what);
    void refuse(Error error);
    [[nodiscard]] const Result<void>& outcome() const { return outcome_; }

private:
    const Json& body_;
    Result<void> outcome_;
};

/// Names of the body's members.
[[nodiscard]] std::vector<std::string> member_names(const Json& body);

} // namespace litellm::api
