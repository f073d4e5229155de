#pragma once
// From a request for a model to its row and back.

#include "litellm/management/model_store.hpp"

namespace litellm::management {

/// Texts at the top level are sealed, as LiteLLM does; other values stay as they are.
[[nodiscard]] Json sealed_params(const Json& params, const TextSeal& seal, Random& random);
/// A text that cannot be opened is taken as it is: rows may hold plain texts.
[[nodiscard]] Json opened_params(const Json& params, const TextSeal& seal);
/// True when opened parameters are still sealed: under another key.
[[nodiscard]] bool is_unreadable(const Json& opened);

/// The deployment that a row stands for; `os.environ/` references and credentials are resolved.
[[nodiscard]] Result<config::Deployment>
deployment_of(const StoredModel& model, const config::Config& settings);

/// `base` with the members of `changes` that are not null.
[[nodiscard]] Json merged(const Json& base, const Json& changes);

/// What admins of a team may not say, since the answer would go to a place of their choice with a credential
/// of somebody else's: forbidden.
[[nodiscard]] Result<void> check_own_credentials(const Json& params, const config::Config& settings);

/// True when the configuration file has a deployment with this id.
[[nodiscard]] bool is_configured(const config::Config& settings, const std::string& id);
/// general_settings.store_model_in_db, or the variable STORE_MODEL_IN_DB.
[[nodiscard]] bool stores_models(const config::Config& settings);

} // namespace litellm::management
