#pragma once
// Deployments that administrators make over HTTP and that the database keeps, with sealed credentials.
//
// For proxy admins, and for admins of the team that a model belongs to, who must bring a credential of their
// own. Everything but load() is invalid_input unless `general_settings.store_model_in_db` is on.

#include "litellm/core/sealed_text.hpp"
#include "litellm/core/task.hpp"
#include "litellm/management/context.hpp"
#include "litellm/store/proxy_models.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace litellm::management {

/// What the model store needs of the part that calls models.
struct ModelHooks {
    /// invalid_input when no call could be made with this row.
    std::function<Result<void>(const config::Deployment&)> check;
    /// These rows, beside those of the configuration, are what can be called from now on.
    std::function<void(const std::vector<config::Deployment>&)> publish;
    /// LITELLM_SALT_KEY, or the master key.
    std::optional<Secret> salt;
};

struct NewModel {
    std::string model_name;
    Json litellm_params = Json::object();
    Json model_info = Json::object();
};

/// Members of the two objects replace those that are stored, one by one; null members change nothing.
struct ModelChange {
    std::string id;
    std::optional<std::string> model_name;
    Json litellm_params = Json::object();
    Json model_info = Json::object();
};

/// A stored row with its parameters opened: secrets included, never print it.
struct StoredModel {
    store::ProxyModel row;
    Json params;
};

class ModelStore {
public:
    ModelStore(const Context& context, ModelHooks hooks);

    /// `model_info.id` may choose the id; with `model_info.team_id` the model is for that team alone, under
    /// the name that was asked for.
    [[nodiscard]] Task<StoredModel> create(const Caller& by, NewModel wanted);
    /// not_found for an unknown id, invalid_input for a model of the configuration file.
    [[nodiscard]] Task<StoredModel> update(const Caller& by, const ModelChange& wanted);
    [[nodiscard]] Task<void> remove(const Caller& by, const std::string& id);

    /// Reads the table and publishes what is in it; does nothing while the setting is off.
    [[nodiscard]] Task<void> refresh();
    /// The same on the calling thread: for start-up.
    [[nodiscard]] Result<void> refresh_now();

private:
    void publish(std::uint64_t number, const std::vector<store::ProxyModel>& rows);

    const Context context_;
    const ModelHooks hooks_;
    std::atomic<std::uint64_t> reads_{0};
    std::mutex mutex_;
    std::uint64_t published_ = 0;        ///< number of the read whose rows are published
    std::map<std::string, Json> opened_; ///< parameters of the published rows, by id
};

} // namespace litellm::management
