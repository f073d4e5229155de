#pragma once
// Beginning a session inside a transaction.

#include "litellm/management/context.hpp"
#include "litellm/management/sessions.hpp"

namespace litellm::management {

/// Whether this kind of user has anything to do on the web pages.
[[nodiscard]] Result<void> may_sign_in(const store::User& user, const SignInSettings& settings);

[[nodiscard]] Result<NewSession> start_session(
    db::Transaction& transaction, const Context& context, const SignInSettings& settings, store::User user
);

/// As who a change is written down that somebody makes on the web pages; `through` says how he got there.
[[nodiscard]] Caller caller_of(const store::User& user, const std::string& through);

} // namespace litellm::management
