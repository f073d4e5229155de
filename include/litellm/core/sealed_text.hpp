#pragma once
// Texts that LiteLLM keeps encrypted in its database: base64url of nonce and ciphertext of libsodium's
// secretbox (XSalsa20-Poly1305) under the SHA-256 of LITELLM_SALT_KEY, or of the master key where that is not
// set.

#include "litellm/core/random.hpp"
#include "litellm/core/secret.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace litellm {

class TextSeal {
public:
    /// `salt` is the text of the salt key or of the master key.
    explicit TextSeal(const Secret& salt);

    [[nodiscard]] std::string seal(std::string_view text, Random& random) const;
    /// Nothing when the text was not sealed, was sealed under another key, or was changed since.
    [[nodiscard]] std::optional<std::string> open(std::string_view sealed) const;

    /// True for what has the form of a sealed text, under whichever key.
    [[nodiscard]] static bool looks_sealed(std::string_view text);

private:
    Secret key_; ///< 32 bytes
};

} // namespace litellm
