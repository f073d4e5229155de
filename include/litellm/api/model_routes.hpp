#pragma once
// Routes of the data plane: model calls, model lists, health.

#include "litellm/api/service.hpp"
#include "litellm/db/database.hpp"
#include "litellm/inference/model_service.hpp"

#include <vector>

namespace litellm::api {

struct ModelServices {
    inference::ModelService& models;
    const config::Config& config;
    db::Database* database = nullptr;  ///< null without one
    const Clock& clock;
};

[[nodiscard]] std::vector<Route> model_routes(ModelServices services);

} // namespace litellm::api
