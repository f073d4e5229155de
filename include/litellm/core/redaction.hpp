#pragma once
// Documents that people write into (metadata, settings, vendors' parameters) without what could be a
// credential.

#include "litellm/core/json.hpp"

#include <span>
#include <string>
#include <string_view>

namespace litellm {

/// Whether a member of this name usually holds a credential: `api_key`, `Authorization`, `client_secret` …
[[nodiscard]] bool is_secret_name(std::string_view name);

/// The document with credentials replaced by `***`, however deep they lie: members with a secret's name, the
/// values of `headers` and `extra_headers`, and texts that look like a key, a bearer token or an address with
/// a password. Hashes of virtual keys, hints (`sk-...abcd`) and references (`os.environ/NAME`) stay.
[[nodiscard]] Json without_secrets(const Json& document);

/// The text with virtual keys (`sk-…`) and the secrets of invitation links in it replaced by `***`.
[[nodiscard]] std::string without_keys(std::string_view text);

/// The text with each of `secrets` that is longer than seven bytes replaced by `***`, wherever it stands.
[[nodiscard]] std::string without_texts(std::string text, std::span<const std::string> secrets);

} // namespace litellm
