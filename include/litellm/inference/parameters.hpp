#pragma once
// Which of OpenAI's parameters a model takes.

#include "litellm/core/environment.hpp"
#include "litellm/inference/models.hpp"

#include <string>
#include <vector>

namespace litellm::inference {

[[nodiscard]] std::vector<std::string> supported_parameters(const Deployment& deployment);
/// Of a model that no deployment has, `provider/name`. invalid_input when its provider cannot be told.
[[nodiscard]] Result<std::vector<std::string>>
supported_parameters(const std::string& model, const Environment& environment);

} // namespace litellm::inference
