#include "sections.hpp"

#include "litellm/core/encoding.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>

namespace litellm::config {

namespace {

constexpr std::string_view durabilities[] = {"fast", "strict"};
constexpr std::string_view journal_policies[] = {"refuse", "serve"};

/// What other rooms read from `raw`.
constexpr Expected kept_shapes[] = {
    {"store_model_in_db", Shape::boolean},
    {"infer_model_from_keys", Shape::boolean},
    {"disable_reset_budget", Shape::boolean},
    {"disable_master_key_return", Shape::boolean},
    {"background_health_checks", Shape::boolean},
    {"forward_client_headers_to_llm_api", Shape::boolean},
    {"forward_openai_org_id", Shape::boolean},
    {"always_include_stream_usage", Shape::boolean},
    {"reject_clientside_metadata_tags", Shape::boolean},
    {"disable_env_credential_login", Shape::boolean},
    {"health_check_interval", Shape::number, positive},
    {"alerting_threshold", Shape::number, positive},
    {"pass_through_request_timeout", Shape::number, positive},
    {"proxy_budget_rescheduler_min_time", Shape::number, positive},
    {"proxy_budget_rescheduler_max_time", Shape::number, positive},
    {"maximum_spend_logs_retention_period", Shape::duration},
    {"maximum_spend_logs_retention_interval", Shape::duration},
    {"alerting", Shape::list},
    {"enforced_params", Shape::list},
    {"pass_through_endpoints", Shape::list},
    {"supported_db_objects", Shape::list},
    {"service_account_settings", Shape::map},
    {"key_management_settings", Shape::map},
};

void read_master_key(Section& section, Section& environment, GeneralSettings& settings)
{
    const bool is_in_file = section.find("master_key") != nullptr;
    Section& source = is_in_file ? section : environment;
    const std::string_view key = is_in_file ? "master_key" : "LITELLM_MASTER_KEY";
    std::string text;
    if (!source.read(key, text))
        return;
    constexpr std::string_view prefix = "sk-";
    const std::string_view trimmed = trim(text);
    if (trimmed.empty())
        source.error(*source.find(key), "is empty; write a key that starts with 'sk-', or remove the line.");
    else if (!trimmed.starts_with(prefix) || trimmed == prefix)
        source.error(
            *source.find(key),
            "is not a master key; write one that starts with 'sk-', e.g. sk- and 48 random characters."
        );
    else
        settings.master_key = Secret(std::string(trimmed));
}

void read_database_url(Section& section, Section& environment, GeneralSettings& settings)
{
    std::string url;
    const bool is_in_file = section.read("database_url", url);
    if (!is_in_file) {
        std::optional<std::string> from_environment = database_url_of(environment);
        if (!from_environment)
            return;
        url = std::move(*from_environment);
    }
    constexpr std::string_view schemes[] = {"postgresql://", "postgres://", "sqlite://"};
    const bool is_known = std::any_of(std::begin(schemes), std::end(schemes), [&](std::string_view scheme) {
        return url.starts_with(scheme);
    });
    if (is_known) {
        settings.database_url = std::move(url);
        return;
    }
    Section& source = is_in_file ? section : environment;
    source.error(
        *source.find(is_in_file ? "database_url" : "DATABASE_URL"),
        "is not the URL of a database; write postgresql://user:password@host:5432/name or "
        "sqlite:///path/to/file."
    );
}

void read_header_name(Section& section, std::string_view key, std::string& target)
{
    std::string name;
    if (!section.read(key, name))
        return;
    const bool is_token = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char letter) {
        return std::isalnum(letter) != 0 ||
            std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(letter)) != std::string_view::npos;
    });
    if (is_token)
        target = std::move(name);
    else
        section.error(
            *section.find(key),
            "is not the name of an HTTP header; write letters, digits and '-', e.g. X-Litellm-Key."
        );
}

/// One entry of user_header_mappings, or the only one.
void read_header_mapping(
    const Node& node, const std::string& path, Findings& findings, GeneralSettings& settings
)
{
    static constexpr std::string_view roles[]{"customer", "internal_user"};
    Section section(&node, path, findings);
    std::string name;
    std::string role;
    read_header_name(section, "header_name", name);
    section.read_choice("litellm_user_role", role, roles);
    if (name.empty() || role.empty()) {
        findings.error(
            node.place,
            path,
            "is not complete; write '{header_name: X-User-Id, litellm_user_role: customer}' or "
            "'internal_user'."
        );
        return;
    }
    (role == "customer" ? settings.end_user_headers : settings.internal_user_headers)
        .push_back(std::move(name));
}

void read_user_headers(Section& section, GeneralSettings& settings)
{
    if (const Node* mappings = section.find("user_header_mappings")) {
        const std::string path = section.path_of("user_header_mappings");
        if (!mappings->is_list())
            read_header_mapping(*mappings, path, section.findings(), settings);
        for (std::size_t i = 0; mappings->is_list() && i < mappings->children.size(); ++i)
            read_header_mapping(
                mappings->children[i], child_path(path, *mappings, i), section.findings(), settings
            );
    }
    std::string name;
    read_header_name(section, "user_header_name", name);
    if (!name.empty())
        settings.end_user_headers.push_back(std::move(name));
}

void read_database_settings(Section& section, GeneralSettings& settings)
{
    section.read(
        "database_connection_pool_limit",
        settings.database_connection_pool_limit,
        Range{.minimum = 1, .maximum = 10'000}
    );
    section.read("database_connection_pool_timeout", settings.database_connection_timeout_seconds, positive);
    section.read("database_connection_timeout", settings.database_connection_timeout_seconds, positive);
    section.read("database_statement_timeout", settings.database_statement_timeout_seconds, positive);
    section.read("disable_prisma_schema_update", settings.disable_prisma_schema_update);
    section.read("allow_requests_on_db_unavailable", settings.allow_requests_on_db_unavailable);
    section.read("user_api_key_cache_ttl", settings.user_api_key_cache_ttl_seconds, not_negative);
    section.read("user_api_key_cache_max_size", settings.user_api_key_cache_max_size, at_least_one);
}

void read_spend_settings(Section& section, Section& environment, GeneralSettings& settings)
{
    section.read("disable_spend_logs", settings.disable_spend_logs);
    section.read("disable_spend_updates", settings.disable_spend_updates);
    section.read("disable_error_logs", settings.disable_error_logs);
    environment.read("STORE_PROMPTS_IN_SPEND_LOGS", settings.store_prompts_in_spend_logs);
    section.read("store_prompts_in_spend_logs", settings.store_prompts_in_spend_logs);
    section.read("disable_adding_master_key_hash_to_db", settings.disable_adding_master_key_hash_to_db);
    environment.read("PROXY_BATCH_WRITE_AT", settings.proxy_batch_write_at_seconds, positive);
    section.read("proxy_batch_write_at", settings.proxy_batch_write_at_seconds, positive);
    section.read_choice("spend_durability", settings.spend_durability, durabilities);
    section.read("spend_journal_max_size_mb", settings.spend_journal_max_size_mb, positive);
    section.read_choice("spend_journal_when_full", settings.spend_journal_when_full, journal_policies);
}

void read_access_settings(Section& section, GeneralSettings& settings)
{
    read_header_name(section, "litellm_key_header_name", settings.litellm_key_header_name);
    section.read("allow_client_side_credentials", settings.allow_client_side_credentials);
    section.read("use_x_forwarded_for", settings.use_x_forwarded_for);
    section.read("allowed_routes", settings.allowed_routes);
    section.read("allowed_ips", settings.allowed_ips);
    section.read("public_routes", settings.public_routes);
    section.read("admin_only_routes", settings.admin_only_routes);
    section.read("enforced_params", settings.enforced_params);
    Section service_accounts(
        section.find("service_account_settings"),
        section.path_of("service_account_settings"),
        section.findings()
    );
    service_accounts.read("enforced_params", settings.service_account_enforced_params);
}

void read_request_settings(Section& section, GeneralSettings& settings)
{
    section.read("enforce_user_param", settings.enforce_user_param);
    section.read("health_check_details", settings.health_check_details);
    section.read("max_request_size_mb", settings.max_request_size_mb, positive);
    read_user_headers(section, settings);
    section.read("completion_model", settings.completion_model);
}

} // namespace

GeneralSettings load_general_settings(const Node* node, Section& environment, Findings& findings)
{
    Node checked = node == nullptr ? Node{} : *node;
    check_shapes(checked, kept_shapes, "general_settings", findings);
    report_unknown_keys(checked, general_keys, "general_settings", findings);
    Section section(&checked, "general_settings", findings, &general_keys);
    GeneralSettings settings;
    section.read("require_strong_master_key", settings.require_strong_master_key);
    read_master_key(section, environment, settings);
    read_database_url(section, environment, settings);
    read_database_settings(section, settings);
    read_spend_settings(section, environment, settings);
    read_access_settings(section, settings);
    read_request_settings(section, settings);
    settings.raw = to_json_object(checked);
    settings.raw.erase("master_key");
    settings.raw.erase("database_url");
    return settings;
}

} // namespace litellm::config
