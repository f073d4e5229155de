#pragma once
// Reads query parameters into plain values and remembers the first one that is wrong.

#include "litellm/api/service.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::api {

/// Absent and empty parameters leave the target as it is.
class QueryReader {
public:
    explicit QueryReader(const Call& call) : call_(call) {}

    void read(std::string_view name, std::optional<std::string>& target);
    /// Texts between commas.
    void read_list(std::string_view name, std::optional<std::vector<std::string>>& target);
    void read(std::string_view name, bool& target);
    /// 422 outside of `least` to `most`.
    void read(std::string_view name, std::int64_t& target, std::int64_t least, std::int64_t most);
    /// 400 unless the value is one of `choices`.
    void
    read_choice(std::string_view name, std::string& target, std::initializer_list<std::string_view> choices);

    /// 400, unless something was wrong before.
    void refuse(std::string_view name, std::string_view what);
    [[nodiscard]] const Result<void>& outcome() const { return outcome_; }

private:
    const Call& call_;
    Result<void> outcome_;
};

} // namespace litellm::api
