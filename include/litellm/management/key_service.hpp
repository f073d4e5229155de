#pragma once
// Virtual keys: making, showing, blocking and deleting them.
//
// Every function answers `no_db_connection` (500) without a database. Wherever a key is an argument, its hash
// may stand for it. A key that a caller makes never exceeds the caller's own, whatever the request and the
// defaults say.

#include "litellm/core/secret.hpp"
#include "litellm/core/task.hpp"
#include "litellm/management/context.hpp"
#include "litellm/management/new_key.hpp"
#include "litellm/store/budgets.hpp"
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
};

struct KeyListing {
    store::KeyPage page;
    std::map<std::string, store::User> users; ///< owners by id, when they were asked for
};

/// Keys to delete, as the caller wrote them.
struct KeySelection {
    std::vector<std::string> keys;
    std::vector<std::string> aliases;
};

class KeyService {
public:
    explicit KeyService(const Context& context) : context_(context) {}

    /// Makes a key. invalid_input for impossible wishes, taken aliases and the operator's rules on key
    /// generation; unauthorized (`team_member_permission_error`) when the team keeps its members from it;
    /// forbidden for more than the caller has; conflict when the chosen key exists.
    [[nodiscard]] Task<IssuedKey> issue(const Caller& by, NewKey wanted);

    /// The key named, or the caller's own. not_found before forbidden.
    [[nodiscard]] Task<KeyView> load(const Caller& by, const std::optional<std::string>& key);
    /// Admins see all keys; others their own, and on request those of teams they administer.
    [[nodiscard]] Task<KeyListing> list(const Caller& by, KeyQuery query);
    /// Distinct aliases in order, those that contain `search` in any case.
    [[nodiscard]] Task<std::vector<std::string>> list_aliases(const Caller& by, const std::string& search);

    /// Archives and deletes the keys and returns their hashes. One key that the caller may not delete fails
    /// the whole; unknown ones beside known ones are passed over; none known is not_found.
    [[nodiscard]] Task<std::vector<std::string>> remove(const Caller& by, const KeySelection& selection);
    /// For proxy admins and admins of the key's team.
    [[nodiscard]] Task<store::Key> set_blocked(const Caller& by, const std::string& key, bool blocked);

private:
    const Context context_;
};

} // namespace litellm::management
