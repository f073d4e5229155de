#pragma once
// Internal users: people who own keys.

#include "litellm/core/task.hpp"
#include "litellm/management/key_service.hpp"
#include "litellm/store/teams.hpp"
#include "litellm/store/users.hpp"

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
    std::optional<std::string> sso_user_id;
    bool auto_create_key = true;
    std::optional<bool> send_invite_email;
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

class UserService {
public:
    explicit UserService(const Context& context) : context_(context) {}

    /// Makes a user and, unless told otherwise, a key for him, and puts him into his teams and organizations.
    /// conflict when the id or the e-mail exists; not_found for an unknown `team_id`. Unknown entries of
    /// `teams` and `organizations` are passed over.
    [[nodiscard]] Task<CreatedUser> create(const Caller& by, NewUser wanted);

    /// A user with his keys and teams. Without an id: the caller himself, and for an admin all keys and
    /// teams. forbidden for somebody else's, not_found for an unknown one; `default_user_id` is always known
    /// to admins.
    [[nodiscard]] Task<UserView> load(const Caller& by, const std::optional<std::string>& user_id);

private:
    const Context context_;
};

} // namespace litellm::management
