#include "routing_policy.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace litellm::inference {

namespace {

constexpr int most_retries = 10;

/// A member of the first section that has it.
class Settings {
public:
    Settings(const Json& first, const Json& second) : sections_{&first, &second} {}

    [[nodiscard]] const Json* find(const char* name) const
    {
        for (const Json* section : sections_) {
            if (!section->is_object())
                continue;
            if (const auto found = section->find(name); found != section->end() && !found->is_null())
                return &*found;
        }
        return nullptr;
    }
    [[nodiscard]] std::optional<double> number(const char* name) const
    {
        const Json* const found = find(name);
        return found != nullptr && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
    }
    [[nodiscard]] bool is_true(const char* name) const
    {
        const Json* const found = find(name);
        return found != nullptr && *found == Json(true);
    }

private:
    std::array<const Json*, 2> sections_;
};

std::chrono::milliseconds to_milliseconds(double seconds)
{
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(seconds, 0.0, 1e7) * 1000));
}

ErrorCounts read_counts(const Json& policy, std::string_view suffix)
{
    ErrorCounts counts;
    if (!policy.is_object())
        return counts;
    for (const auto& [name, value] : policy.items()) {
        if (!name.ends_with(suffix) || !value.is_number())
            continue;
        std::string error_class = name.substr(0, name.size() - suffix.size());
        if (error_class == "TimeoutError")
            error_class = "Timeout";
        counts.by_class[error_class] = std::clamp(value.get<int>(), 0, 1'000'000);
    }
    return counts;
}

Strategy strategy_of(std::string_view name)
{
    constexpr std::array<std::pair<std::string_view, Strategy>, 5> names{{
        {"least-busy", Strategy::least_busy},
        {"latency-based-routing", Strategy::latency},
        {"cost-based-routing", Strategy::cost},
        {"usage-based-routing", Strategy::usage},
        {"usage-based-routing-v2", Strategy::usage_v2},
    }};
    const auto found =
        std::find_if(names.begin(), names.end(), [&](const auto& item) { return item.first == name; });
    return found == names.end() ? Strategy::shuffle : found->second;
}

void read_strategy(const config::Config& config, RoutingPolicy& policy)
{
    policy.strategy = strategy_of(config.router.routing_strategy);
    const bool has_arguments =
        config.router.raw.is_object() && config.router.raw.contains("routing_strategy_args");
    const Json given = has_arguments ? config.router.raw["routing_strategy_args"] : Json();
    const Json nothing;
    const Settings settings(given, nothing);
    policy.latency_lifetime = to_milliseconds(settings.number("ttl").value_or(3600));
    policy.latency_buffer = std::max(0.0, settings.number("lowest_latency_buffer").value_or(0));
    policy.latency_samples = static_cast<std::size_t>(
        std::clamp(settings.number("max_latency_list_size").value_or(10), 1.0, 1000.0)
    );
}

std::optional<FallbackTable> read_optional_table(const Json* list)
{
    if (list == nullptr || !list->is_array() || list->empty())
        return std::nullopt;
    return read_fallback_table(*list);
}

void read_fallbacks(const Settings& settings, RoutingPolicy& policy)
{
    if (const Json* list = settings.find("fallbacks"))
        policy.fallbacks = read_fallback_table(*list);
    if (const Json* list = settings.find("default_fallbacks"))
        policy.default_fallbacks = read_fallback_list(*list);
    policy.context_window_fallbacks = read_optional_table(settings.find("context_window_fallbacks"));
    policy.content_policy_fallbacks = read_optional_table(settings.find("content_policy_fallbacks"));
    policy.max_fallbacks =
        static_cast<int>(std::clamp(settings.number("max_fallbacks").value_or(5), 0.0, 100.0));
}

void read_failing(const Settings& settings, RoutingPolicy& policy)
{
    policy.retry_after = to_milliseconds(std::min(settings.number("retry_after").value_or(0), 60.0));
    policy.retries =
        static_cast<int>(std::clamp(settings.number("num_retries").value_or(2), 0.0, double{most_retries}));
    if (const Json* given = settings.find("retry_policy"))
        policy.retry_policy = read_counts(*given, "Retries");
    if (const Json* groups = settings.find("model_group_retry_policy");
        groups != nullptr && groups->is_object()) {
        for (const auto& [group, given] : groups->items())
            policy.group_retry_policy[group] = read_counts(given, "Retries");
    }
    policy.cools = !settings.is_true("disable_cooldowns");
    policy.cooldown = to_milliseconds(settings.number("cooldown_time").value_or(5));
    if (const auto fails = settings.number("allowed_fails"))
        policy.allowed_fails = static_cast<int>(std::clamp(*fails, 0.0, 1e6));
    if (const Json* given = settings.find("allowed_fails_policy"))
        policy.allowed_fails_policy = read_counts(*given, "AllowedFails");
}

} // namespace

std::optional<int> ErrorCounts::of(std::string_view error_class) const
{
    auto found = by_class.find(error_class);
    // A narrower class counts as the one it is a kind of.
    if (found == by_class.end() &&
        (error_class == "ContextWindowExceededError" || error_class == "UnsupportedParamsError"))
        found = by_class.find("BadRequestError");
    return found == by_class.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Fallback> read_fallback_list(const Json& list)
{
    std::vector<Fallback> fallbacks;
    if (!list.is_array())
        return fallbacks;
    for (const Json& entry : list) {
        if (entry.is_string()) {
            fallbacks.push_back({entry.get<std::string>(), nullptr});
        } else if (entry.is_object() && entry.contains("model") && entry["model"].is_string()) {
            Fallback fallback{entry["model"].get<std::string>(), entry};
            fallback.overrides.erase("model");
            fallbacks.push_back(std::move(fallback));
        }
    }
    return fallbacks;
}

FallbackTable read_fallback_table(const Json& list)
{
    FallbackTable table;
    if (!list.is_array())
        return table;
    for (const Json& entry : list) {
        if (!entry.is_object())
            continue;
        for (const auto& [group, fallbacks] : entry.items())
            table[group] = read_fallback_list(fallbacks);
    }
    return table;
}

namespace {

/// Whoever has health checks run wants to be served by who is well, unless he says otherwise.
bool heeds_health(const config::Config& config)
{
    const auto says = [](const Json& section, const char* name, bool answer) {
        return section.is_object() && section.value(name, Json()) == Json(answer);
    };
    constexpr const char* switch_name = "enable_health_check_routing";
    return says(config.general.raw, "background_health_checks", true) &&
        !says(config.general.raw, switch_name, false) && !says(config.router.raw, switch_name, false);
}

} // namespace

RoutingPolicy make_routing_policy(const config::Config& config)
{
    const Settings settings(config.router.raw, config.litellm.raw);
    RoutingPolicy policy;
    read_strategy(config, policy);
    read_fallbacks(settings, policy);
    read_failing(settings, policy);
    policy.checks_fallback_access = config.general.raw.is_object() &&
        config.general.raw.value("enforce_fallback_model_access", Json()) == Json(true);
    policy.heeds_health = heeds_health(config);
    policy.pre_call_checks = settings.is_true("enable_pre_call_checks");
    policy.continues_streams = settings.is_true("enable_mid_stream_fallbacks");
    policy.filters_tags = settings.is_true("enable_tag_filtering");
    if (const Json* any = settings.find("tag_filtering_match_any"))
        policy.any_tag_matches = *any != Json(false);
    if (const Json* checks = settings.find("optional_pre_call_checks");
        checks != nullptr && checks->is_array())
        policy.enforces_rates =
            std::find(checks->begin(), checks->end(), Json("enforce_model_rate_limits")) != checks->end();
    policy.max_parallel_requests =
        static_cast<int>(std::clamp(settings.number("default_max_parallel_requests").value_or(0), 0.0, 1e6));
    return policy;
}

} // namespace litellm::inference
