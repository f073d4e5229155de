#pragma once
// The provider names that LiteLLM knows, spoken here or not.

#include <string_view>

namespace litellm::providers {

/// Providers with shapes of their own that this version does not speak; one word each.
[[nodiscard]] bool is_unspoken_provider(std::string_view name);
/// Spoken or not: whether `name` may stand before the first slash of a model.
[[nodiscard]] bool is_provider(std::string_view name);

} // namespace litellm::providers
