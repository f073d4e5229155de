#pragma once
// From a credential to a Principal. Answers come from memory; a miss costs one look-up by hash.

#include "litellm/auth/principal.hpp"
#include "litellm/core/secret.hpp"
#include "litellm/db/database.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::auth {

struct Options {
    std::optional<Secret> master_key;
    std::string key_header_name; ///< general_settings.litellm_key_header_name
    std::chrono::milliseconds cache_ttl{60'000};
    std::chrono::milliseconds negative_ttl{10'000};
    std::size_t cache_size = 100'000;
    /// Keys that were never seen may call models while the database is away: whoever they are.
    bool allow_requests_on_db_unavailable = false;
};

/// Value of a request header, looked up without regard to case; empty when absent.
using HeaderLookup = std::function<std::string_view(std::string_view name)>;

class Authenticator {
public:
    /// `database` may be null: then only the master key is known.
    [[nodiscard]] static std::unique_ptr<Authenticator>
    make(Options options, db::Database* database, spend::Accounts& accounts, const Clock& clock);
    virtual ~Authenticator() = default;

    /// The credential of a request by the order of the reference 2.1: `x-litellm-api-key`, Authorization
    /// (Bearer, Basic), api-key, x-api-key, x-goog-api-key, Ocp-Apim-Subscription-Key, `key_in_query`; or
    /// only the configured header. unauthorized with LiteLLM's texts. `key_in_query` is empty on routes that
    /// take no key there, as addresses are written into logs.
    [[nodiscard]] virtual Result<std::string_view>
    credential(const HeaderLookup& header, std::string_view key_in_query) const = 0;
    /// Who `credential` is, if that is known without asking the database; null otherwise.
    [[nodiscard]] virtual Result<PrincipalPtr> find_known(std::string_view credential) = 0;
    /// As above, asking the database when needed. unauthorized (`token_not_found_in_db`, `expired_key`,
    /// `auth_error`), unavailable when the database is away and the key was never seen; a key seen before
    /// goes on working.
    [[nodiscard]] virtual Task<PrincipalPtr> authenticate(std::string credential) = 0;

    /// Forgets what is cached about keys, after a change to them.
    virtual void forget_key(const std::string& hash) = 0;
    virtual void forget_user(const std::string& user_id) = 0;
    virtual void forget_team(const std::string& team_id) = 0;
    /// After a rotation: the key goes on under another hash, with the money and the limits it had.
    virtual void rename_key(const std::string& old_hash, const std::string& new_hash) = 0;
    /// After the spend columns of some scopes were set (not added to): the next look-ups take their figures
    /// over. Members are named as spend::member_id() does.
    virtual void forget_spend(spend::ScopeKind kind, const std::vector<std::string>& ids) = 0;
    /// After a change to a budget, which many may share, or when changes may have been missed.
    /// Every key is read again before its next use; while the database is away, what is known goes on
    /// working.
    virtual void forget_everything() = 0;
};

} // namespace litellm::auth
