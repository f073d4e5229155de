#pragma once
// Hashes and encodings.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace litellm {

using Sha256 = std::array<unsigned char, 32>;

[[nodiscard]] Sha256 sha256(std::string_view bytes);
/// Lower-case hex of SHA-256: how LiteLLM stores a key.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
[[nodiscard]] std::string to_hex(std::span<const unsigned char> bytes);

/// Alphabet `A-Za-z0-9-_`, without padding.
[[nodiscard]] std::string to_base64url(std::span<const unsigned char> bytes);
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Accepts both alphabets, with or without padding; nothing when the text is not base64.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// CRC-32C (Castagnoli) of `bytes`, continuing from `seed`.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);

/// Percent-decodes `text`; with `plus_is_space` also turns `+` into a space. Nothing when an escape is
/// malformed.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
[[nodiscard]] std::string percent_encode(std::string_view text);

[[nodiscard]] bool is_valid_utf8(std::string_view text);
[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::string_view trim(std::string_view text);

} // namespace litellm
