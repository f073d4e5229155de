#include "application.hpp"

#include "key_gate.hpp"
#include "metrics.hpp"
#include "time_limit.hpp"

#include "litellm/api/document_routes.hpp"
#include "litellm/api/email_routes.hpp"
#include "litellm/api/management_routes.hpp"
#include "litellm/api/model_routes.hpp"
#include "litellm/auth/change_notice.hpp"
#include "litellm/core/log.hpp"
#include "litellm/db/close_database.hpp"
#include "litellm/jobs/jobs.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace litellm::app {

namespace {

/// A hash takes some 50 ms of a core: those who wait longer than a few seconds are better told to come back.
constexpr std::size_t password_threads = 2;
constexpr std::size_t most_passwords_waiting = 64;
constexpr std::size_t max_price_list_bytes = 64 * 1024 * 1024;
/// After the last call, for carrying the journal to the database.
constexpr std::chrono::seconds flush_patience{5};

std::string database_url(const config::Config& config)
{
    if (config.general.database_url)
        return *config.general.database_url;
    return "sqlite://" + (std::filesystem::absolute(config.server.data_directory) / "litellm.db").string();
}

Result<std::unique_ptr<db::Database>> open_database(const config::Config& config)
{
    const auto to_milliseconds = [](double seconds) {
        return milliseconds(static_cast<std::int64_t>(seconds * 1000));
    };
    db::Options options;
    options.url = database_url(config);
    options.pool_size = config.general.database_connection_pool_limit;
    options.statement_timeout = to_milliseconds(config.general.database_statement_timeout_seconds);
    options.acquire_timeout =
        std::min(to_milliseconds(config.general.database_connection_timeout_seconds), milliseconds(10'000));
    return db::open_database(options);
}

/// Tries until the database answers: proxies and databases are often started together.
Result<void>
bring_up_to_date(db::Database& database, const std::string& url, const std::function<bool()>& give_up)
{
    milliseconds pause(500);
    for (;;) {
        const auto ran = db::migrate(database);
        if (ran) {
            if (!ran->empty())
                log::info("db", "brought the database up to date: {}", fmt::join(*ran, ", "));
            return {};
        }
        if (ran.error().kind != ErrorKind::unavailable)
            return ran.error();
        log::warning(
            "db",
            "cannot reach the database {}: {}. Trying again in {} ms",
            db::redacted(url),
            ran.error().message,
            pause.count()
        );
        const auto until = std::chrono::steady_clock::now() + pause;
        while (std::chrono::steady_clock::now() < until) {
            if (give_up())
                return unavailable("stopped while waiting for the database");
            std::this_thread::sleep_for(milliseconds(50));
        }
        pause = std::min(pause * 2, milliseconds(10'000));
    }
}

http::ClientOptions client_options(const config::Config& config)
{
    http::ClientOptions options;
    options.verify_certificates = config.litellm.ssl_verify;
    options.ca_file = config.litellm.ssl_ca_file;
    options.client_certificate = config.litellm.ssl_certificate;
    options.force_ipv4 = config.litellm.force_ipv4;
    return options;
}

bool is_web_address(const std::string& text)
{
    return text.starts_with("http://") || text.starts_with("https://");
}

Task<std::string> fetch(http::Client& client, std::string url)
{
    http::ClientRequest request;
    request.method = http::Method::get;
    request.url = std::move(url);
    request.connect_timeout = std::chrono::seconds(3);
    request.total_timeout = std::chrono::seconds(5);
    const auto transfer = client.start(std::move(request));
    auto body = co_await transfer->collect(max_price_list_bytes);
    if (!body)
        co_return body.error();
    const auto head = co_await transfer->head();
    if (!head)
        co_return head.error();
    if ((*head)->status != 200)
        co_return unavailable(fmt::format("status {}", (*head)->status));
    co_return std::move(*body);
}

Result<std::string> read_file(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return not_found(fmt::format("cannot read {}", path));
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Strings of a list in a section as it was written.
std::vector<std::string> texts_in(const Json& section, const char* name)
{
    std::vector<std::string> texts;
    const auto found = section.is_object() ? section.find(name) : section.end();
    if (section.is_object() && found != section.end() && found->is_array())
        for (const Json& each : *found)
            if (each.is_string())
                texts.push_back(each.get<std::string>());
    return texts;
}

} // namespace

Application::Application(config::Config config, MasterKey master_key)
    : config_(std::move(config)), master_key_(std::move(master_key))
{
}

Application::~Application()
{
    shut_down(milliseconds(0));
}

Result<std::unique_ptr<Application>>
Application::start(config::Config config, const std::function<bool()>& give_up)
{
    SystemRandom random;
    auto master_key = provide_master_key(config, random);
    if (!master_key)
        return master_key.error();
    std::unique_ptr<Application> application(new Application(std::move(config), std::move(*master_key)));
    if (const auto opened = application->open(give_up); !opened)
        return opened.error();
    return application;
}

Result<void> Application::migrate_only(const config::Config& config, const std::function<bool()>& give_up)
{
    auto database = open_database(config);
    if (!database)
        return database.error();
    return bring_up_to_date(**database, database_url(config), give_up);
}

Result<void> Application::open(const std::function<bool()>& give_up)
{
    auto database = open_database(config_);
    if (!database)
        return database.error();
    database_ = std::move(*database);
    if (const auto ready = bring_up_to_date(*database_, database_url(config_), give_up); !ready)
        return ready.error();
    if (const auto missing = db::find_missing_columns(*database_); missing && !missing->names.empty())
        log::warning("db", "this database lacks {}; what needs them is off", fmt::join(missing->names, ", "));

    spend::LedgerOptions ledger_options;
    ledger_options.directory = config_.server.data_directory / "journal";
    ledger_options.max_bytes =
        static_cast<std::size_t>(config_.general.spend_journal_max_size_mb * 1024 * 1024);
    ledger_options.serve_when_full = config_.general.spend_journal_when_full == "serve";
    ledger_options.strict = config_.general.spend_durability == "strict";
    ledger_options.write_logs = !config_.general.disable_spend_logs;
    ledger_options.write_anything = !config_.general.disable_spend_updates;
    auto ledger = spend::Ledger::open(ledger_options, clock_, random_, accounts_, database_.get());
    if (!ledger)
        return ledger.error();
    ledger_ = std::move(*ledger);

    accounts_.set_zone(config_.litellm.zone);
    auto shared_budgets = spend::SharedBudgets::make(config_, *database_, accounts_, clock_);
    if (!shared_budgets)
        return shared_budgets.error();
    shared_budgets_ = std::move(*shared_budgets);
    if (const auto loaded = shared_budgets_->load_now(); !loaded)
        return loaded.error();

    auth::Options auth_options;
    auth_options.master_key = master_key_.key;
    auth_options.key_header_name = config_.general.litellm_key_header_name;
    auth_options.cache_ttl =
        milliseconds(static_cast<std::int64_t>(config_.general.user_api_key_cache_ttl_seconds * 1000));
    auth_options.cache_size =
        static_cast<std::size_t>(std::max<std::int64_t>(16, config_.general.user_api_key_cache_max_size));
    auth_options.allow_requests_on_db_unavailable = config_.general.allow_requests_on_db_unavailable;
    authenticator_ = auth::Authenticator::make(std::move(auth_options), database_.get(), accounts_, clock_);

    auth::EndUserOptions end_user_options;
    const auto& defaults = config_.litellm.raw;
    if (const auto id = defaults.find("max_end_user_budget_id"); id != defaults.end() && id->is_string())
        end_user_options.default_budget_id = id->get<std::string>();
    end_users_ = auth::EndUsers::make(std::move(end_user_options), *database_, accounts_, clock_);

    loops_ = std::make_unique<http::EventLoops>(config_.server.num_workers, client_options(config_));
    loops_->start();
    if (const auto leasing = lease_budgets(); !leasing)
        return leasing.error();
    if (const auto connected = connect_redis(); !connected)
        return connected.error();
    load_prices();
    load_models();
    return serve();
}

/// Only a Postgres can be shared. What an earlier run of this process leased is taken over.
Result<void> Application::lease_budgets()
{
    if (database_->dialect() != db::Dialect::postgres || config_.general.disable_spend_updates)
        return {};
    spend::LeaseOptions options;
    options.holder = ledger_->id();
    leases_ = spend::BudgetLeases::make(
        std::move(options), *database_, accounts_, clock_, loops_->worker(0).executor
    );
    return leases_->load_now();
}

/// Nothing is asked of Redis yet: it may come later, and it may be away.
Result<void> Application::connect_redis()
{
    const auto settings = config::redis_settings(config_);
    if (!settings)
        return settings.error();
    if (!*settings)
        return {};
    redis::Options options;
    options.host = (*settings)->host;
    options.port = (*settings)->port;
    options.username = (*settings)->username;
    options.password = (*settings)->password;
    options.database = (*settings)->database;
    options.deadline = milliseconds(
        std::max<std::int64_t>(1, static_cast<std::int64_t>((*settings)->deadline_seconds * 1000))
    );
    for (int index = 0; index < loops_->size(); ++index)
        redis_.push_back(redis::Connection::make(options, loops_->worker(index).executor));
    log::info("redis", "limits are shared through Redis at {}:{}", options.host, options.port);
    return {};
}

void Application::load_prices()
{
    const std::string& source = config_.server.model_cost_map;
    if (!source.empty()) {
        auto& worker = loops_->worker(0);
        const auto text = is_web_address(source)
            ? boost::asio::co_spawn(worker.executor, fetch(*worker.client, source), boost::asio::use_future)
                  .get()
            : read_file(source);
        const auto parsed = text ? spend::PriceBook::parse(*text)
                                 : Result<std::shared_ptr<const spend::PriceBook>>(text.error());
        if (parsed) {
            prices_ = *parsed;
            log::info("spend", "prices of {} models from {}", prices_->size(), source);
            return;
        }
        log::warning(
            "spend",
            "cannot use the price list {}: {}. Going on with the built-in one",
            source,
            parsed.error().message
        );
    }
    prices_ = spend::PriceBook::embedded();
}

void Application::load_models()
{
    models_ = std::make_unique<inference::ModelService>(config_, accounts_, *ledger_, clock_, random_);
    models_->set_end_users(end_users_.get());
    models_->set_shared_budgets(shared_budgets_.get());
    models_->set_leases(leases_.get());
    models_->set_database(database_.get());
    if (!redis_.empty())
        models_->set_redis(&shared_rates_, redis_, config::caches_in_redis(config_));
    models_->set_prices(prices_);
    std::vector<std::string> problems;
    models_->set_models(inference::Models::make(config_, *prices_, problems));
    (void)inference::pass_throughs(config_, problems);
    for (const auto& problem : problems)
        log::warning("config", "{}", problem);
}

void Application::open_post_office()
{
    auto alerting = texts_in(config_.general.raw, "alerting");
    // The name that an earlier page of LiteLLM's documentation used.
    for (auto& each : texts_in(config_.general.raw, "alerts"))
        alerting.push_back(std::move(each));
    auto transports =
        mail::make_transports(texts_in(config_.litellm.raw, "callbacks"), alerting, config_.environment);
    for (const auto& problem : transports.problems)
        log::warning("mail", "{}", problem);
    auto branding = mail::branding_from(config_.environment);
    if (auto base = config::public_url(config_); !base.empty())
        branding.base_url = std::move(base);
    if (!transports.all.empty() && branding.base_url.find("0.0.0.0") != std::string::npos)
        log::warning("mail", "PROXY_BASE_URL is not set: links in letters lead to {}", branding.base_url);
    const auto salt = config_.environment("LITELLM_SALT_KEY");
    // Where nobody has a key, letters that wait are unreadable to everybody, the next process included.
    const Secret key = master_key_.key ? *master_key_.key : Secret(new_uuid(random_));
    const TextSeal seal(salt && !salt->empty() ? Secret(*salt) : key);
    post_office_ = std::make_unique<mail::PostOffice>(
        std::move(transports),
        std::move(branding),
        seal,
        clock_,
        random_,
        mail::post_office_options(config_.environment)
    );
    reveal_box_ = std::make_unique<management::RevealBox>(seal, clock_, random_);
    mailed_events_ = std::make_unique<management::MailedEvents>(*post_office_, *reveal_box_);
}

/// How models of the database get between those of the configuration.
management::ModelHooks Application::model_hooks()
{
    management::ModelHooks hooks;
    hooks.check = [this](const config::Deployment& row) -> Result<void> {
        const auto made = inference::make_deployment(row, config_, *prices_);
        if (!made)
            return made.error();
        return {};
    };
    hooks.publish = [this](const std::vector<config::Deployment>& stored) {
        std::vector<std::string> problems;
        const auto previous = models_->models();
        models_->set_models(inference::Models::make(config_, *prices_, problems, stored, previous.get()));
        for (const auto& problem : problems)
            log::debug("models", "{}", problem);
    };
    hooks.salt = master_key_.key;
    if (const auto salt = config_.environment("LITELLM_SALT_KEY"); salt && !salt->empty())
        hooks.salt = Secret(*salt);
    return hooks;
}

/// From now on nothing that other processes change stays unknown here.
void Application::follow_changes()
{
    auth::ChangeListeners listeners{*authenticator_, end_users_.get()};
    listeners.models_changed = [models = &management_->models, executor = loops_->worker(0).executor] {
        boost::asio::co_spawn(
            executor,
            models->refresh(),
            [](std::exception_ptr, const Result<void>& refreshed) {
                if (!refreshed)
                    log::warning("models", "cannot read the stored models: {}", refreshed.error().message);
            }
        );
    };
    changes_ = auth::follow_changes(*database_, std::move(listeners));
}

api::PeopleServices Application::open_doors(const management::Context& context)
{
    sessions_ = std::make_unique<management::Sessions>(
        context, management::sign_in_settings(config_, master_key_.key)
    );
    onboarding_ = std::make_unique<management::Onboarding>(context, *sessions_);
    own_keys_ = std::make_unique<management::OwnKeys>(context, *reveal_box_);
    return {*sessions_, *onboarding_, *own_keys_, config_, clock_};
}

/// The description runs handlers on empty requests: their services have no database to change anything in.
void Application::describe(
    const management::Context& context,
    const api::ModelServices& model_services,
    const api::PeopleServices& people
)
{
    const management::Context without_database{
        nullptr, context.clock, context.random, context.settings, context.authenticator};
    described_ = std::make_unique<management::ManagementServices>(without_database);
    auto unserved = api::management_routes(*described_);
    described_letters_ = std::make_unique<management::LetterService>(without_database, nullptr);
    for (auto& route : api::email_routes(*described_letters_))
        unserved.push_back(std::move(route));
    for (auto& route : api::model_routes(model_services))
        unserved.push_back(std::move(route));
    for (auto& route : api::people_routes(people))
        unserved.push_back(std::move(route));
    for (auto& route : api::metrics_routes(config_, {}))
        unserved.push_back(std::move(route));
    api_->add(api::document_routes(*api_, config_, std::move(unserved)));
}

Result<void> Application::serve()
{
    open_post_office();
    background_ = std::make_unique<Background>(password_threads, most_passwords_waiting);
    auto key_gate = OperatorsKeyGate::make(config_, *loops_);
    if (!key_gate)
        return key_gate.error();
    key_gate_ = std::move(*key_gate);
    const management::Context context{
        database_.get(),
        clock_,
        random_,
        config_,
        *authenticator_,
        mailed_events_.get(),
        key_gate_.get(),
        end_users_.get(),
        mailed_events_.get(),
        background_.get()};
    management_ = std::make_unique<management::ManagementServices>(context, model_hooks());
    follow_changes();
    if (const auto loaded = management_->models.refresh_now(); !loaded)
        return loaded.error();
    caretaker_ = std::make_unique<management::Caretaker>(context);
    budget_alerts_ = std::make_unique<management::BudgetAlerts>(
        context, *post_office_, management::budget_alert_settings(config_)
    );
    api_ = std::make_unique<api::Service>(config_, *authenticator_, clock_, random_, master_key_.open_access);
    letters_ = std::make_unique<management::LetterService>(
        context, post_office_->is_open() ? post_office_.get() : nullptr
    );
    api_->add(api::management_routes(*management_));
    api_->add(api::email_routes(*letters_));
    const auto is_reachable = [database = database_.get()] { return database->is_reachable(); };
    const api::ModelServices model_services{*models_, config_, clock_, is_reachable};
    api_->add(api::model_routes(model_services));
    api_->add(api::metrics_routes(
        config_, {letter_figures(*letters_, clock_), ledger_figures(*ledger_), redis_figures(redis_)}
    ));
    const api::PeopleServices people = open_doors(context);
    api_->add(api::people_routes(people));
    describe(context, model_services, people);

    http::ServerOptions options;
    options.host = config_.server.host;
    options.port = config_.server.port;
    options.certificate_chain_file = config_.server.ssl_certfile_path;
    options.private_key_file = config_.server.ssl_keyfile_path;
    options.keep_alive_timeout =
        milliseconds(static_cast<std::int64_t>(config_.server.keepalive_timeout_seconds * 1000));
    options.refuse = [](int status, std::string_view message) {
        Error error{status >= 500 ? ErrorKind::internal : ErrorKind::invalid_input, std::string(message)};
        error.status = status;
        return api::error_response(error);
    };
    auto server =
        http::Server::listen(*loops_, std::move(options), [api = api_.get()](http::Exchange& exchange) {
            return api->handle(exchange);
        });
    if (!server)
        return server.error();
    server_ = std::move(*server);

    clockwork_ = std::make_unique<jobs::Clockwork>(loops_->worker(0).executor);
    clockwork_->start(jobs::write_ledger(*ledger_, *database_, config_));
    clockwork_->start(jobs::forget_idle_accounts(accounts_));
    clockwork_->start(jobs::read_shared_budgets(*shared_budgets_));
    if (leases_)
        clockwork_->start(jobs::tend_leases(*leases_));
    clockwork_->start(jobs::tell_of_budgets(accounts_));
    clockwork_->start(jobs::forget_past_periods(*database_, clock_));
    clockwork_->start(jobs::remove_what_expired(*caretaker_));
    if (post_office_->is_open()) {
        clockwork_->start(jobs::send_letters(*post_office_, *database_));
        clockwork_->start(jobs::warn_of_budgets(*budget_alerts_));
    }
    if (!config_.general.raw.value("disable_reset_budget", false))
        clockwork_->start(jobs::reset_budgets(*caretaker_, config_));
    if (management::rotation_settings(config_.environment).is_enabled)
        clockwork_->start(jobs::rotate_keys(*caretaker_, config_));
    clockwork_->start(jobs::Job{
        "read stored models", std::chrono::seconds(30), [models = &management_->models] {
            return models->refresh();
        }});
    if (config_.general.raw.value("background_health_checks", false)) {
        const auto period = milliseconds(
            static_cast<std::int64_t>(config_.general.raw.value("health_check_interval", 300.0) * 1000)
        );
        http::Client* const client = loops_->worker(0).client;
        clockwork_->start(jobs::Job{"check the models' health", period, [models = models_.get(), client] {
                                        return models->check_health(*client);
                                    }});
    }
    return {};
}

void Application::give_leases_back()
{
    const auto returned =
        boost::asio::co_spawn(loops_->worker(0).executor, leases_->tend(), boost::asio::use_future).get();
    if (!returned)
        log::warning(
            "spend", "leases of budgets stay until this process starts again: {}", returned.error().message
        );
}

std::uint16_t Application::port() const
{
    return server_->port();
}

void Application::shut_down(milliseconds patience)
{
    if (std::exchange(shut_down_, true) || !loops_)
        return;
    if (server_)
        server_->shut_down(patience);
    // A database that hangs must not keep the process from ending: its supervisor would kill it, and what it
    // lacks is in the journal.
    const TimeLimit limit(flush_patience, [this] {
        log::warning(
            "spend",
            "the database does not answer: {} calls stay in the journal until the next start",
            ledger_ ? ledger_->backlog() : 0
        );
        std::_Exit(0);
    });
    if (post_office_)
        post_office_->stop();
    if (background_)
        background_->stop();
    if (clockwork_)
        clockwork_->stop();
    if (ledger_ && database_ && ledger_->backlog() > 0) {
        auto last = jobs::write_ledger(*ledger_, *database_, config_);
        const auto written =
            boost::asio::co_spawn(loops_->worker(0).executor, last.step(), boost::asio::use_future).get();
        if (!written)
            log::warning(
                "spend",
                "{} calls stay in the journal until the next start: {}",
                ledger_->backlog(),
                written.error().message
            );
    }
    if (leases_)
        give_leases_back();
    server_.reset();
    key_gate_.reset();
    leases_.reset();
    changes_.reset();
    loops_->stop();
    if (database_)
        db::close_database(*database_);
    for (const auto& connection : redis_)
        connection->close();
}

} // namespace litellm::app
