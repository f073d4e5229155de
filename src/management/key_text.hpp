#pragma once
// Keys as texts: making one, checking one, hashing one.

#include "litellm/core/environment.hpp"
#include "litellm/core/error.hpp"
#include "litellm/core/random.hpp"
#include "litellm/core/secret.hpp"

#include <string>
#include <string_view>

namespace litellm::management {

/// `sk-` and the URL-safe base64 of random bytes, as many as LENGTH_OF_LITELLM_GENERATED_KEY says (16).
[[nodiscard]] Secret new_key_text(Random& random, const Environment& environment);
/// invalid_input unless the text starts with `sk-` and can stand in a header.
[[nodiscard]] Result<void> check_chosen_key(const Secret& key);
/// True for a key of up to 100 characters and for a hash.
[[nodiscard]] bool is_key_or_hash(std::string_view text);
/// A text that does not start with `sk-` is taken for the hash already.
[[nodiscard]] std::string hash_of(std::string_view key_or_hash);

} // namespace litellm::management
