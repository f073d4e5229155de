#include "litellm/spend/budget_leases.hpp"

#include "litellm/core/log.hpp"
#include "litellm/store/budget_leases.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>

namespace litellm::spend {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_pause{10};
/// While a refusal is remembered, calls that need as much are refused without asking the database.
constexpr milliseconds refusal_lasts{300};
constexpr std::size_t most_refusals = 10'000;

store::LeaseScope scope_of(ScopeKind kind, const std::string& id, Timestamp period_end)
{
    return {std::string(to_string(kind)), id, period_end};
}

boost::asio::awaitable<void> sleep(milliseconds time)
{
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer(executor, time);
    co_await timer.async_wait(boost::asio::use_awaitable);
}

/// One transaction about leases at a time: local figures and the database's change together.
class Turn {
public:
    explicit Turn(std::atomic<bool>& taken) : taken_(&taken) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn()
    {
        if (is_mine_)
            taken_->store(false);
    }
    [[nodiscard]] bool take()
    {
        is_mine_ = !taken_->exchange(true);
        return is_mine_;
    }

private:
    std::atomic<bool>* taken_;
    bool is_mine_ = false;
};

/// What one look at the database came to.
struct Grant {
    Money total;   ///< the lease as it stands now
    Money granted; ///< the new part of it
    bool is_enough = false;
    bool may_be_more = false; ///< others hold some of the budget
};

/// A fair part of what is free, or what is needed where that is more.
Money part_of(Money free, Money missing, std::size_t others)
{
    const auto parts = static_cast<std::int64_t>(2 * (others + 1));
    return std::min(free, std::max(missing, Money::from_nano(free.nano() / parts)));
}

struct Work {
    LeaseNeed need;
    std::string holder;
    Timestamp now;
    Timestamp dead_before;
    Money old_lease; ///< given back first

    Result<Grant> operator()(db::Transaction& transaction) const
    {
        const auto scope = scope_of(need.kind, need.id, need.period_end);
        if (const auto locked = store::lock_leases(transaction, scope); !locked)
            return locked.error();
        if (old_lease > Money()) {
            if (const auto reduced = store::reduce_lease(transaction, scope, holder, old_lease); !reduced)
                return reduced.error();
        }
        const auto leases = store::list_leases(transaction, scope);
        if (!leases)
            return leases.error();
        const auto spent = store::load_spend(transaction, scope);
        if (!spent)
            return spent.error();
        Grant grant;
        Money held_by_others;
        std::size_t others = 0;
        for (const store::BudgetLease& lease : *leases) {
            if (lease.holder == holder) {
                grant.total = lease.amount;
            } else if (lease.renewed_at >= dead_before && lease.amount > Money()) {
                held_by_others += lease.amount;
                ++others;
            }
        }
        grant.may_be_more = others > 0;
        const Money missing = need.amount - grant.total;
        const Money free = need.limit - *spent - held_by_others - grant.total;
        grant.is_enough = missing <= Money() || missing <= free;
        if (!grant.is_enough) {
            const std::string wanted =
                fmt::format("{}{}:{}:{}", lease_notice, holder, to_string(need.kind), need.id);
            if (others > 0)
                return told(transaction, wanted, grant);
            return grant;
        }
        if (missing > Money())
            grant.granted = part_of(free, missing, others);
        const store::BudgetLease more{scope, holder, grant.granted, now};
        const auto total = store::extend_lease(transaction, more);
        if (!total)
            return total.error();
        grant.total = *total;
        return grant;
    }

    static Result<Grant> told(db::Transaction& transaction, const std::string& wanted, const Grant& grant)
    {
        if (const auto announced = transaction.announce(wanted); !announced)
            return announced.error();
        return grant;
    }
};

class LeasedBudgets final : public BudgetLeases, public std::enable_shared_from_this<LeasedBudgets> {
public:
    LeasedBudgets(
        LeaseOptions options,
        db::Database& database,
        Accounts& accounts,
        const Clock& clock,
        boost::asio::any_io_executor executor
    )
        : options_(std::move(options)),
          database_(database),
          accounts_(accounts),
          clock_(clock),
          executor_(std::move(executor))
    {
        accounts_.lease_budgets();
    }

    void listen()
    {
        db::Subscriber subscriber;
        subscriber.on_notice = [this](const std::string& notice) { hear(notice); };
        subscriber.on_gap = [] {};
        subscription_ = database_.subscribe(std::move(subscriber));
    }

    Result<void> load_now() override
    {
        const auto leases =
            database_.transact_now<std::vector<store::BudgetLease>>([this](db::Transaction& transaction) {
                return store::list_leases_of(transaction, options_.holder);
            });
        if (!leases)
            return leases.error();
        for (const store::BudgetLease& lease : *leases) {
            if (const auto kind = scope_kind_from(lease.scope.kind))
                accounts_.extend_lease(
                    {*kind, lease.scope.id, lease.scope.period_end, lease.amount},
                    Money(),
                    accounts_.generation()
                );
        }
        return {};
    }

    Task<void> obtain(std::vector<LeaseNeed> needs) override
    {
        for (LeaseNeed& need : needs) {
            const auto obtained = co_await obtain_one(std::move(need));
            if (!obtained)
                co_return obtained.error();
        }
        co_return Result<void>();
    }

    Task<void> tend() override
    {
        const auto returned = co_await give_back(std::nullopt);
        const Timestamp now = clock_.now();
        const Timestamp dead_before = now - options_.lifetime;
        const std::string holder = options_.holder;
        auto renew = [holder, now, dead_before](db::Transaction& transaction) -> Result<std::int64_t> {
            if (const auto done = store::renew_leases(transaction, holder, now); !done)
                return done.error();
            return store::remove_stale_leases(transaction, dead_before);
        };
        const auto renewed = co_await database_.transact<std::int64_t>(std::move(renew));
        if (!returned)
            co_return returned.error();
        if (!renewed)
            co_return renewed.error();
        if (*renewed > 0)
            log::info("spend", "{} leases of budgets had run out", *renewed);
        co_return Result<void>();
    }

private:
    using Key = std::pair<ScopeKind, std::string>;

    Task<void> obtain_one(LeaseNeed need)
    {
        if (was_refused(need))
            co_return refusal();
        const auto give_up = std::chrono::steady_clock::now() + options_.patience;
        milliseconds pause = first_pause;
        for (;;) {
            const auto grant = co_await ask(need);
            if (!grant)
                co_return grant.error();
            if (grant->is_enough)
                co_return Result<void>();
            if (!grant->may_be_more || std::chrono::steady_clock::now() >= give_up)
                break;
            co_await sleep(pause);
            pause *= 2;
        }
        remember_refusal(need);
        co_return refusal();
    }

    Task<Grant> ask(LeaseNeed need)
    {
        Turn turn(turn_taken_);
        for (bool is_mine = turn.take(); !is_mine; is_mine = turn.take())
            co_await sleep(milliseconds(1));
        const auto generation = accounts_.generation();
        const Timestamp now = clock_.now();
        const Money old_lease = accounts_.take_old_lease(need.kind, need.id);
        Work work{need, options_.holder, now, now - options_.lifetime, old_lease};
        const auto grant = co_await database_.transact<Grant>(std::move(work));
        if (!grant) {
            accounts_.put_back_lease(need.kind, need.id, old_lease);
            co_return grant.error();
        }
        const Lease total{need.kind, need.id, need.period_end, grant->total};
        accounts_.extend_lease(total, grant->granted, generation);
        co_return *grant;
    }

    /// Of one budget, or of all. What is given back is taken from the account only in one's turn: else a
    /// grant beside it could bring it back.
    Task<void> give_back(std::optional<Key> of)
    {
        Turn turn(turn_taken_);
        for (bool is_mine = turn.take(); !is_mine; is_mine = turn.take())
            co_await sleep(milliseconds(1));
        auto leases =
            of ? accounts_.take_unused_leases(of->first, of->second) : accounts_.take_unused_leases();
        if (leases.empty())
            co_return Result<void>();
        const std::string holder = options_.holder;
        auto reduce = [holder, leases = std::move(leases)](db::Transaction& transaction) -> Result<bool> {
            for (const Lease& lease : leases) {
                const auto reduced = store::reduce_lease(
                    transaction, scope_of(lease.kind, lease.id, lease.period_end), holder, lease.amount
                );
                if (!reduced)
                    return reduced.error();
            }
            return true;
        };
        const auto done = co_await database_.transact<bool>(std::move(reduce));
        // What could not be given back stands in the database until the account is asked about again.
        if (!done)
            co_return done.error();
        co_return Result<void>();
    }

    /// `budget_lease:<holder>:<scope>:<id>`, from a process that wants some of this budget.
    void hear(const std::string& notice)
    {
        if (!notice.starts_with(lease_notice))
            return;
        const std::string text = notice.substr(lease_notice.size());
        const auto first = text.find(':');
        const auto second = first == std::string::npos ? first : text.find(':', first + 1);
        if (second == std::string::npos || text.substr(0, first) == options_.holder)
            return;
        const auto kind = scope_kind_from(text.substr(first + 1, second - first - 1));
        if (!kind)
            return;
        const Key wanted(*kind, text.substr(second + 1));
        boost::asio::co_spawn(
            executor_,
            give_back(wanted),
            [self = shared_from_this()](std::exception_ptr, const Result<void>& done) {
                if (!done)
                    log::warning(
                        "spend", "a lease of a budget cannot be given back now: {}", done.error().message
                    );
            }
        );
    }

    static Error refusal() { return Error{ErrorKind::budget_exceeded, "the budget is leased"}; }

    bool was_refused(const LeaseNeed& need)
    {
        const std::lock_guard lock(mutex_);
        const auto found = refused_.find(Key(need.kind, need.id));
        if (found == refused_.end())
            return false;
        if (found->second.until < std::chrono::steady_clock::now()) {
            refused_.erase(found);
            return false;
        }
        return need.amount >= found->second.amount;
    }

    void remember_refusal(const LeaseNeed& need)
    {
        const std::lock_guard lock(mutex_);
        if (refused_.size() >= most_refusals)
            refused_.clear();
        refused_[Key(need.kind, need.id)] = {need.amount, std::chrono::steady_clock::now() + refusal_lasts};
    }

    struct Refused {
        Money amount;
        std::chrono::steady_clock::time_point until;
    };

    const LeaseOptions options_;
    db::Database& database_;
    Accounts& accounts_;
    const Clock& clock_;
    const boost::asio::any_io_executor executor_;
    std::atomic<bool> turn_taken_ = false;
    std::mutex mutex_;
    std::map<Key, Refused> refused_;
    std::unique_ptr<db::Subscription> subscription_;
};

} // namespace

std::shared_ptr<BudgetLeases> BudgetLeases::make(
    LeaseOptions options,
    db::Database& database,
    Accounts& accounts,
    const Clock& clock,
    boost::asio::any_io_executor executor
)
{
    auto leases =
        std::make_shared<LeasedBudgets>(std::move(options), database, accounts, clock, std::move(executor));
    leases->listen();
    return leases;
}

} // namespace litellm::spend
