#pragma once

#include "litellm/config/config.hpp"

#include <string>

namespace litellm::app {

/// Writes every letter with made-up facts and the configured branding into `directory`, as .eml and .html;
/// returns the exit status.
[[nodiscard]] int preview_emails(const config::Config& config, const std::string& directory);

} // namespace litellm::app
