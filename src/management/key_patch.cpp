#include "key_patch.hpp"

#include "key_limits.hpp"
#include "key_row.hpp"
#include "narrow.hpp"

#include <algorithm>

namespace litellm::management {

namespace {

Error unfit(const std::string& name, const std::string& what)
{
    Error error = invalid_input(name + ": " + what, name);
    error.status = 422;
    return error;
}

/// `10d` from now, or the date-time itself.
Result<Timestamp> end_of_increase(const std::string& text, Timestamp now)
{
    if (const auto time = parse_timestamp(text))
        return *time;
    const auto duration = parse_duration(text);
    if (duration)
        return duration->after(now);
    return invalid_input(
        "temp_budget_expiry is neither a duration such as 10d nor a date-time such as 2026-01-15T00:00:00Z.",
        "temp_budget_expiry"
    );
}

Result<void> apply_increase(const KeyChange& change, Timestamp now, Json& metadata)
{
    if (!change.temp_budget_increase.is_present())
        return {};
    metadata.erase("temp_budget_increase");
    metadata.erase("temp_budget_expiry");
    if (!change.temp_budget_increase.has_value())
        return {};
    const auto until = end_of_increase(*change.temp_budget_expiry, now);
    if (!until)
        return until.error();
    metadata["temp_budget_increase"] = *change.temp_budget_increase;
    metadata["temp_budget_expiry"] = to_iso8601(*until);
    return {};
}

Result<void> apply_metadata(const KeyChange& change, Timestamp now, store::Key& row)
{
    change.metadata.apply_to(row.metadata, Json::object());
    if (!row.metadata.is_object())
        row.metadata = Json::object();
    row.metadata = merged_metadata(row.metadata, change.managed);
    return apply_increase(change, now, row.metadata);
}

Result<void> apply_dates(const KeyChange& change, Timestamp now, const TimeZone& zone, store::Key& row)
{
    if (change.duration && !is_no_duration(*change.duration)) {
        const auto expires = end_after(change.duration, now);
        if (!expires)
            return expires.error();
        row.expires = *expires;
    }
    if (change.budget_duration && !is_no_duration(*change.budget_duration)) {
        const auto reset = reset_after(change.budget_duration, now, zone);
        if (!reset)
            return reset.error();
        row.budget_duration = change.budget_duration;
        row.budget_reset_at = *reset;
    }
    return {};
}

/// Switching rotation on, or a new interval for a key that has no date yet, sets the date; another interval
/// alone does not.
Result<void> apply_rotation(const KeyChange& change, Timestamp now, store::Key& row)
{
    if (!change.auto_rotate.is_present() && !change.rotation_interval.is_present())
        return {};
    change.auto_rotate.apply_to(row.auto_rotate);
    change.rotation_interval.apply_to(row.rotation_interval);
    if (row.rotation_interval && is_no_duration(*row.rotation_interval))
        row.rotation_interval.reset();
    const bool is_on = row.auto_rotate.value_or(false);
    if (!row.rotation_interval) {
        if (is_on && change.auto_rotate.is_present())
            return invalid_input("auto_rotate needs a rotation_interval, such as 30d.", "rotation_interval");
        return {};
    }
    const auto interval = parse_duration(*row.rotation_interval);
    if (!interval)
        return invalid_input(interval.error().message, "rotation_interval");
    if (interval->approximate().count() == 0)
        return invalid_input("rotation_interval must be longer than nothing.", "rotation_interval");
    if (is_on && (change.auto_rotate.is_present() || !row.key_rotation_at))
        row.key_rotation_at = interval->after(now);
    return {};
}

/// A field that narrow() may cut back, under the name that it reports.
struct Field {
    std::string_view name;
    bool (*is_sent)(const KeyChange&);
    void (*take)(store::Key& to, const store::Key& from);
};

template <auto patch, auto member>
constexpr Field field(std::string_view name)
{
    return {
        name,
        [](const KeyChange& change) { return (change.*patch).is_present(); },
        [](store::Key& to, const store::Key& from) { to.*member = from.*member; },
    };
}

constexpr Field fields[] = {
    field<&KeyChange::team_id, &store::Key::team_id>("team_id"),
    field<&KeyChange::organization_id, &store::Key::organization_id>("organization_id"),
    field<&KeyChange::object_permission, &store::Key::object_permission_id>("object_permission"),
    field<&KeyChange::max_budget, &store::Key::max_budget>("max_budget"),
    field<&KeyChange::tpm_limit, &store::Key::tpm_limit>("tpm_limit"),
    field<&KeyChange::rpm_limit, &store::Key::rpm_limit>("rpm_limit"),
    field<&KeyChange::max_parallel_requests, &store::Key::max_parallel_requests>("max_parallel_requests"),
    field<&KeyChange::models, &store::Key::models>("models"),
    field<&KeyChange::allowed_routes, &store::Key::allowed_routes>("allowed_routes"),
    field<&KeyChange::permissions, &store::Key::permissions>("permissions"),
    field<&KeyChange::config, &store::Key::config>("config"),
    field<&KeyChange::aliases, &store::Key::aliases>("aliases"),
    field<&KeyChange::access_group_ids, &store::Key::access_group_ids>("access_group_ids"),
    field<&KeyChange::allowed_cache_controls, &store::Key::allowed_cache_controls>("allowed_cache_controls"),
    field<&KeyChange::model_max_budget, &store::Key::model_max_budget>("model_max_budget"),
    {
        "duration",
        [](const KeyChange& change) { return change.duration.has_value(); },
        [](store::Key& to, const store::Key& from) { to.expires = from.expires; },
    },
    {
        "budget_duration",
        [](const KeyChange& change) { return change.budget_duration.has_value(); },
        [](store::Key& to, const store::Key& from) {
            to.budget_duration = from.budget_duration;
            to.budget_reset_at = from.budget_reset_at;
        },
    },
};

bool changes_metadata(const KeyChange& change)
{
    return change.metadata.is_present() || !change.managed.empty() ||
        change.temp_budget_increase.is_present();
}

bool is_sent(const KeyChange& change, const std::string& name)
{
    for (const Field& each : fields) {
        if (each.name == name)
            return each.is_sent(change);
    }
    return changes_metadata(change);
}

} // namespace

Result<void> check_change(const KeyChange& change)
{
    for (const auto& checked :
         {check_amount(change.max_budget.value(), "max_budget"),
          check_amount(change.soft_budget.value(), "soft_budget"),
          check_amount(change.spend.value(), "spend"),
          check_amount(change.temp_budget_increase.value(), "temp_budget_increase"),
          check_model_budgets(change.model_max_budget.value().value_or(Json::object()))}) {
        if (!checked)
            return checked.error();
    }
    const auto& increase = change.temp_budget_increase;
    const auto& expiry = change.temp_budget_expiry;
    if (increase.is_present() != expiry.is_present() || increase.is_null() != expiry.is_null())
        return unfit("temp_budget_increase", "must come together with temp_budget_expiry");
    return {};
}

Result<void> bound_change(KeyChange& change, const Json& bounds, bool strict)
{
    NewKey probe;
    probe.max_budget = change.max_budget.value();
    probe.max_parallel_requests = change.max_parallel_requests.value();
    probe.tpm_limit = change.tpm_limit.value();
    probe.rpm_limit = change.rpm_limit.value();
    probe.duration = change.duration;
    probe.budget_duration = change.budget_duration;
    if (const auto bounded = apply_upper_bounds(probe, bounds, strict); !bounded)
        return bounded.error();
    const auto take = [](auto& patch, const auto& value) {
        if (patch.is_present() && value)
            patch = *value;
    };
    take(change.max_budget, probe.max_budget);
    take(change.max_parallel_requests, probe.max_parallel_requests);
    take(change.tpm_limit, probe.tpm_limit);
    take(change.rpm_limit, probe.rpm_limit);
    if (change.duration && !is_no_duration(*change.duration))
        change.duration = probe.duration;
    if (change.budget_duration && !is_no_duration(*change.budget_duration))
        change.budget_duration = probe.budget_duration;
    return {};
}

Result<void> apply_change(const KeyChange& change, Timestamp now, const TimeZone& zone, store::Key& row)
{
    change.key_alias.apply_to(row.key_alias);
    change.models.apply_to(row.models);
    change.max_budget.apply_to(row.max_budget);
    change.user_id.apply_to(row.user_id);
    change.team_id.apply_to(row.team_id);
    change.organization_id.apply_to(row.organization_id);
    change.budget_id.apply_to(row.budget_id);
    change.max_parallel_requests.apply_to(row.max_parallel_requests);
    change.tpm_limit.apply_to(row.tpm_limit);
    change.rpm_limit.apply_to(row.rpm_limit);
    change.allowed_cache_controls.apply_to(row.allowed_cache_controls);
    change.allowed_routes.apply_to(row.allowed_routes);
    change.access_group_ids.apply_to(row.access_group_ids);
    change.config.apply_to(row.config, Json::object());
    change.permissions.apply_to(row.permissions, Json::object());
    change.model_max_budget.apply_to(row.model_max_budget, Json::object());
    change.aliases.apply_to(row.aliases, Json::object());
    change.router_settings.apply_to(row.router_settings, Json::object());
    change.blocked.apply_to(row.blocked);
    for (const auto& applied :
         {apply_metadata(change, now, row),
          apply_dates(change, now, zone, row),
          apply_rotation(change, now, row)}) {
        if (!applied)
            return applied.error();
    }
    return {};
}

std::vector<std::string>
narrow_change(const KeyChange& change, const store::Key& parent, Timestamp now, store::Key& row)
{
    store::Key narrowed = row;
    auto lowered = narrow(parent, narrowed, now);
    std::erase_if(lowered, [&](const std::string& name) { return !is_sent(change, name); });
    // What was not sent may be more than the caller has: it is not his doing.
    for (const Field& each : fields) {
        if (each.is_sent(change))
            each.take(row, narrowed);
    }
    if (changes_metadata(change))
        row.metadata = narrowed.metadata;
    return lowered;
}

} // namespace litellm::management
