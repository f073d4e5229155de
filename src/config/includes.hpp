#pragma once

#include "findings.hpp"
#include "node.hpp"

#include <filesystem>

namespace litellm::config {

/// Merges the files of the top-level `include:` list into `root`: a list extends the list of that name,
/// anything else replaces the whole key. Names are relative to the folder of `file`. Includes inside included
/// files are left alone, with a warning.
void expand_includes(Node& root, const std::filesystem::path& file, Findings& findings);

} // namespace litellm::config
