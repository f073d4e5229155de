#pragma once

#include "litellm/api/model_routes.hpp"

namespace litellm::api {

/// Deployments of the groups that a caller may use.
[[nodiscard]] std::vector<inference::DeploymentPtr>
visible_deployments(const ModelServices& services, const auth::Principal& principal);
/// litellm_params without anything that could be a credential.
[[nodiscard]] Json public_params(const Json& params);

[[nodiscard]] Task<JsonResponse> list_models(ModelServices services, Call& call);
[[nodiscard]] Task<JsonResponse> show_model(ModelServices services, Call& call);
[[nodiscard]] Task<JsonResponse> show_model_info(ModelServices services, Call& call);
/// The same page by page.
[[nodiscard]] Task<JsonResponse> page_model_info(ModelServices services, Call& call);
/// What the groups that the caller may use can do.
[[nodiscard]] Task<JsonResponse> show_model_groups(ModelServices services, Call& call);

/// Which of OpenAI's parameters a model takes.
[[nodiscard]] Task<JsonResponse> show_supported_parameters(ModelServices services, Call& call);

} // namespace litellm::api
