#pragma once
// What the operator's settings make of a request for a key: defaults, upper bounds, and checks of the amounts
// in it.

#include "litellm/config/config.hpp"
#include "litellm/management/new_key.hpp"

#include <string>
#include <string_view>

namespace litellm::management {

/// True for the texts that mean "no duration": empty, none, null.
[[nodiscard]] bool is_no_duration(std::string_view text);

/// invalid_input for amounts that cannot be: negative, or beyond what money can count.
[[nodiscard]] Result<void> check_amount(const std::optional<double>& amount, const std::string& name);
/// invalid_input when an entry of `model_max_budget` is not {max_budget, budget_duration, tpm_limit,
/// rpm_limit}.
[[nodiscard]] Result<void> check_model_budgets(const Json& model_max_budget);

/// litellm_settings.default_key_generate_params: fills what the request left open.
void apply_defaults(NewKey& wanted, const Json& defaults);
/// litellm_settings.upperbound_key_generate_params: fills what is open and clamps what is above; with
/// `strict`, what is above is invalid_input.
[[nodiscard]] Result<void> apply_upper_bounds(NewKey& wanted, const Json& bounds, bool strict);

} // namespace litellm::management
