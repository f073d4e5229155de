#include "litellm/inference/parameters.hpp"

#include "litellm/providers/parameters.hpp"

#include <nlohmann/json.hpp>

namespace litellm::inference {

std::vector<std::string> supported_parameters(const Deployment& deployment)
{
    return providers::supported_parameters(deployment.endpoint);
}

Result<std::vector<std::string>>
supported_parameters(const std::string& model, const Environment& environment)
{
    const auto endpoint = providers::resolve_endpoint(Json{{"model", model}}, environment);
    if (!endpoint)
        return endpoint.error();
    return providers::supported_parameters(*endpoint);
}

} // namespace litellm::inference
