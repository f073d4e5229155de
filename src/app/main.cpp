#include "application.hpp"
#include "client_commands.hpp"
#include "command_line.hpp"
#include "litellm/core/log.hpp"
#include "preview_emails.hpp"

#include <fmt/core.h>

#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <ctime>

namespace {

using namespace litellm;

constexpr std::chrono::seconds shutdown_patience{30};

std::atomic<bool> stop_requested{false};

void request_stop(int)
{
    stop_requested = true;
}

void prepare_process()
{
    std::signal(SIGPIPE, SIG_IGN);
    struct sigaction action {};
    action.sa_handler = request_stop;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    // Keys must not end up in a core file.
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
}

void configure_log(const app::CommandLine& line, const config::Config& config)
{
    log::Options options;
    options.json = config.litellm.json_logs;
    const auto level = config.environment("LITELLM_LOG");
    if (line.debug || line.detailed_debug || config.litellm.set_verbose || (level && *level == "DEBUG"))
        options.level = log::Level::debug;
    else if (level && *level == "ERROR")
        options.level = log::Level::error;
    else if (level && *level == "WARNING")
        options.level = log::Level::warning;
    log::configure(options);
}

/// Prints findings; false when one is an error.
bool report(const config::Loaded& loaded)
{
    for (const auto& finding : loaded.findings)
        fmt::print(stderr, "{}\n", finding.to_string());
    return loaded.config.has_value();
}

void print_welcome(const app::Application& application)
{
    const auto& config = application.config();
    const auto& master = application.master_key();
    const std::string host = config.server.host == "0.0.0.0" ? "localhost" : config.server.host;
    const std::string url = fmt::format(
        "{}://{}:{}", config.server.ssl_certfile_path.empty() ? "http" : "https", host, application.port()
    );
    if (!master.is_new) {
        log::info(
            "app",
            "litellm-cpp {} listens on {}{}",
            inference::version(),
            url,
            master.file.empty() ? std::string()
                                : fmt::format("; the master key is in {}", master.file.string())
        );
        return;
    }
    const std::string model =
        config.model_list.empty() ? std::string("demo") : config.model_list.front().model_name;
    const std::string& key = master.key->reveal();
    fmt::print(
        "\nlitellm-cpp {} listens on {}\n\n"
        "A master key was made for you and kept in {}. It is shown this once:\n\n    {}\n\n"
        "Make a virtual key:\n\n"
        "curl -X POST {}/key/generate -H 'Authorization: Bearer {}' -H 'Content-Type: application/json' -d "
        "'{{\"models\": [\"{}\"]}}'\n\n"
        "Call a model (put the new key in place of the master key):\n\n"
        "curl -X POST {}/v1/chat/completions -H 'Authorization: Bearer {}' -H 'Content-Type: "
        "application/json' -d '{{\"model\": \"{}\", \"messages\": [{{\"role\": \"user\", \"content\": "
        "\"Hello\"}}]}}'\n\n"
        "See what was spent:\n\n"
        "curl {}/spend/logs -H 'Authorization: Bearer {}'\n\n",
        inference::version(),
        url,
        master.file.string(),
        key,
        url,
        key,
        model,
        url,
        key,
        model,
        url,
        key
    );
    std::fflush(stdout);
}

int serve(config::Config config)
{
    const auto give_up = [] { return stop_requested.load(); };
    auto application = app::Application::start(std::move(config), give_up);
    if (!application) {
        fmt::print(stderr, "litellm-cpp: {}\n", application.error().message);
        return 1;
    }
    print_welcome(**application);
    while (!stop_requested) {
        const timespec pause{0, 50'000'000};
        nanosleep(&pause, nullptr);
    }
    log::info("app", "shutting down");
    (*application)->shut_down(shutdown_patience);
    return 0;
}

int run(int argc, char** argv)
{
    const auto [line, exit_status] = app::parse_command_line(argc, argv);
    if (exit_status)
        return *exit_status;
    auto file = line.config_file;
    const auto environment = process_environment();
    if (file.empty())
        file = environment("CONFIG_FILE_PATH").value_or("");
    auto loaded = config::load(file, environment);
    if (!report(loaded))
        return 1;
    config::Config config = std::move(*loaded.config);
    app::apply(line, config);
    configure_log(line, config);
    if (line.check_config) {
        fmt::print(
            "{}: {} models, no errors\n", file.empty() ? "configuration" : file, config.model_list.size()
        );
        return 0;
    }
    if (line.preview_emails)
        return app::preview_emails(config, *line.preview_emails);
    if (line.health)
        return app::print_health(config);
    if (line.test)
        return app::send_test_request(config, *line.test);
    if (line.skip_server_startup) {
        const auto migrated = app::Application::migrate_only(config, [] { return stop_requested.load(); });
        if (!migrated)
            fmt::print(stderr, "litellm-cpp: {}\n", migrated.error().message);
        return migrated ? 0 : 1;
    }
    return serve(std::move(config));
}

} // namespace

int main(int argc, char** argv)
{
    prepare_process();
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "litellm-cpp: {}\n", error.what());
        return 1;
    }
}
