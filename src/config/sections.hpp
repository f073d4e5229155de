#pragma once
// One function per section of the file. `environment` holds the variables of environment_section(); what the
// file says wins.

#include "section.hpp"

namespace litellm::config {

[[nodiscard]] GeneralSettings
load_general_settings(const Node* node, Section& environment, Findings& findings);
[[nodiscard]] LitellmSettings
load_litellm_settings(const Node* node, Section& environment, Findings& findings);
[[nodiscard]] RouterSettings load_router_settings(const Node* node, Findings& findings);
[[nodiscard]] ServerSettings load_server_settings(Section& environment);
[[nodiscard]] std::map<std::string, Credential> load_credentials(const Node* node, Findings& findings);

/// The database named by DATABASE_URL, or put together from DATABASE_HOST, _PORT, _USERNAME or _USER,
/// _PASSWORD, _NAME, _SCHEMA.
[[nodiscard]] std::optional<std::string> database_url_of(Section& environment);

/// The variables that the loaders look at, as a map; empty ones count as not set.
[[nodiscard]] Node read_environment(const Environment& environment);

} // namespace litellm::config
