#pragma once
// One model call from principal to provider and back.

#include "litellm/auth/access.hpp"
#include "litellm/auth/end_users.hpp"
#include "litellm/auth/principal.hpp"
#include "litellm/config/config.hpp"
#include "litellm/core/random.hpp"
#include "litellm/core/task.hpp"
#include "litellm/http/server.hpp"
#include "litellm/inference/models.hpp"
#include "litellm/inference/pass_through.hpp"
#include "litellm/inference/provider_files.hpp"
#include "litellm/providers/provider.hpp"
#include "litellm/redis/connection.hpp"
#include "litellm/spend/budget_leases.hpp"
#include "litellm/spend/ledger.hpp"
#include "litellm/spend/shared_budgets.hpp"
#include "litellm/spend/shared_rates.hpp"

#include <memory>
#include <optional>
#include <string>

namespace litellm::inference {

struct CallContext {
    http::Exchange& exchange;
    auth::PrincipalPtr principal;
    std::string call_id;
    /// `{model}` of the path, or empty.
    std::string path_model;
    providers::Operation operation = providers::Operation::chat_completions;
    /// What the client speaks when it is not `operation`. Deployments that do not speak it are asked for a
    /// chat where that can stand for it.
    std::optional<providers::NativeApi> api = {};
    /// Only `generate_content` says so in its path.
    bool stream_by_path = false;
};

/// A request as a provider would get it, its secrets masked.
struct ProviderRequest {
    std::string url;
    std::string body;
    providers::Headers headers;
};

/// Whether a deployment answers.
struct Health {
    DeploymentPtr deployment;
    bool is_healthy = false;
    std::string error;
};

class ModelService {
public:
    ModelService(
        const config::Config& config,
        spend::Accounts& accounts,
        spend::Ledger& ledger,
        const Clock& clock,
        Random& random
    );
    ~ModelService();

    /// Before the first call; null, the default, takes nobody's end users into account.
    void set_end_users(auth::EndUsers* end_users);
    /// As above, for budgets that belong to no caller.
    void set_shared_budgets(const spend::SharedBudgets* budgets);
    [[nodiscard]] const spend::SharedBudgets* shared_budgets() const;
    /// As above, where other processes spend the same budgets.
    void set_leases(spend::BudgetLeases* leases);
    /// As above, for what is remembered of files and batches; null: they are not served.
    void set_database(db::Database* database);
    /// Limits are shared through Redis, and answers are kept there where `caches` says so. A connection for
    /// each event loop, by its number.
    void set_redis(
        const spend::SharedRates* rates,
        std::vector<std::shared_ptr<redis::Connection>> connections,
        bool caches
    );
    void set_models(std::shared_ptr<const Models> models);
    [[nodiscard]] std::shared_ptr<const Models> models() const;
    /// The same, or the models that belong to the principal's key alone.
    [[nodiscard]] std::shared_ptr<const Models> models(const auth::Principal& principal) const;
    [[nodiscard]] auth::ModelCatalog catalog(const auth::Principal& principal) const;

    /// Reads the request, calls the model, sends the answer and records what it cost. An error means that
    /// nothing was sent yet; failures after the first byte are told inside the stream.
    [[nodiscard]] Task<void> serve(CallContext& call);

    /// How many tokens a request to `/v1/messages` or to `:generateContent` holds: what the provider counts
    /// if it can, else an estimate. Costs nothing.
    [[nodiscard]] Task<std::int64_t> count_tokens(CallContext& call);

    /// What a deployment of the request's model would be sent, without sending it. `body` is a JSON object
    /// in the shape of the call's operation or API. Errors as serve(), for what is no request or may not be
    /// asked.
    [[nodiscard]] Result<ProviderRequest> transform(CallContext& call, std::string body);

    /// Sends a request to `target` as it is, with `subpath` behind its address. An error means that nothing
    /// was sent yet.
    [[nodiscard]] Task<void>
    pass_through(CallContext& call, const PassThrough& target, std::string_view subpath);
    /// One call of /files or /batches. An error means that nothing was sent yet.
    [[nodiscard]] Task<void> serve_files(CallContext& call, const FilesCall& asked);
    /// What pass_through() is paid by.
    void set_prices(std::shared_ptr<const spend::PriceBook> prices);

    /// Asks one deployment for a few tokens.
    [[nodiscard]] boost::asio::awaitable<Health> probe(DeploymentPtr deployment, http::Client& client);

    /// Asks all deployments but those whose model_info says disable_background_health_check, one after
    /// another, and keeps what they answer.
    [[nodiscard]] Task<void> check_health(http::Client& client);
    /// What check_health() found last; nothing before its first round.
    [[nodiscard]] std::optional<std::vector<Health>> last_health() const;

    class State;
    class Files;

private:
    std::unique_ptr<State> state_;
};

/// The version in `x-litellm-version` and `--version`.
[[nodiscard]] std::string_view version();

} // namespace litellm::inference
