#include "sigv4.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <vector>

namespace litellm::providers {

namespace {

using Digest = std::array<unsigned char, 32>;

Digest hmac(std::string_view key, std::string_view text)
{
    Digest digest{};
    unsigned int size = 0;
    HMAC(
        EVP_sha256(),
        key.data(),
        static_cast<int>(key.size()),
        reinterpret_cast<const unsigned char*>(text.data()),
        text.size(),
        digest.data(),
        &size
    );
    return digest;
}

std::string_view bytes_of(const Digest& digest)
{
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

struct Parts {
    std::string_view host;
    std::string_view path = "/";
    std::string_view query;
};

Parts parts_of(std::string_view url)
{
    Parts parts;
    if (const auto scheme = url.find("://"); scheme != std::string_view::npos)
        url.remove_prefix(scheme + 3);
    const auto end = url.find_first_of("/?");
    parts.host = url.substr(0, end);
    if (end == std::string_view::npos)
        return parts;
    const auto question = url.find('?', end);
    if (question > end)
        parts.path = url.substr(end, question == std::string_view::npos ? question : question - end);
    if (question != std::string_view::npos)
        parts.query = url.substr(question + 1);
    return parts;
}

/// Every segment is encoded once more, except for S3, which nobody here speaks.
std::string canonical_path(std::string_view path)
{
    std::string canonical;
    while (!path.empty()) {
        const auto slash = path.find('/');
        canonical += percent_encode(path.substr(0, slash));
        if (slash == std::string_view::npos)
            break;
        canonical += '/';
        path.remove_prefix(slash + 1);
    }
    return canonical;
}

std::string canonical_query(std::string_view query)
{
    std::vector<std::string> items;
    while (!query.empty()) {
        const auto end = query.find('&');
        const auto item = query.substr(0, end);
        items.emplace_back(
            item.find('=') == std::string_view::npos ? std::string(item) + "=" : std::string(item)
        );
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    }
    std::ranges::sort(items);
    return fmt::format("{}", fmt::join(items, "&"));
}

/// `20250102T030405Z`
std::string amazon_time(Timestamp now)
{
    std::string compact;
    for (const char c : to_iso8601(now).substr(0, 19))
        if (c != '-' && c != ':')
            compact += c;
    return compact + "Z";
}

} // namespace

Headers sign_for_aws(const AwsIdentity& identity, const Signable& request, Timestamp now)
{
    const Parts parts = parts_of(request.url);
    const std::string time = amazon_time(now);
    const std::string day = time.substr(0, 8);
    std::string names = "content-type;host;x-amz-date";
    std::string lines =
        fmt::format("content-type:{}\nhost:{}\nx-amz-date:{}\n", request.content_type, parts.host, time);
    if (!identity.session_token.empty()) {
        names += ";x-amz-security-token";
        lines += fmt::format("x-amz-security-token:{}\n", identity.session_token);
    }
    const std::string canonical = fmt::format(
        "{}\n{}\n{}\n{}\n{}\n{}",
        request.method,
        canonical_path(parts.path),
        canonical_query(parts.query),
        lines,
        names,
        sha256_hex(request.body)
    );
    const std::string scope = fmt::format("{}/{}/{}/aws4_request", day, identity.region, identity.service);
    const std::string to_sign =
        fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", time, scope, sha256_hex(canonical));
    const Digest of_day = hmac("AWS4" + std::string(identity.secret_access_key.reveal()), day);
    const Digest of_region = hmac(bytes_of(of_day), identity.region);
    const Digest of_service = hmac(bytes_of(of_region), identity.service);
    const Digest key = hmac(bytes_of(of_service), "aws4_request");
    const Digest signature = hmac(bytes_of(key), to_sign);
    Headers headers{{"x-amz-date", time}};
    if (!identity.session_token.empty())
        headers.emplace_back("x-amz-security-token", identity.session_token);
    headers.emplace_back(
        "authorization",
        fmt::format(
            "AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
            identity.access_key_id,
            scope,
            names,
            to_hex(signature)
        )
    );
    return headers;
}

} // namespace litellm::providers
