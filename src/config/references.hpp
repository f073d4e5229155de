#pragma once
// `os.environ/NAME` values and the environment that they see.

#include "findings.hpp"
#include "node.hpp"

#include "litellm/core/environment.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace litellm::config {

/// NAME of `os.environ/NAME`, or nothing when the text is no reference.
[[nodiscard]] std::optional<std::string> referenced_variable(std::string_view text);

/// Replaces every reference in the tree. A variable that is not set becomes null and a warning.
void resolve_references(
    Node& node, const std::string& path, const Environment& environment, Findings& findings
);

/// The environment as `environment_variables:` changes it. Entries see the ones above them. `block` may be
/// null.
[[nodiscard]] Environment
apply_environment_variables(const Node* block, Environment environment, Findings& findings);

} // namespace litellm::config
