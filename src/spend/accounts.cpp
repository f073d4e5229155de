#include "litellm/spend/accounts.hpp"

#include "litellm/core/error.hpp"
#include "refusals.hpp"

#include <algorithm>
#include <array>

namespace litellm::spend {

namespace {

constexpr std::array<std::string_view, scope_kind_count> words = {
    "api_key",
    "user",
    "team",
    "team_member",
    "organization",
    "end_user",
    "model_per_key",
    "model_per_team",
    "tag",
    "provider",
    "deployment",
    "proxy",
};

/// The end of a period that never ends: what both databases can write down.
constexpr Timestamp no_end = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31);

std::optional<Error> check_budget(const Account& account, const Demand& demand)
{
    if (!account.limits.max_budget)
        return std::nullopt;
    const Money limit = *account.limits.max_budget;
    if (account.spent >= limit || account.spent + account.reserved + demand.upper_bound > limit)
        return budget_error(account, demand.upper_bound);
    return std::nullopt;
}

/// What a call takes from the account's limit of tokens.
std::int64_t tokens_taken(const Account& account, const Demand& demand)
{
    if (!account.limits.tpm)
        return demand.tokens;
    const std::int64_t left = std::max<std::int64_t>(0, *account.limits.tpm - account.window_tokens);
    return std::max(demand.least_tokens, std::min(demand.tokens, left));
}

} // namespace

std::string_view to_string(ScopeKind kind)
{
    return words[static_cast<std::size_t>(kind)];
}

std::optional<ScopeKind> scope_kind_from(std::string_view word)
{
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end())
        return std::nullopt;
    return static_cast<ScopeKind>(found - words.begin());
}

Accounts::Accounts(const Clock& clock, std::chrono::seconds window) : clock_(clock), window_(window) {}

void Accounts::set_zone(TimeZone zone)
{
    zone_ = std::move(zone);
}

Accounts::AccountPtr& Accounts::entry_of(ScopeKind kind, const std::string& given_id)
{
    const std::string id = current_id(kind, given_id);
    AccountPtr& account = entries_[Id(kind, id)];
    if (!account) {
        account = std::make_shared<Account>();
        account->kind = kind;
        account->id = id;
    }
    return account;
}

std::shared_ptr<Account> Accounts::account(
    ScopeKind kind,
    const std::string& id,
    const Limits& limits,
    Money loaded_spend,
    std::uint64_t read_at,
    Timestamp loaded_period
)
{
    const std::lock_guard lock(mutex_);
    const AccountPtr& entry = entry_of(kind, id);
    Account& account = *entry;
    if (account.is_loaded && account.limits.period != limits.period) {
        account.period_end = Timestamp();
        account.unwritten = Money();
        account.is_loaded = false;
    }
    // A lease was granted against another budget.
    if (account.limits.max_budget != limits.max_budget)
        account.lease_to_return += take_unused(account).amount;
    account.limits = limits;
    roll_period(account);
    // An odd generation means that a batch is being written right now.
    if (!account.is_loaded || (read_at == generation_ && read_at % 2 == 0)) {
        const bool is_of_now = !limits.period || loaded_period == account.period_end;
        account.spent = (is_of_now ? loaded_spend : Money()) + account.unwritten;
    }
    account.is_loaded = true;
    return entry;
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
    for (const auto& [kind, id, amount, period_end] : applied) {
        const auto found = entries_.find(Id(kind, current_id(kind, id)));
        // What belongs to a period that is over was forgotten with it.
        if (found == entries_.end() || found->second->period_end != period_end)
            continue;
        found->second->unwritten -= amount;
        found->second->lease = std::max(Money(), found->second->lease - amount);
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
    account.window_reserved = 0;
}

void Accounts::roll_period(Account& account) const
{
    const auto& period = account.limits.period;
    if (!period)
        return;
    const bool is_first = account.period_end == Timestamp();
    if (!is_first && clock_.now() < account.period_end)
        return;
    account.period_end = end_of_period(*period);
    if (is_first)
        return;
    account.spent = Money();
    account.unwritten = Money();
    // Leases of a period that is over are forgotten with it.
    account.lease = Money();
    account.lease_to_return = Money();
}

Timestamp Accounts::end_of_period(const std::string& period) const
{
    if (period.empty())
        return no_end;
    const auto next = next_budget_reset(period, clock_.now(), zone_);
    return next ? *next : no_end;
}

std::optional<Error> Accounts::check_budgets(
    const std::vector<Payer>& payers, const Demand& demand, std::vector<LeaseNeed>* needs
) const
{
    if (demand.skip_budgets)
        return std::nullopt;
    std::optional<Error> unleased;
    for (const auto& [account, enforce_budget] : payers) {
        roll_period(*account);
        if (!enforce_budget)
            continue;
        if (auto refusal = check_budget(*account, demand))
            return refusal;
        const Money need = account->unwritten + account->reserved + demand.upper_bound;
        if (!leases_budgets_ || demand.skip_leases || !account->limits.max_budget || need <= account->lease)
            continue;
        if (!unleased)
            unleased = budget_error(*account, demand.upper_bound);
        if (needs != nullptr)
            needs->push_back(
                {account->kind, account->id, account->period_end, *account->limits.max_budget, need}
            );
    }
    return unleased;
}

std::optional<Error> Accounts::check_rates(
    const Account& account, const Demand& demand, std::chrono::steady_clock::time_point now
) const
{
    RateRefusal refusal;
    refusal.window_left = std::chrono::ceil<std::chrono::seconds>(account.window_start + window_ - now);
    const auto refuse = [&](std::string_view type, std::int64_t limit, std::int64_t used, bool is_held) {
        refusal.type = type;
        refusal.limit = limit;
        refusal.used = used;
        refusal.is_held_by_calls = is_held;
        return rate_error(account, refusal, clock_.now());
    };
    const Limits& limits = account.limits;
    if (limits.rpm && account.window_requests >= *limits.rpm)
        return refuse("requests", *limits.rpm, account.window_requests, false);
    if (limits.tpm) {
        // One call may be larger than the limit: what a request counts for is an estimate. It passes where it
        // is alone.
        const std::int64_t least = std::max<std::int64_t>(demand.least_tokens, 1);
        const bool fits = account.window_tokens + least <= *limits.tpm;
        if (!fits && (account.window_tokens > 0 || *limits.tpm <= 0)) {
            const bool is_held = account.window_tokens - account.window_reserved + least <= *limits.tpm;
            return refuse("tokens", *limits.tpm, account.window_tokens, is_held);
        }
    }
    if (limits.max_parallel_requests && account.in_flight >= *limits.max_parallel_requests)
        return refuse("max_parallel_requests", *limits.max_parallel_requests, account.in_flight, true);
    return std::nullopt;
}

Result<Reservation>
Accounts::reserve(const std::vector<Payer>& payers, const Demand& demand, std::vector<LeaseNeed>* needs)
{
    const auto now = clock_.steady_now();
    const std::lock_guard lock(mutex_);
    if (auto refusal = check_budgets(payers, demand, needs))
        return std::move(*refusal);
    for (const auto& payer : payers) {
        roll_window(*payer.account, now);
        if (demand.skip_rates)
            continue;
        if (auto refusal = check_rates(*payer.account, demand, now))
            return std::move(*refusal);
    }
    Reservation reservation;
    reservation.shares_.reserve(payers.size());
    for (const auto& payer : payers) {
        Account& account = *payer.account;
        const std::int64_t tokens = tokens_taken(account, demand);
        reservation.shares_.push_back({payer.account, tokens, account.period_end});
        account.reserved += demand.upper_bound;
        account.window_requests += 1;
        account.window_tokens += tokens;
        account.window_reserved += tokens;
        account.in_flight += 1;
    }
    reservation.accounts_ = this;
    reservation.upper_bound_ = demand.upper_bound;
    reservation.skips_budgets_ = demand.skip_budgets;
    reservation.taken_at_ = now;
    return reservation;
}

Result<void> Accounts::raise(
    Reservation& reservation,
    const std::vector<Payer>& payers,
    const Demand& demand,
    std::vector<LeaseNeed>* needs
)
{
    const std::lock_guard lock(mutex_);
    const bool is_covered = demand.upper_bound <= reservation.upper_bound_;
    if (is_covered && (demand.skip_budgets || !reservation.skips_budgets_))
        return {};
    Demand more = demand;
    more.upper_bound = std::max(Money(), demand.upper_bound - reservation.upper_bound_);
    if (auto refusal = check_budgets(payers, more, needs))
        return std::move(*refusal);
    for (const auto& share : reservation.shares_)
        share.account->reserved += more.upper_bound;
    reservation.upper_bound_ += more.upper_bound;
    reservation.skips_budgets_ = demand.skip_budgets;
    return {};
}

void Accounts::finish(
    const Reservation& reservation, Money cost, std::int64_t tokens, bool gives_request_back
)
{
    const std::lock_guard lock(mutex_);
    for (const auto& share : reservation.shares_) {
        Account& account = *share.account;
        account.reserved -= reservation.upper_bound_;
        account.in_flight -= 1;
        // Tokens of a call that outlived its window belong to a window that is over.
        if (account.window_start <= reservation.taken_at_) {
            account.window_reserved -= share.tokens;
            account.window_tokens += tokens - share.tokens;
            account.window_requests -= gives_request_back ? 1 : 0;
        }
        if (cost == Money())
            continue;
        Account& payer = account.successor ? *account.successor : account;
        roll_period(payer);
        // The money of a call belongs to the period in which it began.
        if (payer.limits.period && payer.period_end != share.period_end)
            continue;
        const Money before = payer.spent;
        payer.spent += cost;
        payer.unwritten += cost;
        note_crossings(payer, before);
    }
}

void Accounts::note_crossings(const Account& account, Money before)
{
    using Mark = Crossing::Mark;
    const auto note = [&](Mark mark, Money line, Money limit) {
        if (before < line && account.spent >= line && limit > Money())
            crossings_.push_back({mark, account.kind, account.id, account.spent, limit});
    };
    const Limits& limits = account.limits;
    if (limits.soft_budget)
        note(Mark::soft_budget, *limits.soft_budget, *limits.soft_budget);
    if (!limits.max_budget)
        return;
    note(Mark::four_fifths, Money::from_nano(limits.max_budget->nano() / 5 * 4), *limits.max_budget);
    note(Mark::whole, *limits.max_budget, *limits.max_budget);
}

std::vector<Crossing> Accounts::take_crossings()
{
    const std::lock_guard lock(mutex_);
    return std::exchange(crossings_, {});
}

void Accounts::add_spend(ScopeKind kind, const std::string& id, Money cost, Timestamp period_end)
{
    const std::lock_guard lock(mutex_);
    Account& account = *entry_of(kind, id);
    // Before anybody has asked for the account, nobody knows its period: the first one that is told counts.
    if (account.period_end == Timestamp())
        account.period_end = period_end;
    if (account.period_end != period_end)
        return;
    account.spent += cost;
    account.unwritten += cost;
}

std::string Accounts::current_id(ScopeKind kind, const std::string& id) const
{
    const bool is_named_by_hash = kind == ScopeKind::key || kind == ScopeKind::model_per_key;
    if (!is_named_by_hash || renamed_keys_.empty())
        return id;
    const std::size_t end = kind == ScopeKind::key ? id.size() : std::min(id.find(':'), id.size());
    const auto found = renamed_keys_.find(id.substr(0, end));
    return found == renamed_keys_.end() ? id : found->second + id.substr(end);
}

void Accounts::move_account(ScopeKind kind, const std::string& old_id, const std::string& new_id)
{
    auto moved = entries_.extract(Id(kind, old_id));
    if (moved.empty())
        return;
    Account& moving = *moved.mapped();
    if (const Money held = moving.lease + moving.lease_to_return; held > Money())
        orphaned_leases_.push_back({kind, old_id, moving.period_end, held});
    moving.lease = moving.lease_to_return = Money();
    moving.id = new_id;
    moved.key() = Id(kind, new_id);
    const auto inserted = entries_.insert(std::move(moved));
    if (inserted.inserted)
        return;
    // Somebody asked for the new id already: what is under way settles there, and the unwritten money moves.
    Account& old = *inserted.node.mapped();
    const AccountPtr& account = inserted.position->second;
    account->unwritten += old.unwritten;
    account->is_loaded = false;
    old.successor = account;
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
    move_account(ScopeKind::key, old_hash, new_hash);
    const std::string prefix = old_hash + ":";
    std::vector<std::string> of_models;
    for (const auto& [id, account] : entries_) {
        if (id.first == ScopeKind::model_per_key && id.second.starts_with(prefix))
            of_models.push_back(id.second);
    }
    for (const auto& id : of_models)
        move_account(ScopeKind::model_per_key, id, new_hash + id.substr(old_hash.size()));
}

void Accounts::lease_budgets()
{
    const std::lock_guard lock(mutex_);
    leases_budgets_ = true;
}

void Accounts::extend_lease(const Lease& total, Money granted, std::uint64_t read_at)
{
    const std::lock_guard lock(mutex_);
    Account& account = *entry_of(total.kind, total.id);
    if (account.period_end == Timestamp())
        account.period_end = total.period_end;
    if (account.period_end != total.period_end)
        return;
    // What is written in between is taken from both figures, but perhaps not from both yet.
    if (read_at == generation_ && read_at % 2 == 0)
        account.lease = total.amount - account.lease_to_return;
    else
        account.lease += granted;
}

Lease Accounts::take_unused(Account& account)
{
    const Money unused = std::max(Money(), account.lease - account.unwritten - account.reserved);
    account.lease -= unused;
    return {account.kind, account.id, account.period_end, unused};
}

std::vector<Lease> Accounts::take_unused_leases(ScopeKind kind, const std::string& id)
{
    const std::lock_guard lock(mutex_);
    std::vector<Lease> leases;
    const auto found = entries_.find(Id(kind, current_id(kind, id)));
    if (found == entries_.end())
        return leases;
    Account& account = *found->second;
    leases.push_back(take_unused(account));
    leases.back().amount += std::exchange(account.lease_to_return, Money());
    if (leases.back().amount == Money())
        leases.clear();
    return leases;
}

std::vector<Lease> Accounts::take_unused_leases()
{
    const std::lock_guard lock(mutex_);
    std::vector<Lease> leases = std::exchange(orphaned_leases_, {});
    for (auto& [id, account] : entries_) {
        Lease unused = take_unused(*account);
        unused.amount += std::exchange(account->lease_to_return, Money());
        if (unused.amount > Money())
            leases.push_back(std::move(unused));
    }
    return leases;
}

Money Accounts::take_old_lease(ScopeKind kind, const std::string& id)
{
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(Id(kind, current_id(kind, id)));
    return found == entries_.end() ? Money() : std::exchange(found->second->lease_to_return, Money());
}

void Accounts::put_back_lease(ScopeKind kind, const std::string& id, Money amount)
{
    const std::lock_guard lock(mutex_);
    entry_of(kind, id)->lease_to_return += amount;
}

bool Accounts::has_lease(ScopeKind kind, const std::string& id) const
{
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(Id(kind, current_id(kind, id)));
    return found != entries_.end() && found->second->lease > Money();
}

void Accounts::expect_new_figure(ScopeKind kind, const std::string& id)
{
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(Id(kind, current_id(kind, id)));
    if (found != entries_.end())
        found->second->is_loaded = false;
}

Money Accounts::spent(const Account& account) const
{
    const std::lock_guard lock(mutex_);
    return account.spent;
}

Timestamp Accounts::period_end(const Account& account) const
{
    const std::lock_guard lock(mutex_);
    return account.period_end;
}

std::vector<RatedScope> Accounts::rated_scopes(const std::vector<Payer>& payers) const
{
    std::vector<RatedScope> scopes;
    const std::lock_guard lock(mutex_);
    for (const auto& payer : payers) {
        const Account& account = *payer.account;
        if (account.limits.rpm || account.limits.tpm || account.limits.max_parallel_requests)
            scopes.push_back({account.kind, account.id, account.limits});
    }
    return scopes;
}

std::vector<LimitState> Accounts::limit_states(const std::vector<Payer>& payers) const
{
    std::vector<LimitState> states;
    const auto now = clock_.steady_now();
    const std::lock_guard lock(mutex_);
    for (const auto& payer : payers) {
        const Account* const account = payer.account.get();
        const bool is_over = !account->window_open || now - account->window_start >= window_;
        const auto add =
            [&](std::string_view type, const std::optional<std::int64_t>& limit, std::int64_t used) {
                if (limit)
                    states.push_back({account->kind, type, *limit, std::max<std::int64_t>(0, *limit - used)});
            };
        add("requests", account->limits.rpm, is_over ? 0 : account->window_requests);
        add("tokens", account->limits.tpm, is_over ? 0 : account->window_tokens);
        add("max_parallel_requests", account->limits.max_parallel_requests, account->in_flight);
    }
    return states;
}

void Accounts::collect_garbage()
{
    const auto now = clock_.steady_now();
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&](const auto& item) {
        const AccountPtr& account = item.second;
        const bool counts = account->window_open && now - account->window_start < window_;
        return account.use_count() == 1 && account->unwritten == Money() && account->in_flight == 0 &&
            account->lease == Money() && account->lease_to_return == Money() && !counts;
    });
}

} // namespace litellm::spend
