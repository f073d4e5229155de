#include "command_line.hpp"

#include "litellm/inference/model_service.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

namespace litellm::app {

namespace {

/// Flags of LiteLLM that have no meaning here: accepted, so that scripts go on working.
void add_ignored_flags(CLI::App& parser)
{
    static bool ignored_flag = false;
    static std::string ignored_value;
    for (const char* name :
         {"--run_gunicorn",
          "--run_hypercorn",
          "--use_prisma_db_push",
          "--use_prisma_migrate",
          "--telemetry",
          "--local",
          "--save",
          "--use_queue"})
        parser.add_flag(name, ignored_flag, "Accepted and ignored")->group("");
    for (const char* name : {"--ciphers", "--log_config", "--max_requests_before_restart"})
        parser.add_option(name, ignored_value, "Accepted and ignored")->group("");
}

void add_options(CLI::App& parser, CommandLine& line)
{
    parser.add_option("-c,--config", line.config_file, "Path of config.yaml");
    parser.add_option("--host", line.host, "Address to listen on (0.0.0.0)");
    parser.add_option("--port", line.port, "Port to listen on (4000)")->check(CLI::Range(0, 65535));
    parser.add_option("--num_workers", line.num_workers, "Event loops, one thread each (one per core)")
        ->check(CLI::Range(1, 256));
    parser.add_option(
        "--ssl_keyfile_path", line.ssl_keyfile_path, "PEM file with the private key: serve TLS"
    );
    parser.add_option(
        "--ssl_certfile_path", line.ssl_certfile_path, "PEM file with the certificate chain: serve TLS"
    );
    parser.add_option(
        "--keepalive_timeout", line.keepalive_timeout, "Seconds an idle connection stays open (75)"
    );
    parser.add_option("-m,--model", line.model, "Serve this one model, e.g. ollama/llama3.2");
    parser.add_option("--alias", line.alias, "Name that clients use for --model");
    parser.add_option("--api_base", line.api_base, "Base URL for --model");
    parser.add_option("--api_version", line.api_version, "API version for --model");
    parser.add_option("--temperature", line.temperature, "Default temperature for --model");
    parser.add_option("--max_tokens", line.max_tokens, "Default max_tokens for --model");
    parser.add_option("--request_timeout", line.request_timeout, "Seconds one call may take (6000)");
    parser.add_flag("--drop_params", line.drop_params, "Drop parameters that a provider does not know");
    parser.add_flag("--debug", line.debug, "Log more");
    parser.add_flag("--detailed_debug", line.detailed_debug, "Log everything");
    parser.add_flag("--check-config", line.check_config, "Check the configuration and exit");
    parser.add_flag("--health", line.health, "Ask a running proxy for /health and exit");
    parser.add_option("--test", line.test, "Send one chat request to a running proxy and exit")
        ->expected(0, 1);
    parser.add_option(
        "--preview-emails", line.preview_emails, "Write every letter as .eml and .html into a folder and exit"
    );
    parser.add_flag(
        "--skip_server_startup", line.skip_server_startup, "Bring the database up to date and exit"
    );
}

} // namespace

Parsed parse_command_line(int argc, char** argv)
{
    Parsed parsed;
    CLI::App parser("litellm-cpp: a proxy in front of LLM providers", "litellm-cpp");
    parser.set_version_flag(
        "-v,--version", fmt::format("litellm-cpp: Current Version = {}", inference::version())
    );
    add_options(parser, parsed.command_line);
    add_ignored_flags(parser);
    try {
        parser.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        parsed.exit_status = parser.exit(error);
    }
    if (parser.count("--test") > 0 && !parsed.command_line.test)
        parsed.command_line.test = "";
    return parsed;
}

void apply(const CommandLine& line, config::Config& config)
{
    auto& server = config.server;
    server.host = line.host.value_or(server.host);
    if (line.port)
        server.port = static_cast<std::uint16_t>(*line.port);
    if (line.num_workers)
        server.num_workers = *line.num_workers;
    else if (!config.environment("NUM_WORKERS"))
        server.num_workers = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 16U));
    server.ssl_keyfile_path = line.ssl_keyfile_path.value_or(server.ssl_keyfile_path);
    server.ssl_certfile_path = line.ssl_certfile_path.value_or(server.ssl_certfile_path);
    server.keepalive_timeout_seconds = line.keepalive_timeout.value_or(server.keepalive_timeout_seconds);
    config.litellm.request_timeout_seconds =
        line.request_timeout.value_or(config.litellm.request_timeout_seconds);
    config.litellm.drop_params = config.litellm.drop_params || line.drop_params;
    if (!line.model)
        return;
    Json params{{"model", *line.model}};
    if (!line.api_base.empty())
        params["api_base"] = line.api_base;
    if (!line.api_version.empty())
        params["api_version"] = line.api_version;
    if (line.max_tokens)
        params["max_tokens"] = *line.max_tokens;
    if (line.temperature)
        params["temperature"] = *line.temperature;
    config::add_deployment(config, line.alias.empty() ? *line.model : line.alias, params);
}

} // namespace litellm::app
