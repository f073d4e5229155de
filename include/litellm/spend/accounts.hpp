#pragma once
// Who pays and what is left: budgets and rate limits of every scope of a call, taken all together or not at
// all.

#include "litellm/core/money.hpp"
#include "litellm/core/time.hpp"
#include "litellm/core/time_zone.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace litellm::spend {

enum class ScopeKind {
    key,
    user,
    team,
    team_member,
    organization,
    end_user,
    model_per_key,  ///< ids are `<key hash>:<model>`
    model_per_team, ///< `<team id>:<model>`
    tag,
    provider,
    deployment,
    proxy,
};
inline constexpr std::size_t scope_kind_count = 12;
/// `api_key`, `user`, `team`, …: the word in rate-limit messages, in headers and in our own tables.
[[nodiscard]] std::string_view to_string(ScopeKind kind);
[[nodiscard]] std::optional<ScopeKind> scope_kind_from(std::string_view word);

/// `team:user`, the id of a team member's account.
[[nodiscard]] std::string member_id(std::string_view team_id, std::string_view user_id);

struct Limits {
    std::optional<Money> max_budget;
    std::optional<std::int64_t> rpm;
    std::optional<std::int64_t> tpm;
    std::optional<std::int64_t> max_parallel_requests;
    /// Nothing is refused because of it; it is told to whoever asks for crossings.
    std::optional<Money> soft_budget;
    /// The budget begins anew by the calendar, as next_budget_reset() says; an empty text: never. Nothing:
    /// the figure is a column of the database, and somebody else sees to its beginning anew.
    std::optional<std::string> period;
};

/// A scope that has limits of requests, tokens or calls.
struct RatedScope {
    ScopeKind kind = ScopeKind::key;
    std::string id;
    Limits limits;
};

/// One scope's running figures. Owned by Accounts and by whoever holds a pointer; touched only through
/// Accounts.
struct Account {
    ScopeKind kind = ScopeKind::key;
    std::string id; ///< key hash, user id, `team:user`, …
    Limits limits;
    Money spent;            ///< what the database says, plus what was settled since
    Money unwritten;        ///< the part of `spent` that is not in the database yet
    Money reserved;         ///< upper bounds of calls under way
    Timestamp period_end{}; ///< where limits.period is set: the figures are of the period that ends here
    std::int64_t in_flight = 0;
    std::int64_t window_requests = 0;
    std::int64_t window_tokens = 0;   ///< used, and reserved by calls under way
    std::int64_t window_reserved = 0; ///< the reserved part of window_tokens
    std::chrono::steady_clock::time_point window_start{};
    bool window_open = false;
    bool is_loaded = false; ///< `spent` includes the database's figure
    Money lease;            ///< what `unwritten` and `reserved` may come to, where processes share budgets
    Money lease_to_return;  ///< part of a lease that is not used any more, but still stands in the database
    std::shared_ptr<Account> successor; ///< what settles here counts there
};

/// One payer of a call. A user's budget does not apply to calls of a team's key, although the spend is still
/// counted for the user.
struct Payer {
    std::shared_ptr<Account> account;
    bool enforce_budget = true;
};

/// What one call asks for.
struct Demand {
    Money upper_bound;
    /// What the call will hardly need more of. Where less is left of a limit, it takes what is left: the call
    /// that reaches the limit passes, the ones beside it do not.
    std::int64_t tokens = 0;
    std::int64_t least_tokens = 0; ///< refused where less than that is left
    bool skip_budgets = false;     ///< the model is free
    bool skip_rates = false;       ///< somebody else has checked the limits of requests, tokens and calls
    bool skip_leases = false;      ///< budgets hold as far as this process knows; leases do not matter
};

/// What must be leased before a call can be paid by an account.
struct LeaseNeed {
    ScopeKind kind = ScopeKind::key;
    std::string id;
    Timestamp period_end{};
    Money limit;  ///< the budget
    Money amount; ///< what is spent and not written, what is reserved, and what the call may cost
};

/// A lease that this process holds, or a part of it.
struct Lease {
    ScopeKind kind = ScopeKind::key;
    std::string id;
    Timestamp period_end{};
    Money amount;
};

/// An account of a period: what the ledger's row does not say by itself.
struct Charge {
    ScopeKind kind = ScopeKind::proxy;
    std::string id;
    Timestamp period_end{};
    friend bool operator==(const Charge&, const Charge&) = default;
};

class Accounts;

/// Amounts taken from several accounts. Gives back what is left when it dies, exactly once.
class Reservation {
public:
    Reservation() = default;
    Reservation(Reservation&& other) noexcept;
    Reservation& operator=(Reservation&& other) noexcept;
    ~Reservation();

    /// Replaces the upper bound by the true cost and the estimate by the true tokens, and ends the
    /// reservation.
    void settle(Money cost, std::int64_t tokens);
    /// As if the call had never asked; its request is given back, too.
    void cancel();
    /// Adds the accounts of a period that pay.
    void list_charges(std::vector<Charge>& charges) const;
    [[nodiscard]] bool is_open() const { return accounts_ != nullptr; }

private:
    friend class Accounts;
    struct Share {
        std::shared_ptr<Account> account;
        std::int64_t tokens = 0;
        Timestamp period_end{};
    };
    Accounts* accounts_ = nullptr;
    std::vector<Share> shares_;
    Money upper_bound_;
    bool skips_budgets_ = false;
    std::chrono::steady_clock::time_point taken_at_{};
};

/// An amount that was written to the database for one scope.
struct Amount {
    ScopeKind kind = ScopeKind::key;
    std::string id;
    Money amount;
    Timestamp period_end{}; ///< of accounts of a period
};

/// What response headers tell about a limit.
struct LimitState {
    ScopeKind kind;
    std::string_view type; ///< requests, tokens, max_parallel_requests
    std::int64_t limit = 0;
    std::int64_t remaining = 0;
};

/// A budget of which a settled call used up a part that somebody wants to hear of.
struct Crossing {
    enum class Mark { soft_budget, four_fifths, whole };
    Mark mark = Mark::soft_budget;
    ScopeKind kind = ScopeKind::key;
    std::string id;
    Money spent;
    Money limit; ///< the soft budget, or the budget
};

class Accounts {
public:
    explicit Accounts(const Clock& clock, std::chrono::seconds window = std::chrono::seconds(60));
    /// By whose calendar periods end; before the first account of a period is made.
    void set_zone(TimeZone zone);

    /// The account of a scope, made when it is new. `loaded_spend` is the database's figure, read after
    /// generation `read_at` was current: it is taken over unless a batch of spend was written meanwhile, in
    /// which case the figure in memory is the newer one. Where the limits name a period, the figure counts
    /// only if it is of the period that ends at `loaded_period`.
    [[nodiscard]] std::shared_ptr<Account> account(
        ScopeKind kind,
        const std::string& id,
        const Limits& limits,
        Money loaded_spend,
        std::uint64_t read_at,
        Timestamp loaded_period = {}
    );
    [[nodiscard]] std::uint64_t generation() const;
    /// Called before a batch is written to the database and after, with what it added: moves those amounts
    /// from "settled here only" to "in the database".
    void begin_apply();
    void end_apply(const std::vector<Amount>& applied);

    /// Checks every limit of every scope first and takes from all of them only then. budget_exceeded or
    /// rate_limited (with `retry-after`, `rate_limit_type` and `reset_at`) changes nothing.
    /// Where budgets are leased and a lease is too small, budget_exceeded, too, and `needs` tells what to
    /// lease before another try.
    [[nodiscard]] Result<Reservation>
    reserve(const std::vector<Payer>& payers, const Demand& demand, std::vector<LeaseNeed>* needs = nullptr);
    /// Makes a reservation cover `demand.upper_bound` when that is more than it covers already;
    /// budget_exceeded changes nothing. `payers` are those of reserve().
    [[nodiscard]] Result<void> raise(
        Reservation& reservation,
        const std::vector<Payer>& payers,
        const Demand& demand,
        std::vector<LeaseNeed>* needs = nullptr
    );
    /// Adds a cost that had no reservation (recovered calls).
    void add_spend(ScopeKind kind, const std::string& id, Money cost, Timestamp period_end = {});

    /// From now on a budget is spent only as far as this process leased parts of it. Before the first
    /// account.
    void lease_budgets();
    /// Sets the lease of an account to what the database says, when nothing was written since generation
    /// `read_at`; otherwise adds `granted` to it.
    void extend_lease(const Lease& total, Money granted, std::uint64_t read_at);
    /// What the process holds without needing it, of one account or of all; it does not hold it any more.
    [[nodiscard]] std::vector<Lease> take_unused_leases(ScopeKind kind, const std::string& id);
    [[nodiscard]] std::vector<Lease> take_unused_leases();
    /// The part of a lease that came from another budget than today's: it has to be given back before more is
    /// leased. put_back_lease() is for when that failed.
    [[nodiscard]] Money take_old_lease(ScopeKind kind, const std::string& id);
    void put_back_lease(ScopeKind kind, const std::string& id, Money amount);
    /// Whether any part of the budget is leased.
    [[nodiscard]] bool has_lease(ScopeKind kind, const std::string& id) const;

    [[nodiscard]] Money spent(const Account& account) const;
    /// The end of the account's period; where it has none, the epoch.
    [[nodiscard]] Timestamp period_end(const Account& account) const;
    /// Where a period that is under way ends.
    [[nodiscard]] Timestamp end_of_period(const std::string& period) const;
    /// The limits of those payers that have limits of requests, tokens or calls.
    [[nodiscard]] std::vector<RatedScope> rated_scopes(const std::vector<Payer>& payers) const;
    [[nodiscard]] std::vector<LimitState> limit_states(const std::vector<Payer>& payers) const;
    /// A key has another hash from now on: what was spent, reserved and counted under the old one is the new
    /// one's, and so is what still comes in under it.
    void rename_key(const std::string& old_hash, const std::string& new_hash);
    /// The database's figure was set anew: the next account() takes it over, whatever is being written
    /// meanwhile.
    void expect_new_figure(ScopeKind kind, const std::string& id);
    /// Forgets accounts that nobody else holds and that have nothing unwritten.
    void collect_garbage();
    /// What was crossed since the last call; each mark of a budget once for each time it is crossed.
    [[nodiscard]] std::vector<Crossing> take_crossings();

private:
    friend class Reservation;
    using Id = std::pair<ScopeKind, std::string>;
    struct IdHash {
        std::size_t operator()(const Id& id) const
        {
            return std::hash<std::string>()(id.second) * 31 + static_cast<std::size_t>(id.first);
        }
    };
    using AccountPtr = std::shared_ptr<Account>;
    [[nodiscard]] std::optional<Error> check_budgets(
        const std::vector<Payer>& payers, const Demand& demand, std::vector<LeaseNeed>* needs
    ) const;
    [[nodiscard]] static Lease take_unused(Account& account);
    [[nodiscard]] std::optional<Error> check_rates(
        const Account& account, const Demand& demand, std::chrono::steady_clock::time_point now
    ) const;
    [[nodiscard]] std::string current_id(ScopeKind kind, const std::string& id) const;
    [[nodiscard]] AccountPtr& entry_of(ScopeKind kind, const std::string& id);
    void roll_window(Account& account, std::chrono::steady_clock::time_point now) const;
    void roll_period(Account& account) const;
    void move_account(ScopeKind kind, const std::string& old_id, const std::string& new_id);
    void note_crossings(const Account& account, Money before);
    void finish(const Reservation& reservation, Money cost, std::int64_t tokens, bool gives_request_back);

    const Clock& clock_;
    const std::chrono::seconds window_;
    TimeZone zone_;
    mutable std::mutex mutex_;
    std::unordered_map<Id, AccountPtr, IdHash> entries_;
    /// Old hashes of rotated keys and the ones they have now.
    std::unordered_map<std::string, std::string> renamed_keys_;
    std::vector<Crossing> crossings_;
    std::vector<Lease> orphaned_leases_; ///< of ids that keys do not have any more
    bool leases_budgets_ = false;
    std::uint64_t generation_ = 0;
};

} // namespace litellm::spend
