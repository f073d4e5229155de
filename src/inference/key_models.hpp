#pragma once
// Models that belong to one key: the `model_list` of its `config`.

#include "litellm/auth/access.hpp"
#include "litellm/auth/principal.hpp"
#include "litellm/config/config.hpp"
#include "litellm/inference/models.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace litellm::inference {

/// Models and what access checks must know of them.
struct KnownModels {
    std::shared_ptr<const Models> models;
    std::shared_ptr<const auth::ModelCatalog> catalog;
};

[[nodiscard]] KnownModels with_catalog(std::shared_ptr<const Models> models);

/// Whether `principal` calls models of its own instead of the proxy's.
[[nodiscard]] bool has_own_models(const auth::Principal& principal);

/// Builds the lists of keys when they are first used and keeps them until a key's `config` changes.
class KeyModels {
public:
    explicit KeyModels(const config::Config& config) : config_(config) {}

    /// Only for a principal with has_own_models(). Rows that cannot be called are left out and logged.
    [[nodiscard]] KnownModels find(const auth::Principal& principal, const spend::PriceBook& prices);

private:
    static constexpr std::size_t most_keys = 1000;

    struct Entry {
        Json model_list;
        KnownModels known;
    };

    [[nodiscard]] KnownModels
    make(const Json& model_list, const spend::PriceBook& prices, const Models* previous) const;

    const config::Config& config_;
    std::mutex mutex_;
    std::map<std::string, Entry, std::less<>> entries_; ///< by the key's hash
};

} // namespace litellm::inference
