// The names, from LiteLLM 1.81.13 and the later documentation (the project's inference
// reference 4.1, 4.12, 7.1, 7.3, 7.4 and its management reference 2).

#include "known_keys.hpp"

namespace litellm::config {

namespace {

using Names = std::string_view[];

// clang-format off

constexpr Names top_level_read{
    "model_list", "litellm_settings", "general_settings", "router_settings", "environment_variables",
    "credential_list", "include", "files_settings",
};
constexpr Names top_level_kept{
    "guardrails", "callback_settings", "finetune_settings", "default_vertex_config",
    "mcp_servers", "mcp_tools", "search_tools", "vector_store_registry", "prompts", "policies",
    "policy_attachments", "agent_list", "assistant_settings", "worker_registry", "model_group_settings",
};

constexpr Names general_read{
    "master_key", "database_url", "database_connection_pool_limit", "database_connection_timeout",
    "database_connection_pool_timeout", "database_statement_timeout", "litellm_key_header_name",
    "require_strong_master_key", "allow_requests_on_db_unavailable", "allow_client_side_credentials",
    "disable_spend_logs", "disable_spend_updates", "disable_error_logs", "store_prompts_in_spend_logs",
    "disable_adding_master_key_hash_to_db", "disable_prisma_schema_update", "use_x_forwarded_for",
    "enforce_user_param", "health_check_details", "user_api_key_cache_ttl", "user_api_key_cache_max_size",
    "max_request_size_mb", "proxy_batch_write_at", "user_header_name", "user_header_mappings", "completion_model", "allowed_routes",
    "allowed_ips", "public_routes", "admin_only_routes", "spend_durability", "spend_journal_max_size_mb", "spend_journal_when_full", "enforced_params",
    "service_account_settings",
};
constexpr Names general_kept{
    "database_*", "store_model_in_db", "supported_db_objects", "proxy_config_reload_interval_seconds",
    "embedding_model", "moderation_model", "image_generation_model", "infer_model_from_keys", "custom_auth",
    "custom_auth_run_common_checks", "custom_key_generate", "custom_key_update", "custom_key_policy",
    "custom_sso", "custom_ui_sso_sign_in_handler", "enable_jwt_auth", "litellm_jwtauth", "enforce_rbac",
    "role_permissions", "enable_oauth2_auth", "enable_oauth2_proxy_auth", "oauth2_config_mappings",
    "allow_user_auth", "max_response_size_mb", "max_file_size_mb", "max_batch_file_size_mb",
    "allowed_file_extensions", "blocked_file_extensions",
    "reject_clientside_metadata_tags", "missing_session_id", "max_parallel_requests",
    "global_max_parallel_requests", "max_in_flight_requests_per_worker", "max_queued_requests_per_worker",
    "admission_queue_timeout_seconds", "disable_retry_on_max_parallel_request_limit_error",
    "token_rate_limit_type", "cancel_on_disconnect", "maximum_spend_logs_*",
    "proxy_budget_rescheduler_min_time", "proxy_budget_rescheduler_max_time", "proxy_batch_polling_interval",
    "disable_reset_budget", "use_redis_transaction_buffer", "disable_budget_reservation",
    "fail_closed_budget_enforcement", "enforce_fallback_budget", "enforce_fallback_model_access",
    "background_health_checks", "health_check_interval", "use_shared_health_check",
    "health_check_concurrency", "health_check_skip_disabled_background_models", "enable_health_check_routing",
    "health_check_staleness_threshold", "health_check_ignore_transient_errors",
    "background_health_check_model_groups", "alerting", "alerts", "alerting_threshold", "alert_types",
    "alert_to_webhook_url", "alerting_args", "alert_type_config", "spend_report_frequency", "email_settings",
    "pass_through_endpoints", "pass_through_request_timeout", "use_client_credentials_pass_through_routes",
    "forward_client_headers_to_llm_api", "forward_openai_org_id", "forward_llm_provider_auth_headers",
    "always_include_stream_usage", "sse_keepalive_ping_interval_seconds", "disable_responses_id_security",
    "allow_unmanaged_response_ids", "key_management_system", "key_management_settings", "use_azure_key_vault",
    "use_google_kms", "disable_master_key_return", "disable_auto_add_proxy_admin_to_teams",
    "default_team_disabled", "scope_spend_list_endpoints_to_caller", "legacy_unscoped_spend_list_endpoints",
    "ui_access_mode", "auto_redirect_ui_login_to_sso", "disable_env_credential_login",
    "disable_password_login_when_sso_enabled", "max_failed_login_attempts*", "control_plane_url",
    "allow_cli_sso_*", "enable_drain_endpoint", "drain_endpoint_token",
    "disable_batch_input_file_rate_limiting", "skip_batch_input_file_rate_limiting_for_providers",
    "scheduled_job_stagger", "mcp_*", "enable_mcp_registry", "user_mcp_management_mode", "require_*",
    "search_tools", "litellm_license", "use_queue", "queue_*",
};

constexpr Names litellm_read{
    "drop_params", "json_logs", "set_verbose", "force_ipv4", "block_unknown_prices", "store_audit_logs",
    "include_cost_in_streaming_usage", "disable_add_user_agent_to_request_tags", "ssl_verify",
    "ssl_certificate", "request_timeout", "num_retries", "max_budget", "budget_duration", "timezone",
    "model_alias_map", "default_key_generate_params", "upperbound_key_generate_params",
    "upperbound_key_generate_params_strict", "key_generation_settings", "default_internal_user_params",
    "default_team_params", "cost_discount_config", "cost_margin_config", "tag_budget_config",
};
constexpr Names litellm_kept{
    "success_callback", "failure_callback", "callbacks", "service_callback", "turn_off_message_logging",
    "redact_user_api_key_info", "redact_messages_in_exceptions", "log_raw_request_response",
    "standard_logging_payload_excluded_fields", "global_disable_no_log_param", "langfuse_*", "langsmith_*",
    "datadog_*", "s3_*", "gcs_*", "generic_logger_headers", "argilla_*", "request_correlation_in_logs",
    "modify_params", "add_function_to_prompt", "disable_stop_sequence_limit", "enable_preview_features",
    "enable_json_schema_validation", "num_retries_per_request", "allowed_fails", "cooldown_time",
    "max_fallbacks", "fallbacks", "default_fallbacks", "context_window_fallbacks", "content_policy_fallbacks",
    "cache", "cache_params", "caching", "enable_caching_on_provider_specific_optional_params",
    "default_in_memory_ttl", "default_redis_ttl", "default_redis_batch_cache_expiry",
    "enable_redis_auth_cache", "ssl_security_level", "ssl_ecdh_curve", "http2", "disable_aiohttp_transport",
    "disable_aiohttp_trust_env", "aiohttp_trust_env", "max_internal_user_budget",
    "internal_user_budget_duration", "default_max_internal_user_budget", "max_user_budget",
    "max_ui_session_budget", "max_end_user_budget", "max_end_user_budget_id",
    "disable_end_user_cost_tracking", "disable_end_user_cost_tracking_prometheus_only",
    "enable_end_user_cost_tracking_prometheus_only", "budget_reset_time", "default_team_settings", "default_key_max_budget_alert_emails",
    "enable_key_alias_format_validation", "overwrite_user_with_key_hash", "require_auth_for_metrics_endpoint",
    "custom_prometheus_metadata_labels", "custom_prometheus_tags", "prometheus_metrics_config",
    "prometheus_initialize_budget_metrics", "disable_token_counter", "disable_hf_tokenizer_download",
    "return_response_headers", "add_user_information_to_llm_headers", "forward_traceparent_to_llm_provider",
    "model_group_settings", "extra_spend_tag_headers", "public_model_groups", "public_model_groups_links",
    "priority_reservation", "priority_reservation_settings", "post_call_rules", "pre_call_rules",
    "custom_provider_map", "guardrails", "global_prompt_directory", "global_bitbucket_config",
    "global_gitlab_config", "responses", "provider_url_destination_allowed_hosts", "user_url_validation",
    "user_url_allowed_hosts", "use_chat_completions_url_for_anthropic_messages",
    "route_all_chat_openai_to_responses", "skip_system_message_in_guardrail",
    "skip_tool_message_in_guardrail", "require_managed_files", "disable_add_transform_inline_image_block",
    "disable_copilot_system_to_assistant", "mcp_aliases", "telemetry", "vertex_ai_safety_settings",
    "reasoning_auto_summary", "use_litellm_proxy", "default_soft_budget", "safe_memory_mode",
};

constexpr Names router_read{
    "routing_strategy", "num_retries", "timeout", "stream_timeout", "model_group_alias", "provider_budget_config",
};
constexpr Names router_kept{
    "routing_strategy_args", "redis_*", "cache_kwargs", "cache_responses", "caching_groups", "client_ttl",
    "max_fallbacks", "max_retries", "retry_after", "retry_policy", "model_group_retry_policy",
    "allowed_fails", "allowed_fails_policy", "cooldown_time", "disable_cooldowns", "fallbacks",
    "context_window_fallbacks", "content_policy_fallbacks", "default_fallbacks", "enable_pre_call_checks", "enable_mid_stream_fallbacks",
    "optional_pre_call_checks", "enable_tag_filtering", "tag_filtering_match_any",
    "default_max_parallel_requests", "default_litellm_params", "default_priority",
    "polling_interval", "ttft_timeout", "stream_idle_timeout", "keepalive_seconds",
    "allow_client_keepalive_override", "enable_weighted_failover", "tag_routing_prefix", "routing_groups",
    "model_group_affinity_config", "deployment_affinity_ttl_seconds", "enable_health_check_routing",
    "alerting_config", "assistants_config", "search_tools", "guardrail_list", "router_general_settings",
    "ignore_invalid_deployments", "set_verbose", "debug_level",
};

constexpr Names model_row_read{
    "model_name", "litellm_params", "model_info", "rpm", "tpm",
};

constexpr Names parameter_read{
    "model", "api_key", "api_base", "api_version", "base_url", "custom_llm_provider", "weight", "order",
    "stream_timeout", "mock_response", "litellm_credential_name", "input_cost_per_token",
    "output_cost_per_token", "extra_headers",
};

// clang-format on

} // namespace

const KeyTable top_level_keys{"", top_level_read, top_level_kept};
const KeyTable general_keys{"general_settings", general_read, general_kept};
const KeyTable litellm_keys{"litellm_settings", litellm_read, litellm_kept};
const KeyTable router_keys{"router_settings", router_read, router_kept};
const KeyTable model_row_keys{"a row of model_list", model_row_read, {}};

const KeyTable parameter_keys{"litellm_params", parameter_read, {}};

} // namespace litellm::config
