#pragma once
// LiteLLM's flags, as far as they make sense here.

#include "litellm/config/config.hpp"

#include <optional>
#include <string>

namespace litellm::app {

struct CommandLine {
    std::string config_file;
    std::optional<std::string> host;
    std::optional<int> port;
    std::optional<int> num_workers;
    std::optional<std::string> ssl_keyfile_path;
    std::optional<std::string> ssl_certfile_path;
    std::optional<double> keepalive_timeout;
    std::optional<std::string> model;
    std::string alias;
    std::string api_base;
    std::string api_version;
    std::optional<double> request_timeout;
    std::optional<int> max_tokens;
    std::optional<double> temperature;
    bool drop_params = false;
    bool debug = false;
    bool detailed_debug = false;
    bool check_config = false;
    bool health = false;
    std::optional<std::string> test; ///< empty: the configured host and port
    bool skip_server_startup = false;
    std::optional<std::string> preview_emails; ///< a folder
};

/// What to do after parsing: go on, or leave with this exit status because help, version or an error was
/// printed.
struct Parsed {
    CommandLine command_line;
    std::optional<int> exit_status;
};

[[nodiscard]] Parsed parse_command_line(int argc, char** argv);

/// Lays flags over what file and environment say.
void apply(const CommandLine& command_line, config::Config& config);

} // namespace litellm::app
