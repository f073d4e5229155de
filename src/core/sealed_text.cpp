#include "litellm/core/sealed_text.hpp"

#include "litellm/core/encoding.hpp"

#include <sodium.h>

#include <vector>

namespace litellm {

namespace {

const unsigned char* bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

constexpr std::size_t overhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;

} // namespace

TextSeal::TextSeal(const Secret& salt)
{
    static_assert(std::tuple_size_v<Sha256> == crypto_secretbox_KEYBYTES);
    const Sha256 digest = sha256(salt.reveal());
    key_ = Secret(std::string(digest.begin(), digest.end()));
}

std::string TextSeal::seal(std::string_view text, Random& random) const
{
    std::vector<unsigned char> sealed(overhead + text.size());
    const std::span<unsigned char> all(sealed);
    random.fill(all.first(crypto_secretbox_NONCEBYTES));
    crypto_secretbox_easy(
        sealed.data() + crypto_secretbox_NONCEBYTES,
        bytes_of(text),
        text.size(),
        sealed.data(),
        bytes_of(key_.reveal())
    );
    std::string encoded = to_base64url(sealed);
    // Python's decoder wants the padding.
    encoded.append((4 - encoded.size() % 4) % 4, '=');
    return encoded;
}

std::optional<std::string> TextSeal::open(std::string_view sealed) const
{
    const auto bytes = from_base64(sealed);
    if (!bytes || bytes->size() < overhead)
        return std::nullopt;
    std::string text(bytes->size() - overhead, '\0');
    const int failed = crypto_secretbox_open_easy(
        reinterpret_cast<unsigned char*>(text.data()),
        bytes_of(*bytes) + crypto_secretbox_NONCEBYTES,
        bytes->size() - crypto_secretbox_NONCEBYTES,
        bytes_of(*bytes),
        bytes_of(key_.reveal())
    );
    if (failed != 0)
        return std::nullopt;
    return text;
}

bool TextSeal::looks_sealed(std::string_view text)
{
    const auto bytes = from_base64(text);
    return bytes && bytes->size() >= overhead;
}

} // namespace litellm
