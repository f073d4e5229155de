#include "sections.hpp"

#include <fmt/format.h>

namespace litellm::config {

namespace {

constexpr std::string_view strategies[] = {
    "simple-shuffle",
    "least-busy",
    "latency-based-routing",
    "cost-based-routing",
    "usage-based-routing",
    "usage-based-routing-v2",
    "provider-budget-routing",
};

/// What the router reads from `raw`.
constexpr Expected kept_shapes[] = {
    {"routing_strategy_args", Shape::map},
    {"max_fallbacks", Shape::whole_number, not_negative},
    {"max_retries", Shape::whole_number, not_negative},
    {"retry_after", Shape::number, not_negative},
    {"retry_policy", Shape::map},
    {"model_group_retry_policy", Shape::map},
    {"allowed_fails", Shape::whole_number, not_negative},
    {"allowed_fails_policy", Shape::map},
    {"cooldown_time", Shape::number, not_negative},
    {"disable_cooldowns", Shape::boolean},
    {"fallbacks", Shape::list},
    {"context_window_fallbacks", Shape::list},
    {"content_policy_fallbacks", Shape::list},
    {"default_fallbacks", Shape::list},
    {"enable_pre_call_checks", Shape::boolean},
    {"enable_mid_stream_fallbacks", Shape::boolean},
    {"optional_pre_call_checks", Shape::list},
    {"enable_tag_filtering", Shape::boolean},
    {"tag_filtering_match_any", Shape::boolean},
    {"default_max_parallel_requests", Shape::whole_number, at_least_one},
    {"default_litellm_params", Shape::map},
    {"provider_budget_config", Shape::map},
    {"ttft_timeout", Shape::number, positive},
    {"stream_idle_timeout", Shape::number, positive},
    {"keepalive_seconds", Shape::number, positive},
    {"enable_weighted_failover", Shape::boolean},
    {"redis_port", Shape::whole_number, {.minimum = 1, .maximum = 65535}},
};

/// `alias: group` or `alias: {model: group, hidden: true}`.
void read_alias(const Node& entry, const std::string& path, Findings& findings, RouterSettings& settings)
{
    RouterSettings::Alias alias;
    if (entry.is_map()) {
        Section section(&entry, path, findings);
        section.read("model", alias.model);
        section.read("hidden", alias.hidden);
    } else if (entry.is_text()) {
        alias.model = entry.text;
    }
    if (alias.model.empty())
        findings.error(
            entry.place,
            path,
            "names no model group; write 'alias: group' or 'alias: {model: group, hidden: true}'."
        );
    else
        settings.model_group_alias.emplace(entry.key, std::move(alias));
}

void read_aliases(Section& section, RouterSettings& settings)
{
    const Node* aliases = section.find("model_group_alias");
    if (aliases == nullptr)
        return;
    if (!aliases->is_map()) {
        section.wrong_kind(*aliases, "one 'alias: group' a line");
        return;
    }
    const std::string path = section.path_of("model_group_alias");
    for (std::size_t i = 0; i < aliases->children.size(); ++i)
        read_alias(aliases->children[i], child_path(path, *aliases, i), section.findings(), settings);
}

/// Each entry of a table of fallbacks names one group and its list of models.
void check_fallbacks(const Node& settings, std::string_view key, Findings& findings)
{
    const Node* table = settings.find(key);
    if (table == nullptr || !table->is_list())
        return;
    for (const Node& entry : table->children) {
        if (!entry.is_map() || entry.children.size() != 1 || !entry.children.front().is_list())
            findings.error(
                entry.place,
                fmt::format("router_settings.{}", key),
                "is not one group with its models; write '- group: [model, model]'."
            );
    }
}

} // namespace

RouterSettings load_router_settings(const Node* node, Findings& findings)
{
    Node checked = node == nullptr ? Node{} : *node;
    check_shapes(checked, kept_shapes, "router_settings", findings);
    report_unknown_keys(checked, router_keys, "router_settings", findings);
    Section section(&checked, "router_settings", findings, &router_keys);
    RouterSettings settings;
    section.read_choice("routing_strategy", settings.routing_strategy, strategies);
    section.read("num_retries", settings.num_retries, not_negative);
    section.read("timeout", settings.timeout_seconds, positive);
    section.read("stream_timeout", settings.stream_timeout_seconds, positive);
    read_aliases(section, settings);
    for (const std::string_view key : {"fallbacks", "context_window_fallbacks", "content_policy_fallbacks"})
        check_fallbacks(checked, key, findings);
    settings.raw = to_json_object(checked);
    return settings;
}

} // namespace litellm::config
