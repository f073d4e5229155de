#pragma once
// Routes of the data plane: model calls, model lists, health.

#include "litellm/api/service.hpp"
#include "litellm/inference/model_service.hpp"

#include <functional>
#include <vector>

namespace litellm::api {

struct ModelServices {
    inference::ModelService& models;
    const config::Config& config;
    const Clock& clock;
    /// Whether the last contact with the database worked.
    std::function<bool()> is_database_reachable;
};

[[nodiscard]] std::vector<Route> model_routes(ModelServices services);

} // namespace litellm::api
