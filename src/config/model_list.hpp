#pragma once

#include "findings.hpp"
#include "node.hpp"

#include "litellm/core/environment.hpp"

#include <map>
#include <string>
#include <vector>

namespace litellm::config {

/// The rows of model_list as deployments. A row with several organizations becomes one deployment each; a row
/// whose supported_environments lack LITELLM_ENVIRONMENT becomes none.
[[nodiscard]] std::vector<Deployment> load_model_list(
    const Node* node,
    const std::map<std::string, Credential>& credentials,
    const Environment& environment,
    Findings& findings
);

} // namespace litellm::config
