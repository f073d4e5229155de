#pragma once
// Names of providers and models as price lists and callers write them.

#include <string>
#include <string_view>
#include <vector>

namespace litellm::spend {

[[nodiscard]] std::string to_lower(std::string_view text);

/// The provider that `provider` is billed as: `bedrock_converse` is `bedrock`, `vertex_ai-language-models` is
/// `vertex_ai`.
[[nodiscard]] std::string_view billed_provider(std::string_view provider);

/// Other providers that sell the same models at the same prices, best first: Azure has OpenAI's.
[[nodiscard]] std::vector<std::string_view> price_relatives(std::string_view billed_provider);

/// Lower means: a name without a provider rather means this provider's model.
[[nodiscard]] std::size_t maker_rank(std::string_view provider);
/// The providers that have a rank, best first.
[[nodiscard]] std::vector<std::string_view> makers();

/// What follows the first slash, or nothing.
[[nodiscard]] std::string_view without_first_segment(std::string_view name);
[[nodiscard]] std::string_view first_segment(std::string_view name);

/// `lower_name` and then ever plainer names for the same model: without Bedrock's region, a fine-tune's
/// owner, a date, a version.
[[nodiscard]] std::vector<std::string>
name_variants(std::string_view billed_provider, std::string_view lower_name);

/// What lists call a picture of that quality and size, the most specific name first; all in lower case.
[[nodiscard]] std::vector<std::string>
picture_names(std::string_view model, std::string_view quality, std::string_view size);

} // namespace litellm::spend
