#pragma once
// Budgets that belong to no caller: of the whole proxy (litellm_settings.max_budget), of providers
// (router_settings.provider_budget_config), of deployments (`max_budget` of a row of model_list) and of tags
// (their rows, or litellm_settings.tag_budget_config).

#include "litellm/config/config.hpp"
#include "litellm/core/task.hpp"
#include "litellm/db/database.hpp"
#include "litellm/spend/accounts.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::spend {

class SharedBudgets {
public:
    /// invalid_input names the entry of the configuration that is no budget.
    [[nodiscard]] static Result<std::unique_ptr<SharedBudgets>>
    make(const config::Config& config, db::Database& database, Accounts& accounts, const Clock& clock);
    virtual ~SharedBudgets() = default;

    /// Reads the database's figures, at once or later; what other processes spent is known from then on.
    [[nodiscard]] virtual Result<void> load_now() = 0;
    [[nodiscard]] virtual Task<void> refresh() = 0;

    /// Adds those who pay for a call beside its caller. Asks no database.
    virtual void add_payers(const std::vector<std::string>& tags, std::vector<Payer>& payers) const = 0;
    /// Adds those who pay once it is clear where a call goes: its provider and its deployment.
    virtual void add_target(
        std::string_view provider, std::string_view deployment_id, std::vector<Payer>& payers
    ) const = 0;

    struct ProviderState {
        std::string provider;
        Money spent;
        Limits limits;
        Timestamp period_end{};
    };
    /// For reports.
    [[nodiscard]] virtual std::vector<ProviderState> list_providers() const = 0;
};

} // namespace litellm::spend
