#include "model_rows.hpp"

#include "refusals.hpp"
#include "setting_values.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::management {

namespace {

/// True for a text `os.environ/…` at any depth.
bool has_reference(const Json& value)
{
    if (value.is_string())
        return value.get_ref<const std::string&>().starts_with("os.environ/");
    if (!value.is_structured())
        return false;
    return std::any_of(value.begin(), value.end(), has_reference);
}

} // namespace

Json sealed_params(const Json& params, const TextSeal& seal, Random& random)
{
    Json sealed = Json::object();
    for (const auto& [name, value] : params.items())
        sealed[name] =
            value.is_string() ? Json(seal.seal(value.get_ref<const std::string&>(), random)) : value;
    return sealed;
}

Json opened_params(const Json& params, const TextSeal& seal)
{
    Json opened = Json::object();
    for (const auto& [name, value] : params.items()) {
        opened[name] = value;
        if (!value.is_string())
            continue;
        if (auto text = seal.open(value.get_ref<const std::string&>()))
            opened[name] = std::move(*text);
    }
    return opened;
}

bool is_unreadable(const Json& opened)
{
    const auto model = text_setting(opened, "model");
    return model && TextSeal::looks_sealed(*model);
}

Result<config::Deployment> deployment_of(const StoredModel& model, const config::Config& settings)
{
    Json info = model.row.model_info.is_object() ? model.row.model_info : Json::object();
    info["id"] = model.row.model_id;
    info["db_model"] = true;
    auto params = config::with_credentials(model.params, settings.credentials);
    if (!params)
        return params.error();
    const Json resolved = config::resolve_references(*params, settings.environment);
    return config::make_deployment(model.row.model_name, resolved, info);
}

Json merged(const Json& base, const Json& changes)
{
    Json result = base.is_object() ? base : Json::object();
    for (const auto& [name, value] : changes.items()) {
        if (!value.is_null())
            result[name] = value;
    }
    return result;
}

Result<void> check_own_credentials(const Json& params, const config::Config& settings)
{
    if (has_reference(params))
        return forbidden("Only a proxy admin can use os.environ/ references.", "litellm_params");
    if (params.contains("litellm_credential_name"))
        return forbidden("Only a proxy admin can use stored credentials.", "litellm_params");
    if (!text_setting(params, "api_key"))
        return forbidden(
            "Bring an api_key of your own: only a proxy admin can use the proxy's.", "litellm_params"
        );
    if (settings.general.allow_client_side_credentials)
        return {};
    // The proxy calls these addresses from inside its network.
    for (const auto& [name, value] : params.items()) {
        const bool is_address =
            value.is_string() && value.get_ref<const std::string&>().find("://") != std::string::npos;
        const bool names_address = name.find("base") != std::string::npos ||
            name.find("endpoint") != std::string::npos || name.find("url") != std::string::npos ||
            name.find("host") != std::string::npos;
        if (is_address || names_address)
            return forbidden(
                fmt::format("Only a proxy admin can set {}: it makes the proxy call an address.", name),
                "litellm_params"
            );
    }
    return {};
}

bool is_configured(const config::Config& settings, const std::string& id)
{
    return std::any_of(settings.model_list.begin(), settings.model_list.end(), [&](const auto& row) {
        return row.id == id;
    });
}

bool stores_models(const config::Config& settings)
{
    const Json* setting = find_setting(settings.general.raw, "store_model_in_db");
    if (setting != nullptr && setting->is_boolean())
        return setting->get<bool>();
    const auto variable = settings.environment ? settings.environment("STORE_MODEL_IN_DB") : std::nullopt;
    return variable && is_truthy(*variable);
}

} // namespace litellm::management
