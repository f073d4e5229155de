#include "key_models.hpp"

#include "litellm/core/log.hpp"

#include <nlohmann/json.hpp>

namespace litellm::inference {

KnownModels with_catalog(std::shared_ptr<const Models> models)
{
    auto catalog = std::make_shared<auth::ModelCatalog>();
    catalog->access_groups = [models](std::string_view model) { return models->access_groups(model); };
    catalog->resolve_alias = [models](std::string_view model) { return models->resolve_alias(model); };
    return {std::move(models), std::move(catalog)};
}

bool has_own_models(const auth::Principal& principal)
{
    const store::Key* key = principal.key();
    if (key == nullptr || !key->config.is_object() || key->config.empty())
        return false;
    const auto list = key->config.find("model_list");
    return list != key->config.end() && list->is_array() && !list->empty();
}

KnownModels
KeyModels::make(const Json& model_list, const spend::PriceBook& prices, const Models* previous) const
{
    std::vector<config::Deployment> rows;
    for (const Json& each : model_list) {
        const auto row = config::own_deployment(each, config_);
        if (row)
            rows.push_back(*row);
        else
            log::warning("models", "a model of a key is left out: {}", row.error().message);
    }
    config::Config own = config_;
    own.model_list.clear();
    std::vector<std::string> problems;
    auto models = Models::make(own, prices, problems, rows, previous);
    for (const auto& problem : problems)
        log::warning("models", "of a key: {}", problem);
    return with_catalog(std::move(models));
}

KnownModels KeyModels::find(const auth::Principal& principal, const spend::PriceBook& prices)
{
    const Json& model_list = principal.key()->config.at("model_list");
    const std::lock_guard lock(mutex_);
    const auto known = entries_.find(principal.key_hash);
    if (known != entries_.end() && known->second.model_list == model_list)
        return known->second.known;
    // The states of a key's deployments are lost with its entry, which costs no more than a forgotten
    // cooldown.
    if (known == entries_.end() && entries_.size() >= most_keys)
        entries_.erase(entries_.begin());
    Entry entry{
        model_list,
        make(model_list, prices, known == entries_.end() ? nullptr : known->second.known.models.get())};
    return (entries_[principal.key_hash] = std::move(entry)).known;
}

} // namespace litellm::inference
