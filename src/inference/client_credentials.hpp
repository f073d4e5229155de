#pragma once
// Calls that bring an api_key or an api_base of their own. Refused unless the configuration allows them;
// whatever the proxy has stored stays behind when the client chooses the host.

#include "litellm/config/config.hpp"
#include "litellm/core/secret.hpp"
#include "litellm/inference/models.hpp"
#include "request_scan.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace litellm::inference {

struct ClientCredentials {
    std::optional<Secret> api_key;
    std::string api_base; ///< empty: the deployment's own
    /// Any address that the operator's pattern names; otherwise only ones of the public Internet.
    bool may_be_private = false;
};

/// Whether a parameter is one of those that may be allowed.
[[nodiscard]] bool is_client_credential(std::string_view name);

/// What the request brings; null when that is nothing. Each name must be allowed by
/// general_settings.allow_client_side_credentials, or by configurable_clientside_auth_params of every
/// deployment of the group. unauthorized where one is not, or the address is no web address; invalid_input
/// for what is no text.
[[nodiscard]] Result<std::unique_ptr<ClientCredentials>>
read_client_credentials(const Scan& scan, const Group& group, const config::GeneralSettings& settings);

/// The deployment with them in the place of its own, and with a state of its own: a client's wrong key is no
/// fault of the deployment. unauthorized for providers whose credentials are more than one key.
[[nodiscard]] Result<DeploymentPtr> with_client_credentials(
    const Deployment& deployment, const ClientCredentials& credentials, const Environment& environment
);

} // namespace litellm::inference
