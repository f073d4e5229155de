#pragma once
// Virtual keys: making, showing, blocking and deleting them.
//
// Every function answers `no_db_connection` (500) without a database. Wherever a key is an argument, its hash
// may stand for it. A key that a caller makes never exceeds the caller's own, whatever the request and the
// defaults say.

#include "litellm/core/secret.hpp"
#include "litellm/core/task.hpp"
#include "litellm/management/context.hpp"
#include "litellm/management/key_change.hpp"
#include "litellm/management/new_key.hpp"
#include "litellm/store/budgets.hpp"
#include "litellm/store/key_changes.hpp"
#include "litellm/store/keys.hpp"
#include "litellm/store/users.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace litellm::management {

/// The only place where a key's text leaves the room.
struct IssuedKey {
    Secret secret;
    store::Key row;
    std::optional<store::Budget> budget;
};

struct KeyView {
    store::Key row;
    std::optional<store::Budget> budget;
};

struct KeyQuery {
    store::KeyFilter filter;
    bool include_team_keys = false;
    bool include_created_by_keys = false;
    bool expand_user = false;
    bool deleted = false; ///< lists the archive instead
};

struct KeyListing {
    store::KeyPage page;
    std::vector<store::DeletedKey> deleted;   ///< what became of page.keys, when the archive was asked for
    std::map<std::string, store::User> users; ///< owners by id, when they were asked for
};

/// Keys to delete, as the caller wrote them.
struct KeySelection {
    std::vector<std::string> keys;
    std::vector<std::string> aliases;
};

struct AliasQuery {
    std::string search;
    std::int64_t limit = 0; ///< 0: all of them
    std::int64_t offset = 0;
};

/// A key with a new text.
struct RotatedKey {
    IssuedKey issued;
    std::string old_token;
    std::optional<Timestamp> old_key_ends;
};

/// What became of the changes to many keys, in their order.
struct BulkUpdate {
    struct Outcome {
        std::string key; ///< as it was asked for
        Result<KeyView> view;
    };
    std::vector<Outcome> outcomes;
};

struct SpendReset {
    double previous_spend = 0;
    store::Key row; ///< with the new spend
};

class KeyService {
public:
    explicit KeyService(const Context& context) : context_(context) {}

    /// Makes a key. invalid_input for impossible wishes, taken aliases and the operator's rules on key
    /// generation; unauthorized (`team_member_permission_error`) when the team keeps its members from it;
    /// forbidden for more than the caller has; conflict when the chosen key exists.
    [[nodiscard]] Task<IssuedKey> issue(const Caller& by, NewKey wanted);
    /// As issue(), for a key that belongs to a team and to nobody in it.
    [[nodiscard]] Task<IssuedKey> issue_service_account(const Caller& by, NewKey wanted);

    /// The key named, or the caller's own. not_found before forbidden.
    [[nodiscard]] Task<KeyView> load(const Caller& by, const std::optional<std::string>& key);
    /// Admins see all keys; others their own, and on request those of teams they administer.
    [[nodiscard]] Task<KeyListing> list(const Caller& by, KeyQuery query);
    /// The keys named, those that exist, the ones that spent most first. forbidden when one is not the
    /// caller's to see.
    [[nodiscard]] Task<std::vector<KeyView>>
    load_many(const Caller& by, const std::vector<std::string>& keys);
    /// Distinct aliases in order, those that contain the text in any case.
    [[nodiscard]] Task<store::AliasPage> list_aliases(const Caller& by, const AliasQuery& query);

    /// not_found, forbidden for keys that are not the caller's to change and for more than the caller has;
    /// invalid_input for impossible values and taken aliases.
    [[nodiscard]] Task<KeyView> update(const Caller& by, KeyChange change);
    /// For proxy admins: each change on its own, so that one that fails does not undo the others.
    [[nodiscard]] Task<BulkUpdate> update_many(const Caller& by, std::vector<KeyChange> changes);
    /// A new text for the key, which keeps its spend, limits and history; the old one works on for the grace
    /// period.
    [[nodiscard]] Task<RotatedKey> rotate(const Caller& by, KeyRotation rotation);
    /// For proxy admins and admins of the key's team. invalid_input above the present spend or the budget.
    [[nodiscard]] Task<SpendReset> reset_spend(const Caller& by, const std::string& key, double reset_to);

    /// Archives and deletes the keys and returns their hashes. One key that the caller may not delete fails
    /// the whole; unknown ones beside known ones are passed over; none known is not_found.
    [[nodiscard]] Task<std::vector<std::string>> remove(const Caller& by, const KeySelection& selection);
    /// For proxy admins and admins of the key's team.
    [[nodiscard]] Task<store::Key> set_blocked(const Caller& by, const std::string& key, bool blocked);

private:
    [[nodiscard]] Task<IssuedKey> issue_by_route(const Caller& by, NewKey wanted, std::string route);

    const Context context_;
};

} // namespace litellm::management
