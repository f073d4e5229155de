#pragma once
// The typed configuration: what config.yaml, the environment and the command line say, read once at start and
// constant afterwards. Sections keep LiteLLM's names. Each section's `raw` is the whole section as written
// (always an object, blank values are null, without master_key and database_url), so a key that is not typed
// here is still there for whoever acts on it.

#include "litellm/core/environment.hpp"
#include "litellm/core/error.hpp"
#include "litellm/core/json.hpp"
#include "litellm/core/money.hpp"
#include "litellm/core/secret.hpp"
#include "litellm/core/time_zone.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace litellm::config {

/// Where a value was written: for messages.
struct Place {
    std::string file;
    int line = 0; ///< 1-based, 0 when unknown
};

enum class Severity { warning, error };

/// Something to tell the operator about the configuration.
struct Finding {
    Severity severity = Severity::error;
    Place place;
    /// Path of the key, e.g. `model_list[0].litellm_params.model`.
    std::string key;
    /// What is wrong and what to write instead.
    std::string message;

    /// `config.yaml:12: error: model_list[0].litellm_params.model: …`
    [[nodiscard]] std::string to_string() const;
};

/// One row of model_list.
struct Deployment {
    /// The model group: the name clients send.
    std::string model_name;
    /// model_info.id, or the SHA-256 hex LiteLLM derives from name and parameters.
    std::string id;
    /// litellm_params.model, e.g. `openai/gpt-4o`.
    std::string model;
    /// All litellm_params after `os.environ/` resolution, `model` included, unknown ones too; secrets
    /// included: never print it.
    Json params;
    Json model_info;
    Place place;

    // What the router and the ledger read of `params`.
    std::optional<double> weight;
    std::optional<std::int64_t> rpm;
    std::optional<std::int64_t> tpm;
    std::optional<int> order;
    std::optional<double> timeout_seconds; ///< timeout, request_timeout
    std::optional<double> stream_timeout_seconds;
    std::optional<int> max_parallel_requests;
    std::vector<std::string> access_groups; ///< model_info.access_groups
};

struct GeneralSettings {
    std::optional<Secret> master_key;
    std::optional<std::string> database_url;
    int database_connection_pool_limit = 10;
    double database_connection_timeout_seconds = 60;
    double database_statement_timeout_seconds = 30;
    std::string litellm_key_header_name;
    bool require_strong_master_key = false;
    bool allow_requests_on_db_unavailable = false;
    bool allow_client_side_credentials = false;
    bool disable_spend_logs = false;
    bool disable_spend_updates = false;
    bool disable_error_logs = false;
    bool store_prompts_in_spend_logs = false;
    bool disable_adding_master_key_hash_to_db = false;
    bool disable_prisma_schema_update = false;
    bool use_x_forwarded_for = false;
    bool enforce_user_param = false;
    bool health_check_details = true;
    double user_api_key_cache_ttl_seconds = 60;
    std::int64_t user_api_key_cache_max_size = 100'000;
    std::optional<double> max_request_size_mb;
    double proxy_batch_write_at_seconds = 1;
    /// Headers that name the end user, those of user_header_mappings before user_header_name.
    std::vector<std::string> end_user_headers;
    /// Headers that name the user whom calls of keys without an owner are for.
    std::vector<std::string> internal_user_headers;
    std::string completion_model;
    std::vector<std::string> allowed_routes;
    std::vector<std::string> allowed_ips;
    std::vector<std::string> public_routes;
    std::vector<std::string> admin_only_routes;
    /// Parameters that every model call must carry; `a.b` is a member of `a`.
    std::vector<std::string> enforced_params;
    /// service_account_settings.enforced_params: those of keys that belong to a team alone.
    std::vector<std::string> service_account_enforced_params;
    /// `fast` survives kill -9; `strict` also a power cut.
    std::string spend_durability = "fast";
    /// How large the journal may get while the database is behind.
    double spend_journal_max_size_mb = 512;
    /// `refuse` answers 503 when the journal or its disk is full; `serve` calls the provider all the same.
    std::string spend_journal_when_full = "refuse";
    Json raw;
};

struct LitellmSettings {
    bool drop_params = false;
    bool json_logs = false;
    bool set_verbose = false;
    bool force_ipv4 = false;
    bool block_unknown_prices = false;
    bool store_audit_logs = false;
    bool include_cost_in_streaming_usage = false;
    bool disable_add_user_agent_to_request_tags = false;
    /// false, true, or the path of a CA bundle.
    bool ssl_verify = true;
    std::string ssl_ca_file;
    std::string ssl_certificate;
    double request_timeout_seconds = 6000;
    std::optional<int> num_retries;
    std::optional<double> max_budget; ///< USD; 0 in the file means none, as in LiteLLM
    std::string budget_duration;
    std::string timezone = "UTC";
    TimeZone zone; ///< what `timezone` names
    std::map<std::string, std::string> model_alias_map;
    /// Objects as written; blank values are JSON null.
    Json default_key_generate_params;
    Json upperbound_key_generate_params;
    bool upperbound_key_generate_params_strict = false;
    Json key_generation_settings;
    Json default_internal_user_params;
    Json default_team_params;
    Json raw;
};

struct RouterSettings {
    std::string routing_strategy = "simple-shuffle";
    std::optional<int> num_retries;
    std::optional<double> timeout_seconds;
    std::optional<double> stream_timeout_seconds;
    /// Alias to group name; `hidden` ones are not listed.
    struct Alias {
        std::string model;
        bool hidden = false;
    };
    std::map<std::string, Alias> model_group_alias;
    Json raw;
};

/// One entry of credential_list: parameters that rows name with `litellm_params.litellm_credential_name`.
struct Credential {
    /// Merged into litellm_params that lack them; secrets: never print it.
    Json values;
    Json info;
};

/// How the process serves, from flags and environment.
struct ServerSettings {
    std::string host = "0.0.0.0";
    std::uint16_t port = 4000;
    int num_workers = 1;
    std::string ssl_keyfile_path;
    std::string ssl_certfile_path;
    double keepalive_timeout_seconds = 75;
    std::string root_path; ///< SERVER_ROOT_PATH
    std::filesystem::path data_directory =
        "./data";               ///< LITELLM_DATA_DIR: SQLite file, journal, generated master key
    std::string model_cost_map; ///< LITELLM_MODEL_COST_MAP_URL: URL or file; empty = embedded
};

struct Config {
    std::filesystem::path file; ///< empty without a file
    std::vector<Deployment> model_list;
    GeneralSettings general;
    LitellmSettings litellm;
    RouterSettings router;
    ServerSettings server;
    std::map<std::string, Credential> credentials;
    /// The other top-level sections as written (guardrails, callback_settings, …); always an object.
    Json raw;
    /// `environment_variables:` of the file, already visible through `environment`.
    Environment environment;
};

/// The file with everything that was found; `config` is there when no finding is an error.
struct Loaded {
    std::optional<Config> config;
    std::vector<Finding> findings;
};

/// Reads `file` (and its `include`s). An empty path gives the defaults plus the environment. Never throws on
/// bad input: all errors come back at once.
[[nodiscard]] Loaded load(const std::filesystem::path& file, const Environment& environment);

/// Appends a deployment as `litellm --model X` does; `params` are litellm_params.
void add_deployment(Config& config, const std::string& model_name, const Json& params);

/// Parses one litellm_params/model_info pair; used by the file loader and, later, for models stored in the
/// database.
[[nodiscard]] Result<Deployment>
make_deployment(const std::string& model_name, const Json& params, const Json& model_info);

/// `value` with every `os.environ/NAME` text replaced, at any depth; a variable that is not set becomes null.
/// load() has done this to the file already; this is for models that come from elsewhere.
[[nodiscard]] Json resolve_references(const Json& value, const Environment& environment);

/// litellm_params with what the credential named by `litellm_credential_name` adds; what the parameters say
/// themselves wins. invalid_input when there is no such credential.
[[nodiscard]] Result<Json>
with_credentials(const Json& params, const std::map<std::string, Credential>& credentials);

/// Where people and clients reach the proxy, without a slash at the end: PROXY_BASE_URL, below
/// SERVER_ROOT_PATH whether or not it says so itself. Empty without PROXY_BASE_URL.
[[nodiscard]] std::string public_url(const Config& config);

/// Where Redis is, when there is one.
struct RedisSettings {
    std::string host;
    std::uint16_t port = 6379;
    std::string username;
    Secret password; ///< empty: none
    int database = 0;
    double deadline_seconds = 0.02; ///< LITELLM_REDIS_DEADLINE_SECONDS: how long a call waits for it
};
/// Of `litellm_settings.cache_params`, `router_settings.redis_*`, and `REDIS_URL`, `REDIS_HOST`,
/// `REDIS_PORT`, `REDIS_USERNAME`, `REDIS_PASSWORD`, `REDIS_DB`, the first that names a host. invalid_input
/// for an address that cannot be understood, and for one that wants TLS.
[[nodiscard]] Result<std::optional<RedisSettings>> redis_settings(const Config& config);
/// Whether answers are to be cached there: `litellm_settings.cache` is on and `cache_params.type` is redis or
/// not given.
[[nodiscard]] bool caches_in_redis(const Config& config);

/// A row of a key's `config.model_list`: `{"model_name": …, "litellm_params": {…}, "model_info": {…}}`. Keys
/// are shown to people, so such a row holds no secret: credentials are `os.environ/NAME` or a
/// `litellm_credential_name`. invalid_input otherwise.
[[nodiscard]] Result<Deployment> own_deployment(const Json& row, const Config& config);

} // namespace litellm::config
