#pragma once
// Invitations: links by which new users come in.

#include "litellm/core/task.hpp"
#include "litellm/management/context.hpp"
#include "litellm/store/invitations.hpp"

#include <string>

namespace litellm::management {

class Invitations {
public:
    explicit Invitations(const Context& context) : context_(context) {}

    /// An invitation of 7 days, or the one that the user has already if more than a day of it is left: a
    /// letter and a link that an admin hands over lead to the same page. For proxy admins, and for admins of
    /// a team or an organization that the user is in; invalid_input for an unknown user.
    [[nodiscard]] Task<store::Invitation> create(const Caller& by, const std::string& user_id);
    /// For proxy admins; invalid_input for an unknown invitation.
    [[nodiscard]] Task<store::Invitation> load(const Caller& by, const std::string& id);
    /// Marks it as accepted, or as not accepted. For proxy admins.
    [[nodiscard]] Task<store::Invitation>
    set_accepted(const Caller& by, const std::string& id, bool is_accepted);
    /// For proxy admins, and for whoever made it.
    [[nodiscard]] Task<store::Invitation> remove(const Caller& by, const std::string& id);

private:
    const Context context_;
};

} // namespace litellm::management
