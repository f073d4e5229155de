#pragma once

#include "caching.hpp"
#include "call.hpp"
#include "failing.hpp"
#include "key_models.hpp"
#include "litellm/auth/end_users.hpp"
#include "litellm/inference/model_service.hpp"
#include "litellm/spend/budget_leases.hpp"
#include "litellm/spend/shared_budgets.hpp"
#include "picking.hpp"
#include "relay.hpp"
#include "routing_policy.hpp"
#include "units.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <set>

namespace litellm::inference {

class ModelService::State {
public:
    static constexpr std::size_t most_cached_bytes = 128 * 1024 * 1024;

    State(
        const config::Config& service_config,
        spend::Accounts& service_accounts,
        spend::Ledger& service_ledger,
        const Clock& service_clock,
        Random& service_random
    )
        : config(service_config),
          accounts(service_accounts),
          ledger(service_ledger),
          clock(service_clock),
          random(service_random),
          cache_policy(make_cache_policy(service_config)),
          cache(cache_policy ? std::make_unique<ResponseCache>(most_cached_bytes) : nullptr),
          policy(make_routing_policy(service_config)),
          picker(policy, service_clock, service_random),
          rules(policy, service_clock),
          modifies_params(says_modify(service_config.litellm.raw)),
          key_models(service_config)
    {
    }

    /// Whether there is anything to resolve.
    [[nodiscard]] static bool may_name_end_user(const ModelCall& call)
    {
        return !call.end_user.empty() || call.scan.find("metadata") != nullptr ||
            call.scan.find("litellm_metadata") != nullptr;
    }
    /// The models that the principal can name: the proxy's, or his key's own.
    [[nodiscard]] KnownModels models_of(const auth::Principal& principal);
    /// Who the call is for. forbidden for somebody who is blocked.
    [[nodiscard]] Task<void> resolve_end_user(ModelCall& call);
    void find_other_payers(ModelCall& call) const;
    /// Where limits are shared: takes from them for the call, which gives back what it does not use when it
    /// ends. rate_limited changes nothing; while Redis is away the limits of this process hold.
    [[nodiscard]] Task<void> take_shared_rates(ModelCall& call, spend::Demand demand);
    /// The same for the limits of the deployment that is about to be asked; nothing where they are this
    /// process's alone.
    [[nodiscard]] Task<std::optional<spend::RateTicket>> take_deployment_rates(const ModelCall& call);
    /// The attempt that took them has used so many tokens.
    void
    tell_deployment_rates(const ModelCall& call, const spend::RateTicket& ticket, std::int64_t used) const;
    /// Of the loop that the call runs on; null without Redis.
    [[nodiscard]] std::shared_ptr<redis::Connection> redis_of(const ModelCall& call) const;
    /// After `step` was refused: leases what was missing and tries again; `refused` when that is not to be
    /// had, unavailable without a database.
    [[nodiscard]] Task<void>
    retry_with_leases(ModelCall& call, Error refused, const std::function<Result<void>()>& step);
    /// The most that the call can cost on any deployment of its group.
    [[nodiscard]] spend::Demand demand_of(const ModelCall& call) const;
    /// Reserves and writes the intent.
    [[nodiscard]] Result<void> admit(ModelCall& call);
    /// Tries deployments of the call's group until one answers or the retries are used up. The call is still
    /// open when none did.
    [[nodiscard]] Task<void> try_group(ModelCall& call);
    /// Tries the models that the group falls back to; the error of the first one when none of them answers.
    [[nodiscard]] Task<void> fall_back(ModelCall& call, Error error);
    void settle_failure(ModelCall& call, const Error& error);
    /// Nobody could go on: the client's stream ends with the error.
    [[nodiscard]] Task<void> end_interrupted(ModelCall& call, const Error& error);
    /// Finds out whether the deployment speaks the client's API; if not, puts a chat in its place.
    [[nodiscard]] Result<void> choose_shape(ModelCall& call);
    [[nodiscard]] Result<http::ClientRequest> make_native_request(const ModelCall& call);
    /// Makes `deployment` the one that is asked.
    void direct(ModelCall& call, DeploymentPtr deployment);
    /// `modify_params` of the settings or of a deployment.
    [[nodiscard]] static bool says_modify(const Json& settings);
    /// What the deployment is sent first.
    [[nodiscard]] Result<http::ClientRequest> compose(ModelCall& call);
    /// False when nothing fits.
    [[nodiscard]] Task<bool> answer_from_cache(ModelCall& call);
    /// Of Redis; null when it has none.
    [[nodiscard]] Task<std::shared_ptr<const CachedAnswer>> find_shared_answer(const ModelCall& call);
    void keep_shared_answer(const ModelCall& call, const CachedAnswer& answer);
    void keep_answer(const ModelCall& call, std::string bytes, const Outcome& outcome);
    /// Adds the headers that only `endpoint` has, and signs the request where the provider wants that.
    [[nodiscard]] Result<void> finish_request(
        const providers::Endpoint& endpoint, const Deployment& deployment, http::ClientRequest& request
    ) const;
    /// A token that was bought for the account and is still good; the deployment is one of the account's from
    /// now on.
    [[nodiscard]] std::optional<Secret>
    find_token(const std::string& account, const std::string& deployment_id);
    /// Gets a token into `endpoint`, where the provider wants one.
    [[nodiscard]] Task<void>
    authorize(providers::Endpoint& endpoint, const std::string& deployment_id, http::Client& client);
    /// ModelService::probe(); `status` is the provider's, where it gave one.
    [[nodiscard]] boost::asio::awaitable<Health>
    probe(DeploymentPtr deployment, http::Client& client, int& status);
    [[nodiscard]] Task<void> answer_with_mock(ModelCall& call, const Json& mock);

    auth::EndUsers* end_users = nullptr;
    const spend::SharedBudgets* shared_budgets = nullptr;
    spend::BudgetLeases* leases = nullptr;
    db::Database* database = nullptr;
    const spend::SharedRates* shared_rates = nullptr;
    std::vector<std::shared_ptr<redis::Connection>> redis; ///< by the number of the event loop
    bool caches_in_redis = false;
    const config::Config& config;
    spend::Accounts& accounts;
    spend::Ledger& ledger;
    const Clock& clock;
    Random& random;
    const std::optional<CachePolicy> cache_policy;
    const std::unique_ptr<ResponseCache> cache; ///< null when it is off
    const RoutingPolicy policy;
    const Picker picker;
    const FailureRules rules;
    const bool modifies_params;
    KeyModels key_models;

    mutable std::mutex mutex;
    KnownModels known_models;
    std::shared_ptr<const spend::PriceBook> prices;
    std::optional<std::vector<Health>> last_health;
    std::set<std::string> warned_prices;
    struct KnownToken {
        Secret token;
        Timestamp end;
    };
    std::map<std::string, KnownToken> tokens;                           ///< by TokenRequest::account
    std::map<std::string, std::string> token_accounts;                  ///< of deployments, by their ids
    std::map<std::string, const providers::Adapter*> fallback_adapters; ///< by deployment id

private:
    /// One attempt; an error means that nothing was sent to the client.
    [[nodiscard]] Task<void> attempt(ModelCall& call);
    [[nodiscard]] Task<void> send(ModelCall& call, http::ClientRequest request, bool openai_shaped);
    [[nodiscard]] Task<void> collect_answer(
        ModelCall& call,
        http::Transfer& transfer,
        std::chrono::steady_clock::time_point sent_at,
        bool openai_shaped
    );
    [[nodiscard]] Task<void> relay_answer(
        ModelCall& call,
        http::Transfer& transfer,
        std::chrono::steady_clock::time_point sent_at,
        bool openai_shaped
    );
    [[nodiscard]] Task<void>
    relay_recording(ModelCall& call, http::Transfer& transfer, std::chrono::steady_clock::time_point sent_at);
    [[nodiscard]] Task<void>
    relay_stream(ModelCall& call, http::Transfer& transfer, const http::ResponseHead& head, Relay& relay);
    [[nodiscard]] Task<void>
    send_whole(ModelCall& call, const http::ResponseHead& head, std::string body, bool openai_shaped);
    [[nodiscard]] Task<void> finish_stream(
        ModelCall& call,
        Relay& relay,
        std::string rest,
        std::optional<Error> failure,
        std::optional<Timestamp> first_byte
    );

    /// Whether another model can take over a stream that broke in the middle.
    [[nodiscard]] bool can_go_on(const ModelCall& call, const Relay& relay, const Error& error) const;
    void interrupt(ModelCall& call, Relay& relay);
    [[nodiscard]] Task<void> send_native(ModelCall& call, const http::ResponseHead& head, std::string body);
    [[nodiscard]] providers::SurfaceAnswer surface_answer(const ModelCall& call);
    [[nodiscard]] Result<http::ClientRequest> make_request(const ModelCall& call, bool ask_for_usage);
    /// Whether an error answer says that this deployment must be asked in another way; remembers it.
    [[nodiscard]] bool falls_back(ModelCall& call, int status, std::string_view body);
    /// budget_exceeded when the deployment that is about to be asked, or its provider, has used its budget
    /// up.
    [[nodiscard]] Result<void> charge_target(ModelCall& call);
    /// As direct(), and what the next attempt costs.
    void aim(ModelCall& call, DeploymentPtr deployment);
    /// One attempt with everything that is counted about it.
    [[nodiscard]] Task<void> counted_attempt(ModelCall& call);
    [[nodiscard]] std::optional<int> asked_retries(const ModelCall& call) const;
    [[nodiscard]] Task<void> pause(const ModelCall& call, std::chrono::milliseconds time);
    /// Gives the call another model group and what it needs to be paid there.
    [[nodiscard]] Result<void> redirect(ModelCall& call, const Fallback& fallback);
    [[nodiscard]] bool was_filtered(const ModelCall& call, std::string_view body) const;
    void warn_unknown_price(const Deployment& deployment);
    /// What a picture of that format costs there, adjusted; null where the deployment has a price of its own,
    /// or the list none.
    [[nodiscard]] std::unique_ptr<const spend::ModelPrice>
    picture_price(const ModelCall& call, const Deployment& deployment, const PictureFormat& format) const;
    /// The prices of all formats in which the pictures of the call may come.
    [[nodiscard]] std::vector<std::unique_ptr<const spend::ModelPrice>>
    possible_picture_prices(const ModelCall& call, const Deployment& deployment) const;
    /// Gives the call the price of the pictures that it was answered with, unless the deployment charges the
    /// tokens that the answer told.
    void settle_on_picture_price(ModelCall& call, const Json& answer, bool has_usage) const;
    [[nodiscard]] std::chrono::milliseconds elapsed(const ModelCall& call) const;
};

/// The ledger's row of a request that passes through `path`, before it is sent.
[[nodiscard]] spend::Entry
pass_through_draft(const ModelCall& call, const config::Config& config, const std::string& path);
/// What of a request can be counted without a tokenizer.
[[nodiscard]] std::int64_t estimated_prompt_tokens(const ModelCall& call);

} // namespace litellm::inference
