#include "litellm/core/signed_claims.hpp"

#include "litellm/core/encoding.hpp"

#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <span>

namespace litellm {

namespace {

constexpr std::string_view header = R"({"alg":"HS256","typ":"JWT"})";

std::string base64url(std::string_view text)
{
    return to_base64url(std::span(reinterpret_cast<const unsigned char*>(text.data()), text.size()));
}

std::string signature_of(std::string_view signed_part, const Secret& key)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
    unsigned int size = 0;
    HMAC(
        EVP_sha256(),
        key.reveal().data(),
        static_cast<int>(key.reveal().size()),
        reinterpret_cast<const unsigned char*>(signed_part.data()),
        signed_part.size(),
        code.data(),
        &size
    );
    return to_base64url(std::span(code).first(size));
}

} // namespace

std::string sign_claims(const Json& claims, const Secret& key)
{
    const std::string signed_part = base64url(header) + "." + base64url(to_text(claims));
    return signed_part + "." + signature_of(signed_part, key);
}

std::optional<Json> verified_claims(std::string_view token, const Secret& key)
{
    const auto last = token.rfind('.');
    const auto first = token.find('.');
    if (last == std::string_view::npos || first == last)
        return std::nullopt;
    const std::string_view signed_part = token.substr(0, last);
    // The algorithm is ours, whatever the token would like; another header is another token.
    if (signed_part.substr(0, first) != base64url(header) ||
        !equal_in_constant_time(token.substr(last + 1), signature_of(signed_part, key)))
        return std::nullopt;
    const auto text = from_base64(signed_part.substr(first + 1));
    if (!text)
        return std::nullopt;
    auto claims = parse_json(*text);
    if (!claims || !claims->is_object())
        return std::nullopt;
    return std::move(*claims);
}

} // namespace litellm
