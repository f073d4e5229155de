#include "litellm/spend/accounts.hpp"

#include "litellm/core/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::spend {

std::string_view to_string(ScopeKind kind)
{
    switch (kind) {
    case ScopeKind::key: return "api_key";
    case ScopeKind::user: return "user";
    case ScopeKind::team: return "team";
    case ScopeKind::team_member: return "team_member";
    case ScopeKind::organization: return "organization";
    case ScopeKind::end_user: break;
    }
    return "end_user";
}

namespace {

std::string budget_message(const Account& account)
{
    const std::string spent = account.spent.to_string();
    const std::string limit = account.limits.max_budget->to_string();
    switch (account.kind) {
    case ScopeKind::key: return fmt::format("Budget has been exceeded! Current cost: {}, Max budget: {}", spent, limit);
    case ScopeKind::team:
        return fmt::format("Budget has been exceeded! Team={} Current cost: {}, Max budget: {}", account.id, spent, limit);
    case ScopeKind::team_member:
        return fmt::format("Budget has been exceeded! Team member={} Current cost: {}, Max budget: {}", account.id, spent, limit);
    case ScopeKind::organization:
        return fmt::format("Budget has been exceeded! Organization={} Current cost: {}, Max budget: {}", account.id, spent, limit);
    case ScopeKind::user: return fmt::format("ExceededBudget: User={} over budget. Spend={}, Budget={}", account.id, spent, limit);
    case ScopeKind::end_user: break;
    }
    return fmt::format("ExceededBudget: End User={} over budget. Spend={}, Budget={}", account.id, spent, limit);
}

Error budget_error(const Account& account, Money upper_bound)
{
    Error error{ErrorKind::budget_exceeded, budget_message(account), {}, "budget_exceeded"};
    if (account.spent < *account.limits.max_budget) {
        error.message += fmt::format(
            " This call may cost up to {}, and calls under way have reserved {}. A smaller max_tokens lowers what is reserved.",
            upper_bound.to_string(),
            account.reserved.to_string()
        );
    }
    return error;
}

std::optional<Error> check_budget(const Account& account, const Demand& demand)
{
    if (!account.limits.max_budget || demand.skip_budgets)
        return std::nullopt;
    const Money limit = *account.limits.max_budget;
    if (account.spent >= limit || account.spent + account.reserved + demand.upper_bound > limit)
        return budget_error(account, demand.upper_bound);
    return std::nullopt;
}

} // namespace

Reservation::Reservation(Reservation&& other) noexcept
    : accounts_(std::exchange(other.accounts_, nullptr)), scopes_(std::move(other.scopes_)), demand_(other.demand_),
      taken_at_(other.taken_at_)
{
}

Reservation& Reservation::operator=(Reservation&& other) noexcept
{
    if (this != &other) {
        settle(Money(), 0);
        accounts_ = std::exchange(other.accounts_, nullptr);
        scopes_ = std::move(other.scopes_);
        demand_ = other.demand_;
        taken_at_ = other.taken_at_;
    }
    return *this;
}

Reservation::~Reservation() { settle(Money(), 0); }

void Reservation::settle(Money cost, std::int64_t tokens)
{
    if (Accounts* accounts = std::exchange(accounts_, nullptr))
        accounts->finish(*this, cost, tokens);
    scopes_.clear();
}

Accounts::Accounts(const Clock& clock, std::chrono::seconds window) : clock_(clock), window_(window) {}

std::shared_ptr<Account> Accounts::account(
    ScopeKind kind, const std::string& given_id, const Limits& limits, Money loaded_spend, std::uint64_t read_at
)
{
    const std::lock_guard lock(mutex_);
    const std::string& id = current_id(kind, given_id);
    Entry& entry = entries_[Id(kind, id)];
    const bool is_new = entry.account == nullptr;
    if (is_new) {
        entry.account = std::make_shared<Account>();
        entry.account->kind = kind;
        entry.account->id = id;
    }
    Account& account = *entry.account;
    account.limits = limits;
    // An odd generation means that a batch is being written right now.
    if (!account.is_loaded || (read_at == generation_ && read_at % 2 == 0))
        account.spent = loaded_spend + entry.unwritten;
    account.is_loaded = true;
    return entry.account;
}

std::uint64_t Accounts::generation() const
{
    const std::lock_guard lock(mutex_);
    return generation_;
}

void Accounts::begin_apply()
{
    const std::lock_guard lock(mutex_);
    generation_ += 1 + generation_ % 2;
}

void Accounts::end_apply(const std::vector<Amount>& applied)
{
    const std::lock_guard lock(mutex_);
    for (const auto& [kind, id, amount] : applied) {
        const auto found = entries_.find(Id(kind, current_id(kind, id)));
        if (found != entries_.end())
            found->second.unwritten -= amount;
    }
    generation_ += generation_ % 2;
}

void Accounts::roll_window(Account& account, std::chrono::steady_clock::time_point now) const
{
    if (account.window_open && now - account.window_start < window_)
        return;
    account.window_open = true;
    account.window_start = now;
    account.window_requests = 0;
    account.window_tokens = 0;
}

std::optional<Error> Accounts::check_rates(const Account& account, const Demand& demand, std::chrono::steady_clock::time_point now) const
{
    const auto refuse = [&](std::string_view type, std::int64_t limit, std::int64_t used) {
        const auto left = std::chrono::ceil<std::chrono::seconds>(account.window_start + window_ - now);
        const auto reset = clock_.now() + left;
        Error error{
            ErrorKind::rate_limited,
            fmt::format(
                "Rate limit exceeded for {}: {}. Limit type: {}. Current limit: {}, Remaining: {}. Limit resets at: {} UTC",
                to_string(account.kind),
                account.id,
                type,
                limit,
                std::max<std::int64_t>(0, limit - used),
                to_database_text(reset).substr(0, 19)
            ),
            {},
            "rate_limit_error"
        };
        const auto seconds_left = type == "max_parallel_requests" ? std::chrono::seconds(1) : std::max(left, std::chrono::seconds(1));
        error.headers = {
            {"retry-after", std::to_string(seconds_left.count())},
            {"rate_limit_type", std::string(type)},
            {"reset_at", std::to_string(std::chrono::duration_cast<std::chrono::seconds>(reset.time_since_epoch()).count())}
        };
        return error;
    };
    const Limits& limits = account.limits;
    if (limits.rpm && account.window_requests + 1 > *limits.rpm)
        return refuse("requests", *limits.rpm, account.window_requests);
    if (limits.tpm && account.window_tokens + std::max<std::int64_t>(demand.tokens, 1) > *limits.tpm)
        return refuse("tokens", *limits.tpm, account.window_tokens);
    if (limits.max_parallel_requests && account.in_flight + 1 > *limits.max_parallel_requests)
        return refuse("max_parallel_requests", *limits.max_parallel_requests, account.in_flight);
    return std::nullopt;
}

Result<Reservation> Accounts::reserve(const std::vector<Payer>& payers, const Demand& demand)
{
    const auto now = clock_.steady_now();
    const std::lock_guard lock(mutex_);
    for (const auto& [account, enforce_budget] : payers) {
        if (!enforce_budget)
            continue;
        if (auto refusal = check_budget(*account, demand))
            return std::move(*refusal);
    }
    for (const auto& [account, enforce_budget] : payers) {
        roll_window(*account, now);
        if (auto refusal = check_rates(*account, demand, now))
            return std::move(*refusal);
    }
    Reservation reservation;
    reservation.scopes_.reserve(payers.size());
    for (const auto& [account, enforce_budget] : payers) {
        reservation.scopes_.push_back(account);
        account->reserved += demand.upper_bound;
        account->window_requests += 1;
        account->window_tokens += demand.tokens;
        account->in_flight += 1;
    }
    reservation.accounts_ = this;
    reservation.demand_ = demand;
    reservation.taken_at_ = now;
    return reservation;
}

Result<void> Accounts::raise(Reservation& reservation, const std::vector<Payer>& payers, const Demand& demand)
{
    const std::lock_guard lock(mutex_);
    if (demand.upper_bound <= reservation.demand_.upper_bound && (demand.skip_budgets || !reservation.demand_.skip_budgets))
        return {};
    Demand more = demand;
    more.upper_bound = std::max(Money(), demand.upper_bound - reservation.demand_.upper_bound);
    for (const auto& [account, enforce_budget] : payers) {
        if (!enforce_budget)
            continue;
        if (auto refusal = check_budget(*account, more))
            return std::move(*refusal);
    }
    for (const auto& account : reservation.scopes_)
        account->reserved += more.upper_bound;
    reservation.demand_.upper_bound += more.upper_bound;
    reservation.demand_.skip_budgets = demand.skip_budgets;
    return {};
}

void Accounts::finish(const Reservation& reservation, Money cost, std::int64_t tokens)
{
    const std::lock_guard lock(mutex_);
    for (const auto& account : reservation.scopes_) {
        account->reserved -= reservation.demand_.upper_bound;
        account->in_flight -= 1;
        // Tokens of a call that outlived its window belong to a window that is over.
        if (account->window_start <= reservation.taken_at_)
            account->window_tokens += tokens - reservation.demand_.tokens;
        account->spent += cost;
        if (cost != Money())
            entries_[Id(account->kind, account->id)].unwritten += cost;
    }
}

void Accounts::add_spend(ScopeKind kind, const std::string& given_id, Money cost)
{
    const std::lock_guard lock(mutex_);
    const std::string& id = current_id(kind, given_id);
    Entry& entry = entries_[Id(kind, id)];
    if (entry.account == nullptr) {
        entry.account = std::make_shared<Account>();
        entry.account->kind = kind;
        entry.account->id = id;
    }
    entry.account->spent += cost;
    entry.unwritten += cost;
}

const std::string& Accounts::current_id(ScopeKind kind, const std::string& id) const
{
    if (kind != ScopeKind::key || renamed_keys_.empty())
        return id;
    const auto found = renamed_keys_.find(id);
    return found == renamed_keys_.end() ? id : found->second;
}

void Accounts::rename_key(const std::string& old_hash, const std::string& new_hash)
{
    const std::lock_guard lock(mutex_);
    renamed_keys_.erase(new_hash);
    for (auto& [from, to] : renamed_keys_) {
        if (to == old_hash)
            to = new_hash;
    }
    renamed_keys_[old_hash] = new_hash;
    auto moved = entries_.extract(Id(ScopeKind::key, old_hash));
    if (moved.empty())
        return;
    moved.mapped().account->id = new_hash;
    moved.key() = Id(ScopeKind::key, new_hash);
    const auto inserted = entries_.insert(std::move(moved));
    if (inserted.inserted)
        return;
    // Somebody asked for the new hash already: what is under way stays with the old object, the unwritten money moves.
    Entry& entry = inserted.position->second;
    entry.unwritten += inserted.node.mapped().unwritten;
    entry.account->is_loaded = false;
}

void Accounts::expect_new_figure(ScopeKind kind, const std::string& id)
{
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(Id(kind, current_id(kind, id)));
    if (found != entries_.end())
        found->second.account->is_loaded = false;
}

Money Accounts::spent(const Account& account) const
{
    const std::lock_guard lock(mutex_);
    return account.spent;
}

std::vector<LimitState> Accounts::limit_states(const std::vector<Payer>& payers) const
{
    std::vector<LimitState> states;
    const std::lock_guard lock(mutex_);
    for (const auto& payer : payers) {
        const Account* const account = payer.account.get();
        const auto add = [&](std::string_view type, const std::optional<std::int64_t>& limit, std::int64_t used) {
            if (limit)
                states.push_back({account->kind, type, *limit, std::max<std::int64_t>(0, *limit - used)});
        };
        add("requests", account->limits.rpm, account->window_requests);
        add("tokens", account->limits.tpm, account->window_tokens);
        add("max_parallel_requests", account->limits.max_parallel_requests, account->in_flight);
    }
    return states;
}

void Accounts::collect_garbage()
{
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [](const auto& item) {
        const Entry& entry = item.second;
        return entry.account.use_count() == 1 && entry.unwritten == Money() && entry.account->in_flight == 0;
    });
}

} // namespace litellm::spend
