#pragma once
// Every route of the proxy, called through the door that the server uses: match, authenticate, authorise,
// handle.

#include "litellm/api/management_routes.hpp"
#include "litellm/api/model_routes.hpp"
#include "litellm/http/event_loops.hpp"
#include "litellm/spend/price_book.hpp"
#include "management/world.hpp"
#include "recording_exchange.hpp"

#include <boost/asio/use_future.hpp>

#include <filesystem>
#include <functional>

namespace litellm::api {

struct Answer {
    int status = 0;
    std::string headers;
    std::string text;

    [[nodiscard]] Json body() const
    {
        auto parsed = parse_json(text);
        return parsed ? std::move(*parsed) : Json();
    }
};

class ProxyWorld : public management::World {
public:
    /// `prepare` changes the settings before anything is made of them.
    explicit ProxyWorld(const std::function<void(config::Config&)>& prepare = {})
    {
        if (prepare)
            prepare(settings);
        std::string pattern = (std::filesystem::temp_directory_path() / "litellm-api-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr)
            throw std::runtime_error("no temporary directory");
        directory_ = pattern;
        spend::LedgerOptions options;
        options.directory = directory_;
        ledger_ = std::move(spend::Ledger::open(options, clock, random, accounts).value());
        models_ = std::make_unique<inference::ModelService>(settings, accounts, *ledger_, clock, random);
        std::vector<std::string> problems;
        models_->set_models(inference::Models::make(settings, *spend::PriceBook::embedded(), problems));
        models_->set_database(database.get());
        services_ = std::make_unique<management::ManagementServices>(context());
        service = std::make_unique<Service>(settings, *authenticator, clock, random, false);
        service->add(management_routes(*services_));
        service->add(model_routes(ModelServices{*models_, settings, clock, [] { return true; }}));
        loops_.start();
    }
    ~ProxyWorld()
    {
        loops_.stop();
        service.reset();
        models_.reset();
        ledger_.reset();
        std::filesystem::remove_all(directory_);
    }

    /// `target` is a path and perhaps a query; no key means no Authorization header.
    Answer call(
        http::Method method,
        const std::string& target,
        const std::optional<std::string>& key,
        const Json& body = Json::object()
    )
    {
        const auto mark = target.find('?');
        http::Request request;
        request.method = method;
        request.path = target.substr(0, mark);
        request.query = mark == std::string::npos ? "" : target.substr(mark + 1);
        if (key)
            request.fields.add("authorization", "Bearer " + *key);
        auto& worker = loops_.worker(0);
        RecordingExchange exchange(
            std::move(request), method == http::Method::get ? "" : to_text(body), worker
        );
        boost::asio::co_spawn(worker.executor, service->handle(exchange), boost::asio::use_future).get();
        return Answer{exchange.status, exchange.headers, exchange.answer};
    }
    Answer get(const std::string& target, const std::string& key = master)
    {
        return call(http::Method::get, target, key);
    }
    Answer post(const std::string& target, const Json& body, const std::string& key = master)
    {
        return call(http::Method::post, target, key, body);
    }

    static constexpr const char* master = "sk-master-key";

    std::unique_ptr<Service> service;

private:
    std::filesystem::path directory_;
    http::EventLoops loops_{1, http::ClientOptions{}};
    std::unique_ptr<spend::Ledger> ledger_;
    std::unique_ptr<inference::ModelService> models_;
    std::unique_ptr<management::ManagementServices> services_;
};

} // namespace litellm::api
