#include "web_session.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::api {

namespace {

constexpr std::string_view cookie_name = "litellm_session";
constexpr std::size_t longest_token = 256;

/// `scheme://host:port/path` to `host:port`
std::string_view authority_of(std::string_view url)
{
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos)
        return {};
    const std::string_view rest = url.substr(scheme + 3);
    return rest.substr(0, rest.find_first_of("/?#"));
}

bool is_secure(const http::Request& request, const config::Config& config)
{
    return !config.server.ssl_certfile_path.empty() ||
        config.environment("PROXY_BASE_URL").value_or("").starts_with("https://") ||
        equals_ignoring_case(trim(request.fields.find("x-forwarded-proto")), "https");
}

} // namespace

Result<Form> parse_form(std::string_view content_type, std::string_view body)
{
    const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
    if (!equals_ignoring_case(type, "application/x-www-form-urlencoded"))
        return invalid_input("This is a form: send application/x-www-form-urlencoded.");
    Form form;
    while (!body.empty()) {
        const std::string_view pair = body.substr(0, body.find('&'));
        body.remove_prefix(std::min(pair.size() + 1, body.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        const auto name = percent_decode(pair.substr(0, equals), true);
        const auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!name || !value)
            return invalid_input("The form cannot be read.");
        form.emplace(*name, *value);
    }
    return form;
}

std::string field(const Form& form, std::string_view name)
{
    const auto found = form.find(name);
    return found == form.end() ? std::string() : found->second;
}

Secret session_token(const http::Request& request)
{
    std::string_view rest = request.fields.find("cookie");
    while (!rest.empty()) {
        const std::string_view pair = trim(rest.substr(0, rest.find(';')));
        rest.remove_prefix(std::min(rest.find(';'), rest.size() - 1) + 1);
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || pair.substr(0, equals) != cookie_name)
            continue;
        const std::string_view value = pair.substr(equals + 1);
        return value.size() <= longest_token ? Secret(std::string(value)) : Secret();
    }
    return Secret();
}

std::string session_cookie(
    const http::Request& request,
    const config::Config& config,
    const management::NewSession* session,
    Timestamp now
)
{
    const auto left =
        session == nullptr ? seconds(0) : std::chrono::floor<seconds>(session->expires_at - now);
    return fmt::format(
        "{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}",
        cookie_name,
        session == nullptr ? std::string() : session->token.reveal(),
        left.count(),
        is_secure(request, config) ? "; Secure" : ""
    );
}

std::string form_token(const Secret& session_token)
{
    return sha256_hex("form of " + session_token.reveal());
}

Result<void> check_origin(const http::Request& request, const config::Config& config)
{
    const Error foreign{ErrorKind::forbidden, "This request comes from a page of another site."};
    const std::string_view site = trim(request.fields.find("sec-fetch-site"));
    if (!site.empty()) {
        if (site != "same-origin" && site != "none")
            return foreign;
        return {};
    }
    if (!request.fields.contains("origin"))
        return {};
    // Older browsers. Proxies may have changed the host on the way.
    const std::string_view origin = authority_of(trim(request.fields.find("origin")));
    const std::string base = config.environment("PROXY_BASE_URL").value_or("");
    for (const std::string_view host :
         {trim(request.fields.find("host")),
          trim(request.fields.find("x-forwarded-host")),
          authority_of(base)}) {
        if (!host.empty() && equals_ignoring_case(host, origin))
            return {};
    }
    return foreign;
}

std::string client_address(const http::Request& request, const config::Config& config)
{
    if (!config.general.use_x_forwarded_for)
        return request.peer_address;
    // The last entry is the one that the nearest proxy wrote; those before it may be anybody's claims.
    const std::string_view forwarded = request.fields.find("x-forwarded-for");
    const auto comma = forwarded.rfind(',');
    const std::string_view last =
        trim(comma == std::string_view::npos ? forwarded : forwarded.substr(comma + 1));
    return last.empty() ? request.peer_address : std::string(last);
}

} // namespace litellm::api
