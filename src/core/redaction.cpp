#include "litellm/core/redaction.hpp"

#include "litellm/core/encoding.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace litellm {

namespace {

constexpr std::string_view mask = "***";

constexpr std::array<std::string_view, 13> secret_parts{
    "secret",
    "password",
    "passwd",
    "passphrase",
    "credential",
    "authorization",
    "private",
    "api_key",
    "apikey",
    "api-key",
    "access_key",
    "cookie",
    "webhook_url",
};
constexpr std::array<std::string_view, 4> secret_endings{"key", "token", "auth", "signature"};
/// These only end like a secret.
constexpr std::array<std::string_view, 2> harmless_endings{"per_token", "per_key"};

bool is_hash(std::string_view text)
{
    constexpr std::size_t hex_digits = 64;
    return text.size() == hex_digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool starts_like_a_key(std::string_view text)
{
    return text.starts_with("sk-") && !text.starts_with("sk-...");
}

/// `scheme://user:password@host`
bool holds_password(std::string_view text)
{
    const auto scheme = text.find("://");
    if (scheme == std::string_view::npos)
        return false;
    const std::string_view authority =
        text.substr(scheme + 3, text.find_first_of("/?#", scheme + 3) - scheme - 3);
    const auto at = authority.rfind('@');
    return at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos;
}

bool looks_like_a_secret(std::string_view text)
{
    return starts_like_a_key(text) || text.starts_with("Bearer ") || text.starts_with("Basic ") ||
        text.find("-----BEGIN ") != std::string_view::npos || holds_password(text);
}

Json masked(const Json& value)
{
    if (value.is_null() || value.is_boolean())
        return value;
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        if (text.empty() || is_hash(text) || text.starts_with("os.environ/") || text.starts_with("sk-..."))
            return value;
    }
    return Json(mask);
}

Json headers_without_values(const Json& headers)
{
    if (!headers.is_object())
        return masked(headers);
    Json names = Json::object();
    for (const auto& [name, value] : headers.items())
        names[name] = masked(value);
    return names;
}

Json member_without_secrets(const std::string& name, const Json& value)
{
    if (name == "headers" || name == "extra_headers")
        return headers_without_values(value);
    return is_secret_name(name) ? masked(value) : without_secrets(value);
}

/// Where a secret that begins at `begin` ends.
std::size_t end_of_word(std::string_view text, std::size_t begin)
{
    const auto end =
        std::find_if(text.begin() + static_cast<std::ptrdiff_t>(begin), text.end(), [](unsigned char letter) {
            return std::isalnum(letter) == 0 && letter != '-' && letter != '_';
        });
    return static_cast<std::size_t>(end - text.begin());
}

void mask_words(std::string& text, std::string_view prefix, std::size_t shortest)
{
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at + prefix.size())) {
        const std::size_t begin = at + prefix.size();
        const std::size_t end = end_of_word(text, begin);
        if (end - begin >= shortest)
            text.replace(begin, end - begin, mask);
    }
}

} // namespace

bool is_secret_name(std::string_view name)
{
    const std::string lowered = to_lower(name);
    const auto ends = [&](std::string_view ending) { return lowered.ends_with(ending); };
    if (std::any_of(harmless_endings.begin(), harmless_endings.end(), ends))
        return false;
    return std::any_of(secret_endings.begin(), secret_endings.end(), ends) ||
        std::any_of(secret_parts.begin(), secret_parts.end(), [&](std::string_view part) {
               return lowered.find(part) != std::string::npos;
           });
}

Json without_secrets(const Json& document)
{
    if (document.is_string())
        return looks_like_a_secret(document.get_ref<const std::string&>()) ? Json(mask) : document;
    if (document.is_array()) {
        Json list = Json::array();
        for (const Json& element : document)
            list.push_back(without_secrets(element));
        return list;
    }
    if (!document.is_object())
        return document;
    Json object = Json::object();
    for (const auto& [name, value] : document.items())
        object[name] = member_without_secrets(name, value);
    return object;
}

std::string without_keys(std::string_view text)
{
    std::string clean(text);
    mask_words(clean, "sk-", 4);
    mask_words(clean, "invitation_id=", 1);
    return clean;
}

std::string without_texts(std::string text, std::span<const std::string> secrets)
{
    constexpr std::size_t shortest = 8;
    for (const std::string& secret : secrets) {
        if (secret.size() < shortest)
            continue;
        for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + mask.size()))
            text.replace(at, secret.size(), mask);
    }
    return text;
}

} // namespace litellm
