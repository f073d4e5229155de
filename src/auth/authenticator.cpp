#include "litellm/auth/authenticator.hpp"

#include "credential.hpp"
#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"
#include "model_payers.hpp"
#include "principal_builder.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <unordered_set>

namespace litellm::auth {

namespace {

/// After a failed refresh the known answer serves this long until the next try.
constexpr std::chrono::seconds retry_pause{5};
/// How long the others go on with what is too old while one caller fetches it anew.
constexpr std::chrono::seconds refresh_patience{1};
constexpr std::size_t max_negative_entries = 20'000;
constexpr std::size_t max_credential_bytes = 4096;

using SteadyTime = std::chrono::steady_clock::time_point;

struct DigestHash {
    std::size_t operator()(const Sha256& digest) const
    {
        std::size_t value = 0;
        std::memcpy(&value, digest.data(), sizeof value);
        return value;
    }
};

Error refusal(ErrorKind kind, std::string message, std::string type, std::string parameter)
{
    return Error{kind, std::move(message), std::move(parameter), std::move(type)};
}

Error unknown_key(std::string_view credential, const std::string& hash)
{
    const std::string hint = Secret(std::string(credential)).hint();
    return refusal(
        ErrorKind::unauthorized,
        fmt::format(
            "Authentication Error, Invalid proxy server token passed. Received API Key = {}, Key Hash "
            "(Token) ={}. "
            "Unable to find token in cache or `LiteLLM_VerificationTokenTable`",
            hint,
            hash
        ),
        "token_not_found_in_db",
        "key"
    );
}

Error foreign_key(std::string_view credential)
{
    const std::string shown = credential.size() > 8
        ? fmt::format("{}****{}", credential.substr(0, 4), credential.substr(credential.size() - 4))
        : std::string("****");
    return refusal(
        ErrorKind::unauthorized,
        fmt::format(
            "Authentication Error, LiteLLM Virtual Key expected. Received={}, expected to start with 'sk-'.",
            shown
        ),
        "auth_error",
        "None"
    );
}

/// What a known key may be refused for on every call, whatever the route.
std::optional<Error> why_unusable(const Principal& principal, Timestamp now)
{
    const store::Key* const key = principal.key();
    if (key == nullptr)
        return std::nullopt;
    if (key->blocked.value_or(false))
        return refusal(
            ErrorKind::unauthorized,
            "Authentication Error, Key is blocked. Update via `/key/unblock` if you're admin.",
            "auth_error",
            "None"
        );
    if (key->expires && *key->expires <= now)
        return refusal(
            ErrorKind::unauthorized,
            fmt::format(
                "Authentication Error - Expired Key. Key Expiry time {} and current time {}",
                to_iso8601(*key->expires),
                to_iso8601(now)
            ),
            "expired_key",
            key->key_name.value_or("sk-...")
        );
    const auto& old_hash_ends = principal.context->revoke_at;
    if (old_hash_ends && *old_hash_ends <= now)
        return refusal(
            ErrorKind::unauthorized,
            fmt::format(
                "Authentication Error, This key was rotated, and its grace period ended at {}. Use the new "
                "key.",
                to_iso8601(*old_hash_ends)
            ),
            "token_not_found_in_db",
            "key"
        );
    const auto& team = principal.context->team;
    if (team && team->blocked)
        return refusal(
            ErrorKind::unauthorized,
            fmt::format(
                "Authentication Error, Team={} is blocked. Update via `/team/unblock` if you're an admin.",
                team->team_id
            ),
            "auth_error",
            "None"
        );
    return std::nullopt;
}

/// All that the database says of a key.
struct Reading {
    std::optional<store::KeyContext> context;
    std::vector<store::PeriodSpend> periods;
};

Result<Reading> read_key(db::Transaction& transaction, const std::string& hash, Timestamp now)
{
    auto context = store::find_key_context(transaction, hash, now);
    if (!context)
        return context.error();
    Reading reading;
    reading.context = std::move(*context);
    if (!reading.context)
        return reading;
    auto periods = list_periods(transaction, reading.context->key, now);
    if (!periods)
        return periods.error();
    reading.periods = std::move(*periods);
    return reading;
}

/// Id of the account of that kind that pays for the caller; empty when there is none.
std::string account_id(const Principal& principal, spend::ScopeKind kind)
{
    switch (kind) {
    case spend::ScopeKind::key:
        return principal.key_hash;
    case spend::ScopeKind::user:
        return principal.user_id;
    case spend::ScopeKind::team:
        return principal.team_id();
    case spend::ScopeKind::team_member:
        return spend::member_id(principal.team_id(), principal.user_id);
    case spend::ScopeKind::organization: {
        const auto& context = principal.context;
        return context && context->organization ? context->organization->organization_id : std::string();
    }
    default:
        break; // end users are remembered elsewhere, and the others are nobody's figure
    }
    return {};
}

/// For callers who cannot be looked up, where the operator prefers answers to certainty: nobody in
/// particular, who may call models. LiteLLM writes the same words into the ledger.
PrincipalPtr stand_in()
{
    auto principal = std::make_shared<Principal>();
    principal->role = Role::none;
    principal->presented_hash = principal->key_hash = "failed-to-connect-to-db";
    return principal;
}

class CachingAuthenticator final : public Authenticator {
public:
    CachingAuthenticator(
        Options options, db::Database* database, spend::Accounts& accounts, const Clock& clock
    )
        : options_(std::move(options)), database_(database), accounts_(accounts), clock_(clock)
    {
        if (options_.master_key) {
            master_digest_ = sha256(options_.master_key->reveal());
            master_ = make_master(to_hex(*master_digest_), accounts_, clock_.now());
        }
    }

    Result<std::string_view>
    credential(const HeaderLookup& header, std::string_view key_in_query) const override
    {
        return find_credential(header, options_.key_header_name, key_in_query);
    }

    Result<PrincipalPtr> find_known(std::string_view credential) override
    {
        const Sha256 digest = sha256(credential);
        if (is_master(digest))
            return master_;
        const auto now = clock_.steady_now();
        PrincipalPtr principal;
        {
            const std::shared_lock lock(mutex_);
            const auto found = known_.find(digest);
            if (found != known_.end() && !found->second->is_due(now))
                principal = found->second->principal;
        }
        if (!principal)
            return PrincipalPtr();
        if (auto reason = why_unusable(*principal, clock_.now()))
            return std::move(*reason);
        return principal;
    }

    Task<PrincipalPtr> authenticate(std::string credential) override
    {
        const Sha256 digest = sha256(credential);
        if (is_master(digest))
            co_return master_;
        const std::string hash = to_hex(digest);
        if (credential.size() > max_credential_bytes || !credential.starts_with("sk-"))
            co_return foreign_key(credential);
        if (database_ == nullptr)
            co_return Error{ErrorKind::unavailable, "No connected db.", {}, "no_db_connection", 400};
        if (is_known_to_be_unknown(digest))
            co_return unknown_key(credential, hash);
        const auto principal = co_await load(digest, hash);
        if (!principal) {
            if (principal.error().kind == ErrorKind::unavailable && options_.allow_requests_on_db_unavailable)
                co_return stand_in();
            co_return principal.error();
        }
        if (!*principal)
            co_return unknown_key(credential, hash);
        if (auto reason = why_unusable(**principal, clock_.now()))
            co_return std::move(*reason);
        co_return *principal;
    }

    void forget_key(const std::string& hash) override
    {
        forget_if([&](const Principal& principal) {
            return principal.key_hash == hash || principal.presented_hash == hash;
        });
        const std::unique_lock lock(mutex_);
        unknown_.clear();
    }
    void forget_user(const std::string& user_id) override
    {
        forget_if([&](const Principal& principal) { return principal.user_id == user_id; });
    }
    void forget_team(const std::string& team_id) override
    {
        forget_if([&](const Principal& principal) { return principal.team_id() == team_id; });
    }
    void rename_key(const std::string& old_hash, const std::string& new_hash) override
    {
        accounts_.rename_key(old_hash, new_hash);
        forget_key(old_hash);
        forget_key(new_hash);
    }
    void forget_spend(spend::ScopeKind kind, const std::vector<std::string>& ids) override
    {
        for (const auto& id : ids)
            accounts_.expect_new_figure(kind, id);
        const std::unordered_set<std::string> changed(ids.begin(), ids.end());
        forget_if([&](const Principal& principal) { return changed.contains(account_id(principal, kind)); });
    }

    void forget_everything() override
    {
        const std::unique_lock lock(mutex_);
        ++changes_;
        unknown_.clear();
        for (auto& [digest, entry] : known_)
            entry->expire();
    }

private:
    struct Entry {
        PrincipalPtr principal;
        std::atomic<SteadyTime> fresh_until{SteadyTime::min()};

        /// One caller fetches what is too old, the others go on with what there is. Should that one be lost
        /// on its way, another one tries after a while.
        bool is_due(SteadyTime now)
        {
            SteadyTime until = fresh_until;
            return now >= until && fresh_until.compare_exchange_strong(until, now + refresh_patience);
        }
        void expire() { fresh_until = SteadyTime::min(); }
    };

    bool is_master(const Sha256& digest) const
    {
        const auto view = [](const Sha256& bytes) {
            return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        };
        return master_digest_ && equal_in_constant_time(view(digest), view(*master_digest_));
    }

    bool is_known_to_be_unknown(const Sha256& digest) const
    {
        const std::shared_lock lock(mutex_);
        const auto found = unknown_.find(digest);
        return found != unknown_.end() && clock_.steady_now() < found->second;
    }

    Task<PrincipalPtr> load(const Sha256& digest, const std::string& hash)
    {
        const std::uint64_t changes = changes_.load();
        const std::uint64_t read_at = accounts_.generation();
        const Timestamp now = clock_.now();
        auto found = co_await database_->transact<Reading>([&](db::Transaction& transaction) {
            return read_key(transaction, hash, now);
        });
        if (!found)
            co_return serve_stale(digest, found.error());
        if (!found->context) {
            remember_unknown(digest);
            co_return PrincipalPtr();
        }
        const PrincipalPtr principal =
            make_principal(std::move(*found->context), found->periods, hash, accounts_, read_at, now);
        // A change that came while we read may not be in what we read: use it once, remember nothing.
        if (changes == changes_.load())
            remember(digest, principal);
        else
            expire(digest);
        co_return principal;
    }

    /// A database that is away must not lock out those who were let in before.
    Result<PrincipalPtr> serve_stale(const Sha256& digest, const Error& error)
    {
        const std::unique_lock lock(mutex_);
        const auto found = known_.find(digest);
        if (found == known_.end()) {
            if (error.kind == ErrorKind::unavailable)
                return Error{
                    ErrorKind::unavailable,
                    "The database cannot be reached, and this key has not been seen before. Try again later.",
                    {},
                    "no_db_connection"};
            return error;
        }
        Entry& entry = *found->second;
        entry.fresh_until = clock_.steady_now() + retry_pause;
        log::warning("auth", "cannot refresh a key, going on with what is known: {}", error.message);
        return entry.principal;
    }

    void remember(const Sha256& digest, const PrincipalPtr& principal)
    {
        const std::unique_lock lock(mutex_);
        unknown_.erase(digest);
        if (known_.size() >= options_.cache_size)
            make_room();
        auto entry = std::make_unique<Entry>();
        entry->principal = principal;
        entry->fresh_until =
            clock_.steady_now() + std::min(options_.cache_ttl, time_until_change(*principal));
        known_[digest] = std::move(entry);
    }

    /// How long what we know of a caller stays true by itself.
    milliseconds time_until_change(const Principal& principal) const
    {
        if (!principal.changes_at)
            return options_.cache_ttl;
        return std::max(
            milliseconds(0), std::chrono::ceil<milliseconds>(*principal.changes_at - clock_.now())
        );
    }

    void expire(const Sha256& digest)
    {
        const std::unique_lock lock(mutex_);
        if (const auto found = known_.find(digest); found != known_.end())
            found->second->expire();
    }

    void remember_unknown(const Sha256& digest)
    {
        const std::unique_lock lock(mutex_);
        known_.erase(digest);
        if (unknown_.size() >= max_negative_entries)
            unknown_.clear();
        unknown_[digest] = clock_.steady_now() + options_.negative_ttl;
    }

    /// Old entries first; if that is not enough, an eighth of all, whichever the table yields.
    void make_room()
    {
        const auto now = clock_.steady_now();
        std::erase_if(known_, [&](const auto& item) { return item.second->fresh_until.load() < now; });
        if (known_.size() < options_.cache_size)
            return;
        std::size_t surplus = options_.cache_size / 8 + 1;
        for (auto item = known_.begin(); item != known_.end() && surplus > 0; --surplus)
            item = known_.erase(item);
    }

    template <class Predicate>
    void forget_if(Predicate predicate)
    {
        const std::unique_lock lock(mutex_);
        ++changes_;
        std::erase_if(known_, [&](const auto& item) { return predicate(*item.second->principal); });
    }

    const Options options_;
    db::Database* const database_;
    spend::Accounts& accounts_;
    const Clock& clock_;
    std::optional<Sha256> master_digest_;
    PrincipalPtr master_;

    mutable std::shared_mutex mutex_;
    std::unordered_map<Sha256, std::unique_ptr<Entry>, DigestHash> known_;
    std::unordered_map<Sha256, SteadyTime, DigestHash> unknown_;
    std::atomic<std::uint64_t> changes_{0};
};

} // namespace

std::unique_ptr<Authenticator>
Authenticator::make(Options options, db::Database* database, spend::Accounts& accounts, const Clock& clock)
{
    return std::make_unique<CachingAuthenticator>(std::move(options), database, accounts, clock);
}

} // namespace litellm::auth
