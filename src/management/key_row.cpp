#include "key_row.hpp"

#include "key_limits.hpp"

namespace litellm::management {

namespace {

std::vector<std::string> routes_of(const NewKey& wanted)
{
    switch (wanted.key_type) {
    case KeyType::llm_api:
        return {"llm_api_routes"};
    case KeyType::management:
        return {"management_routes"};
    case KeyType::read_only:
        return {"info_routes"};
    case KeyType::standard:
        break;
    }
    return wanted.allowed_routes;
}

Result<void> set_dates(const NewKey& wanted, Timestamp now, const TimeZone& zone, store::Key& row)
{
    const auto expires = end_after(wanted.duration, now);
    if (!expires)
        return expires.error();
    row.expires = *expires;
    if (wanted.budget_duration && !is_no_duration(*wanted.budget_duration))
        row.budget_duration = wanted.budget_duration;
    const auto reset = reset_after(row.budget_duration, now, zone);
    if (!reset)
        return reset.error();
    row.budget_reset_at = *reset;
    if (!wanted.auto_rotate || !wanted.rotation_interval || is_no_duration(*wanted.rotation_interval))
        return {};
    const auto interval = parse_duration(*wanted.rotation_interval);
    if (!interval)
        return invalid_input(interval.error().message, "rotation_interval");
    row.auto_rotate = true;
    row.rotation_interval = wanted.rotation_interval;
    row.key_rotation_at = interval->after(now);
    return {};
}

} // namespace

Json merged_metadata(const Json& metadata, const Json& managed)
{
    Json merged = metadata;
    for (const auto& [name, value] : managed.items())
        merged[name] = value;
    return merged;
}

Result<std::optional<Timestamp>>
reset_after(const std::optional<std::string>& budget_duration, Timestamp now, const TimeZone& zone)
{
    std::optional<Timestamp> reset;
    if (!budget_duration || is_no_duration(*budget_duration))
        return reset;
    const auto next = next_budget_reset(*budget_duration, now, zone);
    if (!next)
        return invalid_input(next.error().message, "budget_duration");
    reset = *next;
    return reset;
}

Result<std::optional<Timestamp>> end_after(const std::optional<std::string>& duration, Timestamp now)
{
    std::optional<Timestamp> end;
    if (!duration || is_no_duration(*duration) || *duration == "-1")
        return end;
    const auto parsed = parse_duration(*duration);
    if (!parsed)
        return invalid_input(parsed.error().message, "duration");
    end = parsed->after(now);
    return end;
}

Result<void> check_key_config(const Json& key_config, const config::Config& settings)
{
    const auto list = key_config.is_object() ? key_config.find("model_list") : key_config.end();
    if (list == key_config.end() || list->is_null())
        return {};
    if (!list->is_array())
        return invalid_input("config.model_list is a list.", "config");
    for (const Json& row : *list) {
        if (const auto read = config::own_deployment(row, settings); !read)
            return read.error();
    }
    return {};
}

Result<store::Key> key_row(const NewKey& wanted, Timestamp now, const TimeZone& zone)
{
    store::Key row;
    row.key_alias = wanted.key_alias;
    row.spend = wanted.spend;
    row.models = wanted.models;
    row.aliases = wanted.aliases;
    row.config = wanted.config;
    row.user_id = wanted.user_id;
    row.team_id = wanted.team_id;
    row.permissions = wanted.permissions;
    row.max_parallel_requests = wanted.max_parallel_requests;
    row.metadata = merged_metadata(wanted.metadata, wanted.managed);
    row.blocked = wanted.blocked;
    row.tpm_limit = wanted.tpm_limit;
    row.rpm_limit = wanted.rpm_limit;
    row.max_budget = wanted.max_budget;
    row.allowed_cache_controls = wanted.allowed_cache_controls;
    row.model_max_budget = wanted.model_max_budget;
    row.budget_id = wanted.budget_id;
    row.organization_id = wanted.organization_id;
    row.allowed_routes = routes_of(wanted);
    row.access_group_ids = wanted.access_group_ids;
    if (wanted.router_settings)
        row.router_settings = *wanted.router_settings;
    if (const auto dated = set_dates(wanted, now, zone, row); !dated)
        return dated.error();
    return row;
}

} // namespace litellm::management
