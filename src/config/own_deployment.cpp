#include "litellm/config/config.hpp"

#include "litellm/core/redaction.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace litellm::config {

namespace {

const Json& member(const Json& row, const char* name, const Json& otherwise)
{
    const auto found = row.find(name);
    return found == row.end() || found->is_null() ? otherwise : *found;
}

} // namespace

Result<Deployment> own_deployment(const Json& row, const Config& config)
{
    static const Json nothing = Json::object();
    static const Json no_name = "";
    if (!row.is_object())
        return invalid_input(
            "config.model_list is a list of objects with model_name and litellm_params.", "config"
        );
    const Json& name = member(row, "model_name", no_name);
    const Json& params = member(row, "litellm_params", nothing);
    const Json& info = member(row, "model_info", nothing);
    if (!name.is_string() || !params.is_object() || !info.is_object())
        return invalid_input(
            "config.model_list: model_name is a text, litellm_params and model_info are objects.", "config"
        );
    Json shown = params;
    shown.erase("litellm_credential_name");
    if (without_secrets(shown) != shown)
        return invalid_input(
            fmt::format(
                "config.model_list: '{}' holds a secret. A key's config is shown by /key/info: write "
                "os.environ/NAME or a litellm_credential_name.",
                name.get<std::string>()
            ),
            "config"
        );
    const auto complete = with_credentials(params, config.credentials);
    if (!complete)
        return complete.error();
    auto deployment =
        make_deployment(name.get<std::string>(), resolve_references(*complete, config.environment), info);
    if (!deployment)
        return invalid_input("config.model_list: " + deployment.error().message, "config");
    return deployment;
}

} // namespace litellm::config
