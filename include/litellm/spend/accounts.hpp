#pragma once
// Who pays and what is left: budgets and rate limits of every scope of a call, taken all together or not at all.

#include "litellm/core/money.hpp"
#include "litellm/core/time.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace litellm::spend {

enum class ScopeKind { key, user, team, team_member, organization, end_user };
/// `api_key`, `user`, `team`, …: the word in rate-limit messages and headers.
[[nodiscard]] std::string_view to_string(ScopeKind kind);

/// `team:user`, the id of a team member's account.
[[nodiscard]] std::string member_id(std::string_view team_id, std::string_view user_id);

struct Limits {
    std::optional<Money> max_budget;
    std::optional<std::int64_t> rpm;
    std::optional<std::int64_t> tpm;
    std::optional<std::int64_t> max_parallel_requests;
};

/// One scope's running figures. Owned by Accounts and by whoever holds a pointer; touched only through Accounts.
struct Account {
    ScopeKind kind = ScopeKind::key;
    std::string id;          ///< key hash, user id, `team:user`, …
    Limits limits;
    Money spent;             ///< what the database says, plus what was settled since
    Money reserved;          ///< upper bounds of calls under way
    std::int64_t in_flight = 0;
    std::int64_t window_requests = 0;
    std::int64_t window_tokens = 0;
    std::chrono::steady_clock::time_point window_start{};
    bool window_open = false;
    bool is_loaded = false;  ///< `spent` includes the database's figure
};

/// One payer of a call. A user's budget does not apply to calls of a team's key, although the spend is still counted for the user.
struct Payer {
    std::shared_ptr<Account> account;
    bool enforce_budget = true;
};

/// What one call asks for.
struct Demand {
    Money upper_bound;
    std::int64_t tokens = 0;   ///< estimate, for tpm
    bool skip_budgets = false; ///< the model is free
};

class Accounts;

/// Amounts taken from several accounts. Gives back what is left when it dies, exactly once.
class Reservation {
public:
    Reservation() = default;
    Reservation(Reservation&& other) noexcept;
    Reservation& operator=(Reservation&& other) noexcept;
    ~Reservation();

    /// Replaces the upper bound by the true cost and the estimate by the true tokens, and ends the reservation.
    void settle(Money cost, std::int64_t tokens);

private:
    friend class Accounts;
    Accounts* accounts_ = nullptr;
    std::vector<std::shared_ptr<Account>> scopes_;
    Demand demand_;
    std::chrono::steady_clock::time_point taken_at_{};
};

/// An amount that was written to the database for one scope.
struct Amount {
    ScopeKind kind = ScopeKind::key;
    std::string id;
    Money amount;
};

/// What response headers tell about a limit.
struct LimitState {
    ScopeKind kind;
    std::string_view type;      ///< requests, tokens, max_parallel_requests
    std::int64_t limit = 0;
    std::int64_t remaining = 0;
};

class Accounts {
public:
    explicit Accounts(const Clock& clock, std::chrono::seconds window = std::chrono::seconds(60));

    /// The account of a scope, made when it is new. `loaded_spend` is the database's figure, read after generation `read_at` was current: it is taken over
    /// unless a batch of spend was written meanwhile, in which case the figure in memory is the newer one.
    [[nodiscard]] std::shared_ptr<Account> account(ScopeKind kind, const std::string& id, const Limits& limits, Money loaded_spend,
        std::uint64_t read_at);
    [[nodiscard]] std::uint64_t generation() const;
    /// Called before a batch is written to the database and after, with what it added: moves those amounts from "settled here only" to "in the database".
    void begin_apply();
    void end_apply(const std::vector<Amount>& applied);

    /// Checks every limit of every scope first and takes from all of them only then. budget_exceeded or rate_limited (with
    /// `retry-after`, `rate_limit_type` and `reset_at`) changes nothing.
    [[nodiscard]] Result<Reservation> reserve(const std::vector<Payer>& payers, const Demand& demand);
    /// Makes a reservation cover `demand.upper_bound` when that is more than it covers already; budget_exceeded changes nothing. `payers` are those of reserve().
    [[nodiscard]] Result<void> raise(Reservation& reservation, const std::vector<Payer>& payers, const Demand& demand);
    /// Adds a cost that had no reservation (recovered calls).
    void add_spend(ScopeKind kind, const std::string& id, Money cost);

    [[nodiscard]] Money spent(const Account& account) const;
    [[nodiscard]] std::vector<LimitState> limit_states(const std::vector<Payer>& payers) const;
    /// A key has another hash from now on: what was spent, reserved and counted under the old one is the new one's, and so
    /// is what still comes in under it.
    void rename_key(const std::string& old_hash, const std::string& new_hash);
    /// The database's figure was set anew: the next account() takes it over, whatever is being written meanwhile.
    void expect_new_figure(ScopeKind kind, const std::string& id);
    /// Forgets accounts that nobody else holds and that have nothing unwritten.
    void collect_garbage();

private:
    friend class Reservation;
    struct Entry {
        std::shared_ptr<Account> account;
        Money unwritten;  ///< settled here, not in the database yet
    };
    using Id = std::pair<ScopeKind, std::string>;
    struct IdHash {
        std::size_t operator()(const Id& id) const
        {
            return std::hash<std::string>()(id.second) * 31 + static_cast<std::size_t>(id.first);
        }
    };
    [[nodiscard]] std::optional<Error> check_rates(const Account& account, const Demand& demand,
        std::chrono::steady_clock::time_point now) const;
    [[nodiscard]] const std::string& current_id(ScopeKind kind, const std::string& id) const;
    void roll_window(Account& account, std::chrono::steady_clock::time_point now) const;
    void finish(const Reservation& reservation, Money cost, std::int64_t tokens);

    const Clock& clock_;
    const std::chrono::seconds window_;
    mutable std::mutex mutex_;
    std::unordered_map<Id, Entry, IdHash> entries_;
    /// Old hashes of rotated keys and the ones they have now.
    std::unordered_map<std::string, std::string> renamed_keys_;
    std::uint64_t generation_ = 0;
};

} // namespace litellm::spend
