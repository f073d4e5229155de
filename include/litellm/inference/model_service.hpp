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
#include "litellm/providers/provider.hpp"
#include "litellm/spend/ledger.hpp"
#include "litellm/spend/shared_budgets.hpp"

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
};

/// Whether a deployment answers.
struct Health {
    DeploymentPtr deployment;
    bool is_healthy = false;
    std::string error;
};

class ModelService {
public:
    ModelService(const config::Config& config, spend::Accounts& accounts, spend::Ledger& ledger, const Clock& clock, Random& random);
    ~ModelService();

    /// Before the first call; null, the default, takes nobody's end users into account.
    void set_end_users(auth::EndUsers* end_users);
    /// As above, for budgets that belong to no caller.
    void set_shared_budgets(const spend::SharedBudgets* budgets);
    [[nodiscard]] const spend::SharedBudgets* shared_budgets() const;
    void set_models(std::shared_ptr<const Models> models);
    [[nodiscard]] std::shared_ptr<const Models> models() const;
    [[nodiscard]] auth::ModelCatalog catalog() const;

    /// Reads the request, calls the model, sends the answer and records what it cost. An error means that nothing was sent yet; failures after the first
    /// byte are told inside the stream.
    [[nodiscard]] Task<void> serve(CallContext& call);

    /// Asks one deployment for a few tokens.
    [[nodiscard]] boost::asio::awaitable<Health> probe(DeploymentPtr deployment, http::Client& client);

    class State;

private:
    std::unique_ptr<State> state_;
};

/// The version in `x-litellm-version` and `--version`.
[[nodiscard]] std::string_view version();

} // namespace litellm::inference
