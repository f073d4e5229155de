#pragma once
// A person's own keys on the web pages, and the one showing of a key whose letter did not hold it.

#include "litellm/core/random.hpp"
#include "litellm/core/sealed_text.hpp"
#include "litellm/core/secret.hpp"
#include "litellm/core/task.hpp"
#include "litellm/management/context.hpp"
#include "litellm/store/keys.hpp"
#include "litellm/store/users.hpp"

#include <string>
#include <vector>

namespace litellm::management {

/// Keeps texts of new keys for their owners, sealed; used inside the transaction that makes or rotates the
/// key.
class RevealBox {
public:
    RevealBox(TextSeal seal, const Clock& clock, Random& random)
        : seal_(std::move(seal)), clock_(clock), random_(random)
    {
    }

    /// Until its owner has seen it, for two weeks at most. A key that belongs to nobody is not kept.
    [[nodiscard]] Result<void>
    keep(db::Transaction& transaction, const store::Key& key, const Secret& secret) const;
    /// What a rotation replaced is no key any more.
    [[nodiscard]] static Result<void> forget(db::Transaction& transaction, const std::string& token);
    /// Nothing when there is nothing (left) for this user, or when it was sealed under another salt key.
    [[nodiscard]] Result<std::optional<Secret>>
    take(db::Transaction& transaction, const std::string& token, const std::string& user_id) const;

private:
    const TextSeal seal_;
    const Clock& clock_;
    Random& random_;
};

struct OwnKey {
    store::Key key;
    bool is_waiting = false; ///< its text has not been shown yet
};

struct RevealedKey {
    Secret secret;
    store::Key key;
};

class OwnKeys {
public:
    OwnKeys(const Context& context, RevealBox& box) : context_(context), box_(box) {}

    /// Sessions of LiteLLM's dashboard left out; those that wait come first.
    [[nodiscard]] Task<std::vector<OwnKey>> list(store::User user);
    /// Once, and to the owner alone: an admin too sees his own only. not_found when it does not wait (any
    /// longer).
    [[nodiscard]] Task<RevealedKey> reveal(store::User user, std::string token);

private:
    const Context context_;
    RevealBox& box_;
};

} // namespace litellm::management
