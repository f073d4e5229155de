#pragma once
// Signing in to the web pages, and out.

#include "litellm/core/secret.hpp"
#include "litellm/core/task.hpp"
#include "litellm/management/context.hpp"
#include "litellm/management/login_guard.hpp"
#include "litellm/store/users.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace litellm::management {

/// What the operator has configured of it.
struct SignInSettings {
    std::string operator_name = "admin";     ///< UI_USERNAME
    std::optional<Secret> operator_password; ///< UI_PASSWORD, else the master key; nothing: he cannot sign in
    std::string operator_user_id{default_user_id}; ///< PROXY_ADMIN_ID
    std::chrono::seconds session_length{86'400};   ///< LITELLM_UI_SESSION_DURATION
    bool admins_only = false;                      ///< general_settings.ui_access_mode: admin_only
};
[[nodiscard]] SignInSettings
sign_in_settings(const config::Config& config, const std::optional<Secret>& master_key);

/// A session that has just begun. The token leaves the process in the cookie only.
struct NewSession {
    Secret token;
    store::User user;
    Timestamp expires_at;
};

/// Somebody who is signed in. The user is read anew with each look, so that his role and his end count at
/// once.
struct Session {
    store::User user;
    Timestamp expires_at;
    bool has_password = false; ///< false for the operator, whose password is part of the configuration
};

struct Credentials {
    std::string name; ///< an e-mail address, a user id, or the operator's name
    Secret password;
    std::string address; ///< where the request comes from
};

class Sessions {
public:
    Sessions(const Context& context, SignInSettings settings);

    /// unauthorized with one text for everything that can be wrong, after the same time; rate_limited after
    /// too many failures; forbidden for those whom `admins_only` leaves out.
    [[nodiscard]] Task<NewSession> sign_in(Credentials credentials);
    /// Nothing when there is no such session, or no longer.
    [[nodiscard]] Task<std::optional<Session>> find(Secret token);
    /// True when there was one.
    [[nodiscard]] Task<bool> sign_out(Secret token);
    /// Ends all sessions of the user and begins a new one. unauthorized without a session or with a wrong
    /// `current` password.
    [[nodiscard]] Task<NewSession>
    change_password(Secret token, Secret current, Secret wanted, std::string address);

    [[nodiscard]] LoginGuard& guard() { return guard_; }
    [[nodiscard]] const SignInSettings& settings() const { return settings_; }

private:
    [[nodiscard]] bool is_operator(const Credentials& credentials) const;

    const Context context_;
    const SignInSettings settings_;
    LoginGuard guard_;
};

} // namespace litellm::management
