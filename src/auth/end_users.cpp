#include "litellm/auth/end_users.hpp"

#include "litellm/core/log.hpp"
#include "litellm/store/budgets.hpp"
#include "litellm/store/end_users.hpp"

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace litellm::auth {

namespace {

/// After a failed look-up the known answer serves this long until the next try.
constexpr std::chrono::seconds retry_pause{5};

struct Row {
    std::optional<store::EndUser> end_user;
    std::optional<store::Budget> budget;
};

Result<Row> read_row(db::Transaction& transaction, const std::string& id, const std::string& default_budget)
{
    Row row;
    auto end_user = store::find_end_user(transaction, id);
    if (!end_user)
        return end_user.error();
    row.end_user = std::move(*end_user);
    std::string budget_id = default_budget;
    if (row.end_user && row.end_user->budget_id)
        budget_id = *row.end_user->budget_id;
    if (budget_id.empty())
        return row;
    auto budget = store::find_budget(transaction, budget_id);
    if (!budget)
        return budget.error();
    row.budget = std::move(*budget);
    return row;
}

spend::Limits limits_of(const store::Budget& budget)
{
    spend::Limits limits;
    if (budget.max_budget) {
        // An amount that does not fit is larger than anybody can spend.
        if (const auto amount = Money::from_usd(*budget.max_budget))
            limits.max_budget = *amount;
    }
    limits.rpm = budget.rpm_limit;
    limits.tpm = budget.tpm_limit;
    limits.max_parallel_requests = budget.max_parallel_requests;
    return limits;
}

class CachingEndUsers final : public EndUsers {
public:
    CachingEndUsers(
        EndUserOptions options, db::Database& database, spend::Accounts& accounts, const Clock& clock
    )
        : options_(std::move(options)), database_(database), accounts_(accounts), clock_(clock)
    {
    }

    EndUserPtr find_known(const std::string& id) override
    {
        const auto now = clock_.steady_now();
        const std::shared_lock lock(mutex_);
        const auto found = known_.find(id);
        if (found == known_.end() || now >= found->second.fresh_until)
            return nullptr;
        return found->second.end_user;
    }

    Task<EndUserPtr> load(std::string id) override
    {
        const std::uint64_t changes = changes_.load();
        const std::uint64_t read_at = accounts_.generation();
        const auto row = co_await database_.transact<Row>([&](db::Transaction& transaction) {
            return read_row(transaction, id, options_.default_budget_id);
        });
        if (!row)
            co_return serve_stale(id, row.error());
        EndUserPtr end_user = made_of(id, *row, read_at);
        // A change that came while we read may not be in what we read: use it once, remember nothing.
        if (changes == changes_.load())
            remember(id, end_user);
        co_return end_user;
    }

    void forget(const std::string& id) override
    {
        const std::unique_lock lock(mutex_);
        ++changes_;
        known_.erase(id);
    }
    void forget_all() override
    {
        const std::unique_lock lock(mutex_);
        ++changes_;
        known_.clear();
    }

private:
    struct Entry {
        EndUserPtr end_user;
        std::chrono::steady_clock::time_point fresh_until;
    };

    EndUserPtr made_of(const std::string& id, const Row& row, std::uint64_t read_at)
    {
        auto end_user = std::make_shared<EndUser>();
        end_user->blocked = row.end_user && row.end_user->blocked;
        if (!row.budget)
            return end_user;
        const auto spent = Money::from_usd(row.end_user ? row.end_user->spend : 0);
        end_user->payer = spend::Payer{
            accounts_.account(
                spend::ScopeKind::end_user, id, limits_of(*row.budget), spent ? *spent : Money(), read_at
            ),
            true};
        return end_user;
    }

    Result<EndUserPtr> serve_stale(const std::string& id, const Error& error)
    {
        const std::unique_lock lock(mutex_);
        const auto found = known_.find(id);
        if (found == known_.end())
            return error;
        found->second.fresh_until = clock_.steady_now() + retry_pause;
        log::warning("auth", "cannot refresh an end user, going on with what is known: {}", error.message);
        return found->second.end_user;
    }

    void remember(const std::string& id, const EndUserPtr& end_user)
    {
        const std::unique_lock lock(mutex_);
        // Callers choose these names freely: when there are too many, all are asked for again.
        if (known_.size() >= options_.cache_size)
            known_.clear();
        known_[id] = Entry{end_user, clock_.steady_now() + options_.cache_ttl};
    }

    const EndUserOptions options_;
    db::Database& database_;
    spend::Accounts& accounts_;
    const Clock& clock_;
    mutable std::shared_mutex mutex_;
    std::unordered_map<std::string, Entry> known_;
    std::atomic<std::uint64_t> changes_{0};
};

} // namespace

std::unique_ptr<EndUsers>
EndUsers::make(EndUserOptions options, db::Database& database, spend::Accounts& accounts, const Clock& clock)
{
    return std::make_unique<CachingEndUsers>(std::move(options), database, accounts, clock);
}

} // namespace litellm::auth
