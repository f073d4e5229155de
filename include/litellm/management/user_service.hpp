#pragma once
// Internal users: people who own keys.

#include "litellm/core/patch.hpp"
#include "litellm/core/secret.hpp"
#include "litellm/core/task.hpp"
#include "litellm/management/key_service.hpp"
#include "litellm/management/login_guard.hpp"
#include "litellm/store/teams.hpp"
#include "litellm/store/users.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace litellm::management {

/// A team that a new user joins.
struct TeamWish {
    std::string team_id;
    std::optional<double> max_budget_in_team;
    std::string role = "user";
};

struct NewUser : Entitlement {
    std::optional<std::string> user_email;
    std::optional<std::string> user_alias;
    std::optional<std::string> user_role;
    std::optional<std::vector<TeamWish>> teams;
    std::vector<std::string> organizations;
    std::optional<std::string> organization_id; ///< joined as well; whose admin may make users in it
    std::optional<std::string> sso_user_id;
    bool auto_create_key = true;
    std::optional<bool> send_invite_email;
    std::optional<Secret> password; ///< without one, he sets it by an invitation
};

struct CreatedUser {
    store::User user;
    std::optional<IssuedKey> key; ///< nothing when none was wanted
};

struct UserView {
    std::optional<std::string> user_id;
    std::optional<store::User> user;
    std::vector<store::Key> keys;
    std::vector<store::Team> teams;
};

/// What is absent stays as it is; null clears.
struct UserChange {
    std::optional<std::string> user_id; ///< who; without it, the one with the e-mail
    Patch<std::string> user_email;
    Patch<std::string> user_alias;
    Patch<std::string> user_role;
    Patch<std::string> sso_user_id;
    Patch<double> max_budget;
    Patch<double> spend;
    Patch<std::vector<std::string>> models;
    Patch<Json> metadata; ///< replaces the old one
    Patch<std::int64_t> max_parallel_requests;
    Patch<std::int64_t> tpm_limit;
    Patch<std::int64_t> rpm_limit;
    Patch<std::string> budget_duration;
    Patch<std::vector<std::string>> allowed_cache_controls;
    Patch<Json> model_max_budget;
    std::optional<Json> object_permission;
    Json managed = Json::object(); ///< members of metadata, added to what is there
    std::optional<Secret> password;
    std::optional<Secret> current_password; ///< wanted of everybody but proxy admins
};

/// Users as the list shows them.
struct UserListing {
    std::vector<store::User> users;
    std::map<std::string, std::int64_t> key_counts; ///< by user; nobody without keys
    std::int64_t total_count = 0;
};

struct BulkUserChange {
    std::vector<UserChange> users;
    std::optional<UserChange> all_users; ///< the same for everybody
};

/// How one part of a bulk change went.
struct UserOutcome {
    std::optional<std::string> user_id;
    std::optional<std::string> user_email;
    Result<store::User> user = Error();
};

struct PeopleCount {
    std::int64_t users = 0;
    std::int64_t teams = 0;
};

class UserService {
public:
    explicit UserService(const Context& context)
        : context_(context), guard_(std::make_shared<LoginGuard>(context.clock))
    {
    }

    /// Makes a user and, unless told otherwise, a key for him, and puts him into his teams and organizations.
    /// conflict when the id or the e-mail exists; not_found for an unknown `team_id`. Unknown entries of
    /// `teams` and `organizations` are passed over.
    [[nodiscard]] Task<CreatedUser> create(const Caller& by, NewUser wanted);

    /// A user with his keys and teams. Without an id: the caller himself, and for an admin all keys and
    /// teams. forbidden for somebody else's, not_found for an unknown one; `default_user_id` is always known
    /// to admins.
    [[nodiscard]] Task<UserView> load(const Caller& by, const std::optional<std::string>& user_id);

    /// Proxy admins change everybody; a user changes his own e-mail and alias, and his password when he knows
    /// the one he has. A new password ends his sessions. not_found for an unknown user, conflict for an
    /// e-mail that another one has.
    [[nodiscard]] Task<store::User> update(const Caller& by, const UserChange& wanted);
    /// Up to 500 users, each for himself: one that fails leaves the others changed.
    [[nodiscard]] Task<std::vector<UserOutcome>>
    update_in_bulk(const Caller& by, const BulkUserChange& wanted);
    /// Deletes users with their keys, memberships and invitations, and returns how many. not_found for one
    /// unknown, which deletes none.
    [[nodiscard]] Task<std::int64_t> remove(const Caller& by, const std::vector<std::string>& user_ids);
    /// One page. Admins of organizations see the people of those; forbidden for those who are neither.
    [[nodiscard]] Task<UserListing> list(const Caller& by, store::UserFilter filter);
    [[nodiscard]] Task<PeopleCount> count(const Caller& by);

private:
    const Context context_;
    const std::shared_ptr<LoginGuard> guard_; ///< of current passwords
};

} // namespace litellm::management
