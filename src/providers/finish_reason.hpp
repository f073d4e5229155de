#pragma once

#include "litellm/core/json.hpp"

#include <string_view>

namespace litellm::providers {

/// OpenAI's word for a provider's reason to stop, as text that lives for ever; unknown reasons are `stop`.
[[nodiscard]] std::string_view openai_finish_reason(std::string_view native);
/// Maps the choice's finish_reason and keeps a native word that was replaced in provider_specific_fields. An
/// empty reason becomes null. `has_tool_calls`: a plain stop after tool calls is `tool_calls`.
void map_finish_reason(Json& choice, bool has_tool_calls);

} // namespace litellm::providers
