#pragma once
// Vertex AI: Google's and Anthropic's models under an account of Google Cloud (reference providers.md 7).

#include "litellm/core/environment.hpp"
#include "litellm/providers/provider.hpp"

#include <string>
#include <string_view>

namespace litellm::providers {

[[nodiscard]] const Adapter* vertex_adapter();

/// Project, location, address and credentials. invalid_input when the project cannot be told.
[[nodiscard]] Result<void> complete_vertex(Endpoint& endpoint, const Environment& environment);

/// The request that turns a service account's key (RFC 7523) or a user's refresh token into an access token.
/// `credentials` is the JSON of the key file.
[[nodiscard]] Result<TokenRequest> google_token_request(std::string_view credentials, Timestamp now);

} // namespace litellm::providers
