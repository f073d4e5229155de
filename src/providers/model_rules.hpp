#pragma once
// What single models do not take, whatever their provider's row says.

#include "parameter_rules.hpp"

#include <optional>
#include <string_view>

namespace litellm::providers {

/// The rule for OpenAI's o-series and gpt-5 family; nothing when the model has none for `name`.
[[nodiscard]] std::optional<Rule> openai_model_rule(std::string_view model, std::string_view name);
/// Those models take temperature 1 only, or any when they do not reason.
[[nodiscard]] bool openai_model_accepts_temperature(std::string_view model, const Json& body);
[[nodiscard]] std::optional<Rule> xai_model_rule(std::string_view model, std::string_view name);

} // namespace litellm::providers
