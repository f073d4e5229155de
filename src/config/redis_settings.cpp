#include "litellm/config/config.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace litellm::config {

namespace {

using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

/// Members of a section as texts: people write ports with and without quotes.
Lookup members_of(const Json& section, std::string prefix)
{
    return [section, prefix = std::move(prefix)](const std::string& name) -> std::optional<std::string> {
        const auto found = section.is_object() ? section.find(prefix + name) : section.end();
        if (found == section.end() || found->is_null())
            return std::nullopt;
        return found->is_string() ? found->get<std::string>() : found->dump();
    };
}

Lookup variables_of(const Environment& environment)
{
    return [environment](const std::string& name) {
        std::string variable = "REDIS_" + name;
        std::transform(variable.begin(), variable.end(), variable.begin(), [](unsigned char letter) {
            return static_cast<char>(std::toupper(letter));
        });
        return environment(variable);
    };
}

std::string text_or(const Lookup& lookup, const char* name, std::string otherwise)
{
    auto text = lookup(name);
    return text && !text->empty() ? std::move(*text) : std::move(otherwise);
}

Result<std::int64_t> number_in(std::string_view text, std::int64_t most, const char* what)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || number < 0 ||
        number > most)
        return invalid_input(fmt::format("Redis: '{}' is no {}", text, what));
    return number;
}

Result<void> set_port(RedisSettings& settings, std::string_view text)
{
    const auto port = number_in(text, 65535, "port");
    if (!port)
        return port.error();
    settings.port = static_cast<std::uint16_t>(*port);
    return {};
}

Result<void> set_database(RedisSettings& settings, std::string_view text)
{
    const auto database = number_in(text, 100'000, "number of a database");
    if (!database)
        return database.error();
    settings.database = static_cast<int>(*database);
    return {};
}

Error no_tls()
{
    return invalid_input(
        "Redis over TLS is not supported; use redis:// on a private network or through a tunnel"
    );
}

/// `redis://[user[:password]@]host[:port][/database]`
Result<RedisSettings> from_url(std::string_view url)
{
    constexpr std::string_view scheme = "redis://";
    if (url.starts_with("rediss://"))
        return no_tls();
    if (!url.starts_with(scheme))
        return invalid_input("the address of Redis begins with redis://");
    RedisSettings settings;
    std::string_view rest = url.substr(scheme.size());
    rest = rest.substr(0, rest.find('?'));
    std::string_view authority = rest.substr(0, rest.find('/'));
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        const std::string_view who = authority.substr(0, at);
        const auto colon = who.find(':');
        settings.username = percent_decode(who.substr(0, colon)).value_or("");
        if (colon != std::string_view::npos)
            settings.password = Secret(percent_decode(who.substr(colon + 1)).value_or(""));
        authority.remove_prefix(at + 1);
    }
    const auto colon = authority.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
    std::string_view host = has_port ? authority.substr(0, colon) : authority;
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    settings.host = std::string(host);
    if (has_port) {
        if (const auto set = set_port(settings, authority.substr(colon + 1)); !set)
            return set.error();
    }
    if (const auto slash = rest.find('/'); slash != std::string_view::npos && slash + 1 < rest.size()) {
        if (const auto set = set_database(settings, rest.substr(slash + 1)); !set)
            return set.error();
    }
    if (settings.host.empty())
        return invalid_input("the address of Redis names no host");
    return settings;
}

/// What one source says; a host of another source may still want its password.
Result<std::optional<RedisSettings>> read(const Lookup& lookup, const Lookup& variables)
{
    std::optional<RedisSettings> found;
    if (const auto url = lookup("url"); url && !url->empty()) {
        auto parsed = from_url(*url);
        if (!parsed)
            return parsed.error();
        found = std::move(*parsed);
    } else if (const auto host = lookup("host"); host && !host->empty()) {
        found = RedisSettings{};
        found->host = *host;
        if (const auto set = set_port(*found, text_or(lookup, "port", text_or(variables, "port", "6379")));
            !set)
            return set.error();
        if (const auto set = set_database(*found, text_or(lookup, "db", text_or(variables, "db", "0"))); !set)
            return set.error();
        found->username = text_or(lookup, "username", text_or(variables, "username", ""));
        found->password = Secret(text_or(lookup, "password", text_or(variables, "password", "")));
    }
    const std::string tls = to_lower(text_or(lookup, "ssl", text_or(variables, "ssl", "false")));
    if (found && (tls == "true" || tls == "1"))
        return no_tls();
    return found;
}

const Json* cache_params(const Config& config)
{
    const Json& raw = config.litellm.raw;
    const auto found = raw.is_object() ? raw.find("cache_params") : raw.end();
    return raw.is_object() && found != raw.end() && found->is_object() ? &*found : nullptr;
}

std::string cache_type(const Config& config)
{
    const Json* const params = cache_params(config);
    return params == nullptr ? std::string() : members_of(*params, "")("type").value_or("");
}

} // namespace

Result<std::optional<RedisSettings>> redis_settings(const Config& config)
{
    const Lookup variables = variables_of(config.environment);
    std::vector<Lookup> sources;
    if (const Json* const params = cache_params(config);
        params != nullptr && (cache_type(config).empty() || cache_type(config) == "redis"))
        sources.push_back(members_of(*params, ""));
    sources.push_back(members_of(config.router.raw, "redis_"));
    sources.push_back(variables);
    for (const Lookup& source : sources) {
        auto found = read(source, variables);
        if (!found)
            return found.error();
        if (!*found)
            continue;
        if (const auto text = config.environment("LITELLM_REDIS_DEADLINE_SECONDS"); text && !text->empty()) {
            double seconds = 0;
            const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
            if (error != std::errc() || end != text->data() + text->size() || seconds <= 0 || seconds > 60)
                return invalid_input(
                    fmt::format("LITELLM_REDIS_DEADLINE_SECONDS is '{}'; write seconds, e.g. 0.02", *text)
                );
            (*found)->deadline_seconds = seconds;
        }
        return found;
    }
    return std::optional<RedisSettings>();
}

bool caches_in_redis(const Config& config)
{
    const Json& raw = config.litellm.raw;
    const bool is_on = raw.is_object() && raw.contains("cache") && raw.at("cache") == Json(true);
    const std::string type = cache_type(config);
    return is_on && (type == "redis" || type.empty());
}

} // namespace litellm::config
