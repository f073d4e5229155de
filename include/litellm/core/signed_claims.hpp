#pragma once
// JSON Web Tokens with HMAC-SHA256 (RFC 7515 and 7519), the one form that clients of LiteLLM read.

#include "litellm/core/json.hpp"
#include "litellm/core/secret.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace litellm {

[[nodiscard]] std::string sign_claims(const Json& claims, const Secret& key);
/// Nothing unless the token says HS256 and its signature is right. Whether it has expired is the caller's to
/// look at.
[[nodiscard]] std::optional<Json> verified_claims(std::string_view token, const Secret& key);

} // namespace litellm
