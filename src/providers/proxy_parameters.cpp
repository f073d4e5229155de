#include "rows.hpp"

#include "litellm/providers/provider.hpp"

#include <algorithm>
#include <array>

namespace litellm::providers {

namespace {

constexpr std::string_view names =
    "metadata tags fallbacks context_window_fallbacks content_policy_fallbacks default_fallbacks num_retries "
    "max_retries cache caching "
    "model_info guardrails guardrail_config ttl priority user_config disable_fallbacks timeout "
    "stream_timeout request_timeout base_url "
    "no-log no_log drop_params additional_drop_params allowed_openai_params modify_params rpm tpm weight "
    "order cooldown_time "
    "max_parallel_requests custom_llm_provider organization extra_headers headers extra_body region_name "
    "tenant_id client_id client_secret "
    "configurable_clientside_auth_params use_in_pass_through use_litellm_proxy "
    "merge_reasoning_content_in_choices silent_model max_budget "
    "budget_duration max_file_size_mb prompt_id prompt_variables prompt_label prompt_version hf_route "
    "hf_model_name roles bos_token eos_token "
    "initial_prompt_value final_prompt_value custom_prompt_dict base_model supports_system_message "
    "user_continue_message "
    "assistant_continue_message ensure_alternating_roles model_file_id_mapping preset_cache_key "
    "enable_json_schema_validation "
    "cache_control_injection_points proxy_server_request secret_fields standard_logging_object "
    "model_alias_map ssl_verify verbose "
    "logger_fn s3_bucket_name gcs_bucket_name vector_store_ids default_api_key_tpm_limit "
    "default_api_key_rpm_limit "
    "tiered_pricing search_context_cost_per_query code_interpreter_cost_per_session "
    "file_search_cost_per_1k_calls ocr_cost_per_page "
    "citation_cost_per_token max_input_tokens max_output_tokens";

constexpr std::array<std::string_view, 12> prefixes{
    "api_",
    "mock_",
    "litellm_",
    "aws_",
    "vertex_",
    "azure_",
    "watsonx_",
    "auto_router_",
    "input_cost_per_",
    "output_cost_per_",
    "cache_read_input_",
    "cache_creation_input_"};

} // namespace

bool is_proxy_parameter(std::string_view name)
{
    static const WordSet known(names);
    return known.contains(name) ||
        std::ranges::any_of(prefixes, [name](std::string_view prefix) { return name.starts_with(prefix); });
}

} // namespace litellm::providers
