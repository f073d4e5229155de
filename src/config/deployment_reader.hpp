#pragma once
// One deployment from its litellm_params and model_info.

#include "findings.hpp"
#include "node.hpp"

#include <string>

namespace litellm::config {

/// The identifier that LiteLLM derives for a row without model_info.id: SHA-256 over the group name and every
/// parameter as Python writes it (`True`, `None`, `['a', 'b']`), so that spend rows of both servers name the
/// same deployment.
[[nodiscard]] std::string derive_deployment_id(const std::string& model_name, const Json& params);

/// `path` is put before the names in findings (`model_list[0]`, or empty).
[[nodiscard]] Deployment read_deployment(
    const std::string& model_name, Node params, Node model_info, const std::string& path, Findings& findings
);

} // namespace litellm::config
