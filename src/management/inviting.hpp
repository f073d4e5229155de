#pragma once
// Making an invitation inside a transaction.

#include "litellm/management/context.hpp"
#include "litellm/store/invitations.hpp"

#include <string>

namespace litellm::management {

/// A row that is valid for seven days. `user_id` exists; whether `by` may invite him was checked.
[[nodiscard]] Result<store::Invitation> make_invitation(
    db::Transaction& transaction, const Context& context, const Caller& by, const std::string& user_id
);

} // namespace litellm::management
