#pragma once
// From YAML text to a Node tree; the one place that knows yaml-cpp.

#include "findings.hpp"
#include "node.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace litellm::config {

/// Parses one YAML document. Anchors, aliases and merge keys (`<<`) are expanded; of a key that is written
/// twice the last one counts and a warning says so. Anything that is not YAML is one error, and nothing is
/// returned.
[[nodiscard]] std::optional<Node>
read_yaml(const std::string& text, const std::string& file, Findings& findings);

/// As read_yaml() for a file. `mentioned` says where a missing file was asked for.
[[nodiscard]] std::optional<Node> read_yaml_file(
    const std::filesystem::path& file, const Place& mentioned, const std::string& key, Findings& findings
);

} // namespace litellm::config
