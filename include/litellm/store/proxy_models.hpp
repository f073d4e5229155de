#pragma once
// "LiteLLM_ProxyModelTable": deployments that were made over HTTP.

#include "litellm/core/json.hpp"
#include "litellm/db/database.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace litellm::store {

struct ProxyModel {
    std::string model_id;
    std::string model_name;
    Json litellm_params = Json::object(); ///< texts sealed, other values as they are
    Json model_info = Json::object();
    Timestamp created_at;
    std::string created_by;
    Timestamp updated_at;
    std::string updated_by;
};

/// conflict when the id exists.
[[nodiscard]] Result<void> insert_proxy_model(db::Transaction& transaction, const ProxyModel& model);
/// Nobody else changes the row until the transaction ends.
[[nodiscard]] Result<std::optional<ProxyModel>>
lock_proxy_model(db::Transaction& transaction, const std::string& model_id);
/// In the order in which they were made.
[[nodiscard]] Result<std::vector<ProxyModel>> list_proxy_models(db::Transaction& transaction);
/// Writes every column except created_*; not_found when the row is gone.
[[nodiscard]] Result<void> update_proxy_model(db::Transaction& transaction, const ProxyModel& model);
[[nodiscard]] Result<void> remove_proxy_model(db::Transaction& transaction, const std::string& model_id);

} // namespace litellm::store
