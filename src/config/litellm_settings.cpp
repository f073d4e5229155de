#include "sections.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace litellm::config {

namespace {

/// What other rooms read from `raw`.
constexpr Expected kept_shapes[] = {
    {"success_callback", Shape::list},
    {"failure_callback", Shape::list},
    {"service_callback", Shape::list},
    {"turn_off_message_logging", Shape::boolean},
    {"redact_user_api_key_info", Shape::boolean},
    {"modify_params", Shape::boolean},
    {"num_retries_per_request", Shape::whole_number, not_negative},
    {"allowed_fails", Shape::whole_number, not_negative},
    {"cooldown_time", Shape::number, not_negative},
    {"max_fallbacks", Shape::whole_number, not_negative},
    {"fallbacks", Shape::list},
    {"default_fallbacks", Shape::list},
    {"context_window_fallbacks", Shape::list},
    {"content_policy_fallbacks", Shape::list},
    {"cache", Shape::boolean},
    {"cache_params", Shape::map},
    {"max_internal_user_budget", Shape::number, not_negative},
    {"internal_user_budget_duration", Shape::duration},
    {"default_max_internal_user_budget", Shape::number, not_negative},
    {"max_user_budget", Shape::number, not_negative},
    {"max_ui_session_budget", Shape::number, not_negative},
    {"max_end_user_budget", Shape::number, not_negative},
    {"disable_end_user_cost_tracking", Shape::boolean},
    {"cost_discount_config", Shape::map},
    {"cost_margin_config", Shape::map},
    {"tag_budget_config", Shape::map},
    {"default_team_settings", Shape::list},
    {"default_key_max_budget_alert_emails", Shape::map},
    {"require_auth_for_metrics_endpoint", Shape::boolean},
    {"add_user_information_to_llm_headers", Shape::boolean},
    {"model_group_settings", Shape::map},
    {"extra_spend_tag_headers", Shape::list},
    {"public_model_groups", Shape::list},
    {"return_response_headers", Shape::boolean},
};

/// Bounds and defaults of /key/generate.
constexpr Expected key_parameters[] = {
    {"max_budget", Shape::number, not_negative},
    {"budget_duration", Shape::duration},
    {"duration", Shape::duration},
    {"max_parallel_requests", Shape::whole_number, not_negative},
    {"tpm_limit", Shape::whole_number, not_negative},
    {"rpm_limit", Shape::whole_number, not_negative},
    {"models", Shape::list},
    {"metadata", Shape::map},
    {"user_id", Shape::text},
    {"team_id", Shape::text},
};

constexpr Expected user_parameters[] = {
    {"max_budget", Shape::number, not_negative},
    {"budget_duration", Shape::duration},
    {"tpm_limit", Shape::whole_number, not_negative},
    {"rpm_limit", Shape::whole_number, not_negative},
    {"models", Shape::list},
    {"user_role", Shape::text},
    {"teams", Shape::list},
    {"available_teams", Shape::list},
    {"team_member_permissions", Shape::list},
};

constexpr std::string_view member_roles[] = {"admin", "user"};
constexpr std::string_view user_roles[] = {
    "proxy_admin",
    "proxy_admin_viewer",
    "org_admin",
    "internal_user",
    "internal_user_viewer",
    "team",
    "customer",
};

void read_parameters(Section& section, std::string_view key, std::span<const Expected> expected, Json& target)
{
    const Node* member = section.find(key);
    if (member == nullptr)
        return;
    if (!member->is_map()) {
        section.wrong_kind(*member, "a map of 'name: value' lines");
        return;
    }
    Node checked = *member;
    check_shapes(checked, expected, section.path_of(key), section.findings());
    target = to_json(checked);
}

/// One of the two rules of key_generation_settings.
void check_generation_rule(
    Section& settings,
    std::string_view name,
    std::string_view roles_key,
    std::span<const std::string_view> roles
)
{
    Section rule(settings.find(name), settings.path_of(name), settings.findings());
    std::vector<std::string> values;
    rule.read("required_params", values);
    if (!rule.read(roles_key, values))
        return;
    for (const Node& role : rule.find(roles_key)->children)
        if (std::find(roles.begin(), roles.end(), role.text) == roles.end())
            settings.findings().error(
                role.place,
                rule.path_of(roles_key),
                fmt::format("has a role that does not exist; write {}.", list_choices(roles))
            );
}

void read_key_generation(Section& section, LitellmSettings& settings)
{
    if (!section.read_map("key_generation_settings", settings.key_generation_settings))
        return;
    Section rules(
        section.find("key_generation_settings"),
        section.path_of("key_generation_settings"),
        section.findings()
    );
    check_generation_rule(rules, "team_key_generation", "allowed_team_member_roles", member_roles);
    check_generation_rule(rules, "personal_key_generation", "allowed_user_roles", user_roles);
}

void read_key_settings(Section& section, LitellmSettings& settings)
{
    read_parameters(
        section, "default_key_generate_params", key_parameters, settings.default_key_generate_params
    );
    read_parameters(
        section, "upperbound_key_generate_params", key_parameters, settings.upperbound_key_generate_params
    );
    section.read("upperbound_key_generate_params_strict", settings.upperbound_key_generate_params_strict);
    read_key_generation(section, settings);
    read_parameters(
        section, "default_internal_user_params", user_parameters, settings.default_internal_user_params
    );
    read_parameters(section, "default_team_params", user_parameters, settings.default_team_params);
}

/// true, false, or the file of a CA bundle.
void read_ssl_verify(Section& source, std::string_view key, LitellmSettings& settings)
{
    const Node* member = source.find(key);
    if (member == nullptr)
        return;
    std::error_code error;
    if (const auto boolean = as_boolean(*member)) {
        settings.ssl_verify = *boolean;
    } else if (member->is_text() && std::filesystem::exists(member->text, error)) {
        settings.ssl_verify = true;
        settings.ssl_ca_file = member->text;
    } else {
        source.error(*member, "is neither true, false nor a file that exists; write one of them.");
    }
}

void read_tls_settings(Section& section, Section& environment, LitellmSettings& settings)
{
    environment.read("SSL_CERT_FILE", settings.ssl_ca_file);
    read_ssl_verify(environment, "SSL_VERIFY", settings);
    read_ssl_verify(section, "ssl_verify", settings);
    environment.read("SSL_CERTIFICATE", settings.ssl_certificate);
    section.read("ssl_certificate", settings.ssl_certificate);
    section.read("force_ipv4", settings.force_ipv4);
}

void read_timezone(Section& section, LitellmSettings& settings)
{
    if (!section.read("timezone", settings.timezone))
        return;
    auto zone = TimeZone::load(settings.timezone);
    if (zone)
        settings.zone = std::move(*zone);
    else
        section.error(*section.find("timezone"), fmt::format("names no time zone: {}", zone.error().message));
}

void read_budget_settings(Section& section, LitellmSettings& settings)
{
    section.read("max_budget", settings.max_budget, not_negative);
    if (settings.max_budget == 0.0)
        settings.max_budget.reset();
    section.read_duration("budget_duration", settings.budget_duration);
    read_timezone(section, settings);
    section.read("block_unknown_prices", settings.block_unknown_prices);
    section.read("include_cost_in_streaming_usage", settings.include_cost_in_streaming_usage);
    section.read("disable_add_user_agent_to_request_tags", settings.disable_add_user_agent_to_request_tags);
}

} // namespace

LitellmSettings load_litellm_settings(const Node* node, Section& environment, Findings& findings)
{
    Node checked = node == nullptr ? Node{} : *node;
    check_shapes(checked, kept_shapes, "litellm_settings", findings);
    report_unknown_keys(checked, litellm_keys, "litellm_settings", findings);
    Section section(&checked, "litellm_settings", findings, &litellm_keys);
    LitellmSettings settings;
    environment.read("LITELLM_DROP_PARAMS", settings.drop_params);
    section.read("drop_params", settings.drop_params);
    environment.read("JSON_LOGS", settings.json_logs);
    section.read("json_logs", settings.json_logs);
    section.read("set_verbose", settings.set_verbose);
    environment.read("REQUEST_TIMEOUT", settings.request_timeout_seconds, positive);
    section.read("request_timeout", settings.request_timeout_seconds, positive);
    section.read("num_retries", settings.num_retries, not_negative);
    environment.read("LITELLM_STORE_AUDIT_LOGS", settings.store_audit_logs);
    section.read("store_audit_logs", settings.store_audit_logs);
    section.read("model_alias_map", settings.model_alias_map);
    read_tls_settings(section, environment, settings);
    read_budget_settings(section, settings);
    read_key_settings(section, settings);
    settings.raw = to_json_object(checked);
    return settings;
}

} // namespace litellm::config
