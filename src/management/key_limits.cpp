#include "key_limits.hpp"

#include "setting_values.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/money.hpp"
#include "litellm/core/time.hpp"

#include <fmt/format.h>

namespace litellm::management {

namespace {

template <class Value>
Error above_bound(std::string_view name, const Value& wanted, const Value& bound)
{
    return invalid_input(
        fmt::format("{} is over max limit set in config - user_value={}; max_value={}", name, wanted, bound),
        std::string(name)
    );
}

template <class Number>
Result<void>
bound_number(std::optional<Number>& field, std::optional<Number> bound, std::string_view name, bool strict)
{
    if (!bound)
        return {};
    if (field && *field > *bound && strict)
        return above_bound(name, *field, *bound);
    if (!field || *field > *bound)
        field = bound;
    return {};
}

/// `-1` means for ever.
Result<std::chrono::seconds> length_of(const std::string& duration, std::string_view name)
{
    if (duration == "-1")
        return std::chrono::seconds::max();
    const auto parsed = parse_duration(duration);
    if (!parsed)
        return invalid_input(parsed.error().message, std::string(name));
    return parsed->approximate();
}

Result<void>
bound_duration(std::optional<std::string>& field, const Json& bounds, std::string_view name, bool strict)
{
    const auto bound = text_setting(bounds, name);
    if (!bound)
        return {};
    if (!field || is_no_duration(*field)) {
        field = bound;
        return {};
    }
    const auto longest = length_of(*bound, name);
    if (!longest)
        return longest.error();
    const auto wanted = length_of(*field, name);
    if (!wanted)
        return wanted.error();
    if (*wanted <= *longest)
        return {};
    if (strict)
        return above_bound(name, *field, *bound);
    field = bound;
    return {};
}

/// Fields that are stored in metadata and may have a default.
constexpr std::string_view default_members[] = {
    "tags", "guardrails", "policies", "prompts", "enforced_params", "model_rpm_limit", "model_tpm_limit"};

void fill_object(Json& field, const Json& settings, std::string_view name)
{
    const Json* value = find_setting(settings, name);
    if (field.empty() && value != nullptr && value->is_object())
        field = *value;
}

bool is_number_or_null(const Json& value)
{
    return value.is_number() || value.is_null();
}

Result<void> check_model_budget(const std::string& model, const Json& entry)
{
    if (!entry.is_object())
        return invalid_input(
            fmt::format("Invalid model_max_budget: the entry of '{}' is not an object.", model),
            "model_max_budget"
        );
    for (const auto& [name, value] : entry.items()) {
        const bool is_duration = name == "budget_duration" || name == "time_period";
        const bool is_amount =
            name == "max_budget" || name == "budget_limit" || name == "tpm_limit" || name == "rpm_limit";
        const bool is_text = value.is_string() || value.is_null();
        if ((is_duration && !is_text) || (is_amount && !is_number_or_null(value)))
            return invalid_input(
                fmt::format("Invalid model_max_budget: '{}' of '{}'.", name, model), "model_max_budget"
            );
        if (!is_duration || value.is_null())
            continue;
        if (const auto parsed = parse_duration(value.get<std::string>()); !parsed)
            return invalid_input("Invalid model_max_budget: " + parsed.error().message, "model_max_budget");
    }
    return {};
}

} // namespace

bool is_no_duration(std::string_view text)
{
    return text.empty() || equals_ignoring_case(text, "none") || equals_ignoring_case(text, "null");
}

Result<void> check_amount(const std::optional<double>& amount, const std::string& name)
{
    if (!amount)
        return {};
    if (*amount < 0)
        return invalid_input(fmt::format("{} cannot be negative. Received: {}", name, *amount), name);
    if (!Money::from_usd(*amount))
        return invalid_input(
            fmt::format("{} is more than can be counted. Received: {}", name, *amount), name
        );
    return {};
}

Result<void> check_model_budgets(const Json& model_max_budget)
{
    for (const auto& [model, entry] : model_max_budget.items()) {
        if (const auto checked = check_model_budget(model, entry); !checked)
            return checked.error();
    }
    return {};
}

void apply_defaults(NewKey& wanted, const Json& defaults)
{
    fill(wanted.max_budget, defaults, "max_budget");
    fill(wanted.user_id, defaults, "user_id");
    fill(wanted.team_id, defaults, "team_id");
    fill(wanted.max_parallel_requests, defaults, "max_parallel_requests");
    fill(wanted.tpm_limit, defaults, "tpm_limit");
    fill(wanted.rpm_limit, defaults, "rpm_limit");
    fill(wanted.budget_duration, defaults, "budget_duration");
    fill(wanted.duration, defaults, "duration");
    fill(wanted.models, defaults, "models");
    fill(wanted.budget_id, defaults, "budget_id");
    fill(wanted.soft_budget, defaults, "soft_budget");
    fill(wanted.organization_id, defaults, "organization_id");
    fill(wanted.allowed_routes, defaults, "allowed_routes");
    fill(wanted.allowed_cache_controls, defaults, "allowed_cache_controls");
    fill_object(wanted.metadata, defaults, "metadata");
    fill_object(wanted.aliases, defaults, "aliases");
    fill_object(wanted.permissions, defaults, "permissions");
    fill_object(wanted.model_max_budget, defaults, "model_max_budget");
    if (!wanted.auto_rotate && !wanted.rotation_interval) {
        const Json* rotates = find_setting(defaults, "auto_rotate");
        wanted.auto_rotate = rotates != nullptr && *rotates == true;
        fill(wanted.rotation_interval, defaults, "rotation_interval");
    }
    for (const std::string_view name : default_members) {
        const Json* value = find_setting(defaults, name);
        if (value != nullptr && !wanted.managed.contains(name))
            wanted.managed[std::string(name)] = *value;
    }
}

Result<void> apply_upper_bounds(NewKey& wanted, const Json& bounds, bool strict)
{
    const Result<void> outcomes[] = {
        bound_number(wanted.max_budget, number_setting(bounds, "max_budget"), "max_budget", strict),
        bound_number(
            wanted.max_parallel_requests,
            integer_setting(bounds, "max_parallel_requests"),
            "max_parallel_requests",
            strict
        ),
        bound_number(wanted.tpm_limit, integer_setting(bounds, "tpm_limit"), "tpm_limit", strict),
        bound_number(wanted.rpm_limit, integer_setting(bounds, "rpm_limit"), "rpm_limit", strict),
        bound_duration(wanted.budget_duration, bounds, "budget_duration", strict),
        bound_duration(wanted.duration, bounds, "duration", strict),
    };
    for (const auto& outcome : outcomes) {
        if (!outcome)
            return outcome.error();
    }
    return {};
}

} // namespace litellm::management
