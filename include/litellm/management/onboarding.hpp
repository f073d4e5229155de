#pragma once
// From an invitation to a password. A link for somebody who has a password already is how an admin lets him
// set another.

#include "litellm/core/secret.hpp"
#include "litellm/core/task.hpp"
#include "litellm/management/context.hpp"
#include "litellm/management/sessions.hpp"
#include "litellm/store/invitations.hpp"

#include <optional>
#include <string>

namespace litellm::management {

/// What whoever has the link may see. Looking consumes nothing: programs that scan letters open links too.
struct OpenInvitation {
    store::Invitation invitation;
    store::User user;
    bool is_reset = false; ///< the user has a password already
    std::string token;     ///< for claim(): good for a quarter of an hour
};

struct Claim {
    std::string invitation_id;
    std::optional<std::string> user_id; ///< when it is given, it must be the invited one
    std::optional<std::string> token;   ///< when it is given, it must be open()'s
    Secret password;
    std::string address;
};

class Onboarding {
public:
    Onboarding(const Context& context, Sessions& sessions) : context_(context), sessions_(sessions) {}

    /// unauthorized for a link that is unknown, was used, or has expired.
    [[nodiscard]] Task<OpenInvitation> open(std::string invitation_id);
    /// Uses the link up, sets the password, and signs the user in: all or nothing, and once. Ends his other
    /// sessions and links.
    [[nodiscard]] Task<NewSession> claim(Claim claim);

private:
    const Context context_;
    Sessions& sessions_;
};

} // namespace litellm::management
