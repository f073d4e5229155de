#pragma once

#include "call.hpp"
#include "litellm/auth/end_users.hpp"
#include "litellm/inference/model_service.hpp"
#include "litellm/spend/shared_budgets.hpp"
#include "relay.hpp"

#include <map>
#include <mutex>
#include <set>

namespace litellm::inference {

class ModelService::State {
public:
    State(const config::Config& service_config, spend::Accounts& service_accounts, spend::Ledger& service_ledger, const Clock& service_clock, Random& service_random)
        : config(service_config), accounts(service_accounts), ledger(service_ledger), clock(service_clock), random(service_random)
    {
    }

    /// Whether there is anything to resolve.
    [[nodiscard]] static bool may_name_end_user(const ModelCall& call)
    {
        return !call.end_user.empty() || call.scan.find("metadata") != nullptr ||
            call.scan.find("litellm_metadata") != nullptr;
    }
    /// Who the call is for. forbidden for somebody who is blocked.
    [[nodiscard]] Task<void> resolve_end_user(ModelCall& call);
    /// Reserves and writes the intent.
    [[nodiscard]] Result<void> admit(ModelCall& call);
    /// Tries deployments until one answers or the retries are used up.
    [[nodiscard]] Task<void> call_providers(ModelCall& call);
    [[nodiscard]] Task<void> answer_with_mock(ModelCall& call, const Json& mock);

    auth::EndUsers* end_users = nullptr;
    const spend::SharedBudgets* shared_budgets = nullptr;
    const config::Config& config;
    spend::Accounts& accounts;
    spend::Ledger& ledger;
    const Clock& clock;
    Random& random;

    mutable std::mutex mutex;
    std::shared_ptr<const Models> models;
    std::shared_ptr<const auth::ModelCatalog> catalog;  ///< of `models`
    std::set<std::string> warned_prices;
    std::map<std::string, const providers::Adapter*> fallback_adapters;  ///< by deployment id

private:
    /// One attempt; an error means that nothing was sent to the client.
    [[nodiscard]] Task<void> attempt(ModelCall& call);
    [[nodiscard]] Task<void> send(ModelCall& call, http::ClientRequest request, bool openai_shaped);
    [[nodiscard]] Task<void> attempt_whole(ModelCall& call, http::ClientRequest request, bool openai_shaped);
    [[nodiscard]] Task<void> attempt_stream(ModelCall& call, http::ClientRequest request, bool openai_shaped);
    [[nodiscard]] Task<void> relay_stream(ModelCall& call, http::Transfer& transfer, const http::ResponseHead& head, Relay& relay);
    [[nodiscard]] Task<void> send_whole(ModelCall& call, const http::ResponseHead& head, std::string body, bool openai_shaped);
    [[nodiscard]] Task<void> finish_stream(ModelCall& call, Relay& relay, std::string rest, std::optional<Error> failure, std::optional<Timestamp> first_byte);

    [[nodiscard]] Result<http::ClientRequest> make_request(const ModelCall& call, bool ask_for_usage);
    /// Whether an error answer says that this deployment must be asked in another way; remembers it.
    [[nodiscard]] bool falls_back(ModelCall& call, int status, std::string_view body);
    /// budget_exceeded when the deployment that is about to be asked, or its provider, has used its budget up.
    [[nodiscard]] Result<void> charge_target(ModelCall& call);
    [[nodiscard]] int retries_of(const ModelCall& call) const;
    [[nodiscard]] Task<void> pause_before_retry(const ModelCall& call, const Error& error, int retry);
    void warn_unknown_price(const Deployment& deployment);
    [[nodiscard]] std::chrono::milliseconds elapsed(const ModelCall& call) const;
    void settle_failure(ModelCall& call, const Error& error);
};

/// What of a request can be counted without a tokenizer.
[[nodiscard]] std::int64_t estimated_prompt_tokens(const ModelCall& call);

} // namespace litellm::inference
