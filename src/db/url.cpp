#include "url.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/db/database.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace litellm::db {

namespace {

constexpr std::string_view sqlite_scheme = "sqlite://";
constexpr std::array<std::string_view, 2> postgres_schemes{"postgresql://", "postgres://"};

/// Of a URL's query only these reach libpq; Prisma's own would make it refuse to connect.
constexpr std::array<std::string_view, 22> libpq_parameters{
    "host",
    "hostaddr",
    "port",
    "user",
    "password",
    "dbname",
    "sslmode",
    "sslcert",
    "sslkey",
    "sslrootcert",
    "sslcrl",
    "sslpassword",
    "gssencmode",
    "krbsrvname",
    "channel_binding",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "target_session_attrs",
    "connect_timeout",
};

using Parameters = std::map<std::string, std::string>;

std::size_t postgres_scheme_length(std::string_view url)
{
    for (const std::string_view scheme : postgres_schemes) {
        if (url.starts_with(scheme))
            return scheme.size();
    }
    return 0;
}

Error bad_url(std::string_view why)
{
    return invalid_input(fmt::format("the database URL cannot be understood: {}", why), "database_url");
}

/// The pieces of `user:password@hosts/name?query`, still encoded.
struct Pieces {
    std::string_view user;
    std::string_view password;
    std::string_view hosts;
    std::string_view name;
    std::string_view query;
};

/// Cuts `text` at the first `separator` and returns what follows it.
std::string_view cut(std::string_view& text, char separator)
{
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos)
        return {};
    const std::string_view rest = text.substr(at + 1);
    text = text.substr(0, at);
    return rest;
}

Pieces split(std::string_view rest)
{
    Pieces pieces;
    // The last @ separates: passwords are often pasted without encoding theirs.
    const std::size_t at = rest.substr(0, rest.find('?')).rfind('@');
    if (at != std::string_view::npos) {
        pieces.user = rest.substr(0, at);
        pieces.password = cut(pieces.user, ':');
        rest.remove_prefix(at + 1);
    }
    pieces.hosts = rest;
    pieces.query = cut(pieces.hosts, '?');
    pieces.name = cut(pieces.hosts, '/');
    return pieces;
}

/// `a:1,b,[::1]:2` as libpq's two parallel lists.
void add_hosts(std::string_view hosts, Parameters& parameters)
{
    std::string names;
    std::string ports;
    while (!hosts.empty()) {
        std::string_view host = hosts;
        hosts = cut(host, ',');
        std::string_view port;
        const std::size_t bracket = host.starts_with('[') ? host.find(']') : std::string_view::npos;
        if (bracket != std::string_view::npos) {
            port = host.substr(bracket + 1);
            port.remove_prefix(port.starts_with(':') ? 1 : 0);
            host = host.substr(1, bracket - 1);
        } else {
            port = cut(host, ':');
        }
        const std::string_view comma = names.empty() ? "" : ",";
        names += fmt::format("{}{}", comma, percent_decode(host).value_or(std::string(host)));
        ports += fmt::format("{}{}", comma, port.empty() ? "5432" : port);
    }
    if (!names.empty()) {
        parameters["host"] = names;
        parameters["port"] = ports;
    }
}

Result<void> add_decoded(std::string_view name, std::string_view value, Parameters& parameters)
{
    std::optional<std::string> decoded = percent_decode(value);
    if (!decoded || decoded->find('\0') != std::string::npos)
        return bad_url(fmt::format("'{}' is not percent-encoded correctly", name));
    if (!decoded->empty())
        parameters[std::string(name)] = std::move(*decoded);
    return {};
}

bool is_plain_schema_name(std::string_view name)
{
    return !name.empty() && name.size() < 64 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) || c == '_' || c == '-' || c == '$';
    });
}

Result<void> add_query(std::string_view query, Parameters& parameters, std::string& schema)
{
    while (!query.empty()) {
        std::string_view name = query;
        query = cut(name, '&');
        const std::string_view value = cut(name, '=');
        if (name == "schema") {
            const std::optional<std::string> decoded = percent_decode(value);
            if (!decoded || !is_plain_schema_name(*decoded))
                return bad_url("'schema' may hold letters, digits, '_', '-' and '$'");
            schema = *decoded;
        } else if (std::find(libpq_parameters.begin(), libpq_parameters.end(), name) != libpq_parameters.end()) {
            const Result<void> added = add_decoded(name, value, parameters);
            if (!added)
                return added.error();
        }
    }
    return {};
}

std::string to_connection_string(const Parameters& parameters)
{
    std::string out;
    for (const auto& [name, value] : parameters) {
        out += name + "='";
        for (const char c : value) {
            if (c == '\'' || c == '\\')
                out += '\\';
            out += c;
        }
        out += "' ";
    }
    return out;
}

std::string value_or(const Parameters& parameters, const std::string& name, const std::string& otherwise)
{
    const auto found = parameters.find(name);
    return found == parameters.end() ? otherwise : found->second;
}

} // namespace

bool is_postgres_url(std::string_view url)
{
    return postgres_scheme_length(url) > 0;
}

bool is_sqlite_url(std::string_view url)
{
    return url.starts_with(sqlite_scheme);
}

Result<PostgresUrl> parse_postgres_url(std::string_view url)
{
    const Pieces pieces = split(url.substr(postgres_scheme_length(url)));
    Parameters parameters;
    PostgresUrl parsed;
    add_hosts(pieces.hosts, parameters);
    for (const auto& [name, value] :
         {std::pair("user", pieces.user),
          std::pair("password", pieces.password),
          std::pair("dbname", pieces.name)}) {
        const Result<void> added = add_decoded(name, value, parameters);
        if (!added)
            return added.error();
    }
    const Result<void> added = add_query(pieces.query, parameters, parsed.schema);
    if (!added)
        return added.error();
    parsed.connection_string = to_connection_string(parameters);
    parsed.place = fmt::format(
        "{}:{}/{}",
        value_or(parameters, "host", "localhost"),
        value_or(parameters, "port", "5432"),
        value_or(parameters, "dbname", "")
    );
    return parsed;
}

Result<std::string> parse_sqlite_url(std::string_view url)
{
    std::string_view path = url.substr(sqlite_scheme.size());
    static_cast<void>(cut(path, '?'));
    if (path == ":memory:" || path == "/:memory:")
        return std::string(":memory:");
    std::optional<std::string> decoded = percent_decode(path);
    if (!decoded || decoded->empty() || decoded->find('\0') != std::string::npos)
        return bad_url("a path must follow sqlite://");
    return std::move(*decoded);
}

std::string redacted(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos)
        return std::string(url);
    const std::string_view head = url.substr(0, scheme + 3);
    const Pieces pieces = split(url.substr(head.size()));
    std::string out(head);
    if (!pieces.user.empty())
        out += fmt::format("{}{}@", pieces.user, pieces.password.empty() ? "" : ":***");
    out += pieces.hosts;
    if (!pieces.name.empty())
        out += fmt::format("/{}", pieces.name);
    std::string_view separator = "?";
    std::string_view query = pieces.query;
    while (!query.empty()) {
        std::string_view name = query;
        query = cut(name, '&');
        const std::string_view value = cut(name, '=');
        const bool is_secret = name.find("password") != std::string_view::npos;
        out += fmt::format("{}{}={}", separator, name, is_secret ? "***" : value);
        separator = "&";
    }
    return out;
}

} // namespace litellm::db
