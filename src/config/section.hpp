#pragma once
// Typed reading of one map of the configuration.

#include "findings.hpp"
#include "known_keys.hpp"
#include "node.hpp"
#include "values.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::config {

/// A map whose members are read one by one. Every read() returns true when the member was there and fit; a
/// blank or absent member leaves the target alone, a wrong one leaves it alone and becomes an error that says
/// what to write.
class Section {
public:
    /// `node` may be null: then nothing is there. `table`, when given, must list every key that is read.
    Section(const Node* node, std::string path, Findings& findings, const KeyTable* table = nullptr);

    bool read(std::string_view key, bool& target);
    bool read(std::string_view key, std::string& target);
    bool read(std::string_view key, std::vector<std::string>& target);
    bool read(std::string_view key, std::map<std::string, std::string>& target);
    bool read(std::string_view key, double& target, const Range& range);
    bool read(std::string_view key, std::int64_t& target, const Range& range);
    bool read(std::string_view key, int& target, const Range& range);
    template <class Number>
    bool read(std::string_view key, std::optional<Number>& target, const Range& range);
    /// One of `choices`.
    bool read_choice(std::string_view key, std::string& target, std::span<const std::string_view> choices);
    /// A length of time such as `30d`, kept as text.
    bool read_duration(std::string_view key, std::string& target);
    /// A map, kept as JSON with null for blank members.
    bool read_map(std::string_view key, Json& target);

    /// The member, or null when it is absent or blank.
    [[nodiscard]] const Node* find(std::string_view key) const;
    [[nodiscard]] std::string path_of(std::string_view key) const;
    [[nodiscard]] Findings& findings() { return findings_; }
    /// Reports a member that find() returned.
    void error(const Node& member, std::string message);
    /// `is a list; write {expected}.`
    void wrong_kind(const Node& member, std::string_view expected);

private:
    const Node* node_;
    std::string path_;
    Findings& findings_;
    const KeyTable* table_;
};

template <class Number>
bool Section::read(std::string_view key, std::optional<Number>& target, const Range& range)
{
    Number value{};
    if (!read(key, value, range))
        return false;
    target = value;
    return true;
}

/// `one, two or three`, for messages.
[[nodiscard]] std::string list_choices(std::span<const std::string_view> choices);

} // namespace litellm::config
