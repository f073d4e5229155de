#include "sections.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::config {

namespace {

/// The parts of a URL that LiteLLM's Helm chart and Docker set-ups pass one by one.
struct DatabaseParts {
    std::string host;
    std::int64_t port = 0;
    std::string user;
    std::string password;
    std::string name;
    std::string schema;
};

std::string to_url(const DatabaseParts& parts)
{
    const bool is_ipv6 =
        !parts.host.starts_with('[') && std::count(parts.host.begin(), parts.host.end(), ':') > 1;
    std::string url = fmt::format("postgresql://{}", percent_encode(parts.user));
    if (!parts.password.empty())
        url.append(":").append(percent_encode(parts.password));
    url += is_ipv6 ? fmt::format("@[{}]", parts.host) : fmt::format("@{}", parts.host);
    if (parts.port != 0)
        url += fmt::format(":{}", parts.port);
    url.append("/").append(percent_encode(parts.name));
    if (!parts.schema.empty())
        url.append("?schema=").append(percent_encode(parts.schema));
    return url;
}

} // namespace

std::optional<std::string> database_url_of(Section& environment)
{
    std::string url;
    if (environment.read("DATABASE_URL", url))
        return url;
    DatabaseParts parts;
    if (!environment.read("DATABASE_HOST", parts.host))
        return std::nullopt;
    environment.read("DATABASE_PORT", parts.port, Range{.minimum = 1, .maximum = 65535});
    const bool has_user =
        environment.read("DATABASE_USERNAME", parts.user) || environment.read("DATABASE_USER", parts.user);
    environment.read("DATABASE_PASSWORD", parts.password);
    const bool has_name = environment.read("DATABASE_NAME", parts.name);
    environment.read("DATABASE_SCHEMA", parts.schema);
    if (has_user && has_name)
        return to_url(parts);
    const std::string_view missing = has_user ? "DATABASE_NAME"
        : has_name                            ? "DATABASE_USERNAME"
                                              : "DATABASE_USERNAME and DATABASE_NAME";
    environment.findings().warning(
        environment.find("DATABASE_HOST")->place,
        "DATABASE_HOST",
        fmt::format("is ignored: set {} too, or DATABASE_URL.", missing)
    );
    return std::nullopt;
}

} // namespace litellm::config
