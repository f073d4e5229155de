#include "vertex.hpp"

#include "json_access.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <chrono>
#include <memory>
#include <vector>

namespace litellm::providers {

namespace {

constexpr std::string_view scope = "https://www.googleapis.com/auth/cloud-platform";
constexpr std::string_view default_token_address = "https://oauth2.googleapis.com/token";
constexpr std::int64_t lifetime_seconds = 3600;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;

Error unusable(std::string_view why)
{
    return Error{
        ErrorKind::invalid_input,
        fmt::format(
            "litellm.AuthenticationError: Vertex_aiException - vertex_credentials cannot be used: {}", why
        ),
        "vertex_credentials",
        {},
        401};
}

std::string base64url(std::string_view text)
{
    return to_base64url(std::span(reinterpret_cast<const unsigned char*>(text.data()), text.size()));
}

/// RSASSA-PKCS1-v1_5 with SHA-256.
Result<std::string> sign(std::string_view text, const std::string& pem)
{
    const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    const Key key(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    if (!key)
        return unusable("private_key is not a PEM key");
    const Digest digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    if (EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
        EVP_DigestSign(digest.get(), nullptr, &size, bytes, text.size()) != 1)
        return unusable("private_key cannot sign");
    std::vector<unsigned char> signature(size);
    if (EVP_DigestSign(digest.get(), signature.data(), &size, bytes, text.size()) != 1)
        return unusable("private_key cannot sign");
    return to_base64url(std::span(signature.data(), size));
}

TokenRequest form_request(std::string account, std::string url, std::string body)
{
    TokenRequest request;
    request.account = std::move(account);
    request.url = std::move(url);
    request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
    request.body = std::move(body);
    return request;
}

} // namespace

Result<TokenRequest> google_token_request(std::string_view credentials, Timestamp now)
{
    const auto key = parse_json(credentials);
    if (!key || !key->is_object())
        return unusable("it is not the JSON of a key file");
    const auto type = string_at(*key, "type");
    auto address = string_at(*key, "token_uri");
    if (address.empty())
        address = default_token_address;
    if (type == "authorized_user") {
        const auto refresh = string_at(*key, "refresh_token");
        std::string body = fmt::format(
            "grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={}",
            percent_encode(string_at(*key, "client_id")),
            percent_encode(string_at(*key, "client_secret")),
            percent_encode(refresh)
        );
        return form_request(sha256_hex(refresh), std::move(address), std::move(body));
    }
    if (type != "service_account")
        return unusable(fmt::format("type `{}` is not known; service_account and authorized_user are", type));
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    const auto email = string_at(*key, "client_email");
    Json head = {{"alg", "RS256"}, {"typ", "JWT"}};
    if (auto id = string_at(*key, "private_key_id"); !id.empty())
        head["kid"] = std::move(id);
    const Json claims = {
        {"iss", email},
        {"scope", scope},
        {"aud", address},
        {"iat", seconds},
        {"exp", seconds + lifetime_seconds}};
    const std::string signed_part = base64url(to_text(head)) + "." + base64url(to_text(claims));
    const auto signature = sign(signed_part, string_at(*key, "private_key"));
    if (!signature)
        return signature.error();
    std::string body = fmt::format(
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={}.{}",
        signed_part,
        *signature
    );
    return form_request(
        sha256_hex(email + string_at(*key, "private_key")), std::move(address), std::move(body)
    );
}

Result<AccessToken> access_token_from(std::string_view body)
{
    const auto answer = parse_json(body);
    const auto token = answer ? string_at(*answer, "access_token") : std::string();
    if (token.empty() || token.find_first_of("\r\n") != std::string::npos)
        return Error{
            ErrorKind::upstream_failed,
            "litellm.AuthenticationError: the answer of the token server holds no access_token",
            {},
            {},
            401};
    return AccessToken{
        Secret(token), std::chrono::seconds(count_at(*answer, "expires_in").value_or(lifetime_seconds))};
}

} // namespace litellm::providers
