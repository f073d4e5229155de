#pragma once
// What every service of this room works with, and who asks it to.

#include "litellm/auth/authenticator.hpp"
#include "litellm/auth/end_users.hpp"
#include "litellm/config/config.hpp"
#include "litellm/core/background.hpp"
#include "litellm/core/random.hpp"
#include "litellm/core/time.hpp"
#include "litellm/db/database.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace litellm::management {

/// The user that the master key acts as.
using auth::default_user_id;
/// Keys of this team are sessions of the dashboard; they are never listed.
inline constexpr std::string_view dashboard_team_id = "litellm-dashboard";

class KeyEvents;
class KeyGate;
class UserEvents;

/// Everything is owned by the application and outlives the services.
struct Context {
    db::Database* database = nullptr; ///< null when the process runs without one
    const Clock& clock;
    Random& random;
    const config::Config& settings;
    auth::Authenticator& authenticator;
    KeyEvents* key_events = nullptr;     ///< null when nobody is told
    KeyGate* key_gate = nullptr;         ///< null when nobody is asked
    auth::EndUsers* end_users = nullptr; ///< null when nobody calls models
    UserEvents* user_events = nullptr;   ///< null when nobody is told
    Background* background = nullptr;    ///< where passwords are hashed; null: where the caller stands

    /// In whole milliseconds, which is what the columns keep: an answer and a later look-up agree.
    [[nodiscard]] Timestamp now() const { return std::chrono::floor<std::chrono::milliseconds>(clock.now()); }
};

struct Caller {
    auth::PrincipalPtr principal;
    std::string changed_by; ///< the header litellm-changed-by: the person behind the change

    /// For created_by and updated_by.
    [[nodiscard]] std::string author() const
    {
        return principal->user_id.empty() ? std::string(default_user_id) : principal->user_id;
    }
    [[nodiscard]] bool is_admin() const { return principal->is_admin(); }
    /// May read what belongs to others.
    [[nodiscard]] bool may_see_everything() const
    {
        return is_admin() || principal->role == auth::Role::proxy_admin_viewer;
    }
};

} // namespace litellm::management
