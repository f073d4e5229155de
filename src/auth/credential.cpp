#include "credential.hpp"

#include "litellm/core/encoding.hpp"

namespace litellm::auth {

namespace {

constexpr std::string_view malformed =
    "Authentication Error, Malformed API Key passed in. Ensure Key has `Bearer ` prefix.";

Error unauthorized(std::string_view message)
{
    return Error{ErrorKind::unauthorized, std::string(message), "None", "auth_error"};
}

/// Text after `Bearer `, `bearer ` or `Basic `; empty for anything else.
std::string_view after_scheme(std::string_view value)
{
    for (const std::string_view scheme : {"Bearer ", "bearer ", "Basic "}) {
        if (value.starts_with(scheme))
            return trim(value.substr(scheme.size()));
    }
    return {};
}

/// Bedrock clients put the key where AWS signatures have the access key id.
std::string_view from_aws_signature(std::string_view value)
{
    constexpr std::string_view marker = "Credential=";
    const auto at = value.find(marker);
    if (!value.starts_with("AWS4-HMAC-SHA256") || at == std::string_view::npos)
        return {};
    value.remove_prefix(at + marker.size());
    if (value.starts_with("Bearer "))
        value.remove_prefix(7);
    return value.substr(0, value.find_first_of("/, "));
}

} // namespace

Result<std::string_view>
find_credential(const HeaderLookup& header, const std::string& only_header, std::string_view key_in_query)
{
    if (!only_header.empty()) {
        const auto key = after_scheme(trim(header(only_header)));
        if (key.empty())
            return unauthorized(malformed);
        return key;
    }
    if (const auto own = trim(header("x-litellm-api-key")); !own.empty()) {
        const auto key = after_scheme(own);
        return key.empty() ? own : key;
    }
    if (const auto authorization = trim(header("authorization")); !authorization.empty()) {
        auto key = after_scheme(authorization);
        if (key.empty())
            key = from_aws_signature(authorization);
        if (key.empty())
            return unauthorized(malformed);
        return key;
    }
    for (const std::string_view name :
         {"api-key", "x-api-key", "x-goog-api-key", "ocp-apim-subscription-key"}) {
        if (const auto key = trim(header(name)); !key.empty())
            return key;
    }
    if (const auto key = trim(key_in_query); !key.empty())
        return key;
    return unauthorized("Authentication Error, No api key passed in.");
}

} // namespace litellm::auth
