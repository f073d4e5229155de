#include "web_address.hpp"

#include "litellm/core/encoding.hpp"

namespace litellm::providers {

std::optional<WebAddress> split_address(std::string_view url)
{
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos)
        return std::nullopt;
    const auto scheme = url.substr(0, scheme_end);
    if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https"))
        return std::nullopt;
    auto rest = url.substr(scheme_end + 3);
    rest = rest.substr(0, rest.find_first_of("?#"));

    const auto authority_end = std::min(rest.find('/'), rest.size());
    auto host = rest.substr(0, authority_end);
    if (const auto at = host.rfind('@'); at != std::string_view::npos)
        host.remove_prefix(at + 1);
    const auto bracket = host.rfind(']');
    const auto colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
    host = host.substr(0, colon);
    if (host.empty())
        return std::nullopt;
    return WebAddress{host, without_trailing_slashes(rest.substr(authority_end))};
}

bool is_path_prefix(std::string_view prefix, std::string_view path)
{
    return path.starts_with(prefix) &&
        (path.size() == prefix.size() || prefix.empty() || path[prefix.size()] == '/');
}

std::string_view without_trailing_slashes(std::string_view text)
{
    while (text.ends_with('/'))
        text.remove_suffix(1);
    return text;
}

std::string join_path(std::string_view base, std::string_view path)
{
    const auto query_at = std::min(base.find('?'), base.size());
    const auto query = base.substr(query_at);
    std::string url(without_trailing_slashes(base.substr(0, query_at)));
    if (!url.ends_with(path))
        url += path;
    return url += query;
}

} // namespace litellm::providers
