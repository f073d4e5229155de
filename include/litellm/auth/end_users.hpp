#pragma once
// The end users whom callers name: who is blocked, and which account pays. Answers come from memory; a miss
// costs one look-up.

#include "litellm/core/task.hpp"
#include "litellm/db/database.hpp"
#include "litellm/spend/accounts.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace litellm::auth {

/// Immutable. Somebody without a row and without a default budget has no payer.
struct EndUser {
    bool blocked = false;
    std::optional<spend::Payer> payer;
};
using EndUserPtr = std::shared_ptr<const EndUser>;

struct EndUserOptions {
    /// litellm_settings.max_end_user_budget_id: the budget of those who have none.
    std::string default_budget_id;
    std::chrono::milliseconds cache_ttl{60'000};
    std::size_t cache_size = 100'000;
};

class EndUsers {
public:
    [[nodiscard]] static std::unique_ptr<EndUsers>
    make(EndUserOptions options, db::Database& database, spend::Accounts& accounts, const Clock& clock);
    virtual ~EndUsers() = default;

    /// What is known without asking the database; null when it must be asked.
    [[nodiscard]] virtual EndUserPtr find_known(const std::string& id) = 0;
    /// As above, asking the database. When that is away, what was known goes on; somebody unknown is
    /// unavailable.
    [[nodiscard]] virtual Task<EndUserPtr> load(std::string id) = 0;
    /// Forgets what is cached, after a change; everything, after a change to a budget.
    virtual void forget(const std::string& id) = 0;
    virtual void forget_all() = 0;
};

} // namespace litellm::auth
