#pragma once
// "LiteLLM_InvitationLink": links by which new users set their password.

#include "litellm/db/database.hpp"

#include <optional>
#include <string>

namespace litellm::store {

struct Invitation {
    std::string id;
    std::string user_id;
    bool is_accepted = false;
    std::optional<Timestamp> accepted_at;
    Timestamp expires_at;
    Timestamp created_at;
    std::string created_by;
    Timestamp updated_at;
    std::string updated_by;
};

/// conflict unless the users in it exist.
[[nodiscard]] Result<void> insert_invitation(db::Transaction& transaction, const Invitation& invitation);
[[nodiscard]] Result<std::optional<Invitation>>
find_invitation(db::Transaction& transaction, const std::string& id);
/// The invitation to this user that nobody has accepted and that ends last, if it is still open at `until`.
[[nodiscard]] Result<std::optional<Invitation>>
find_open_invitation(db::Transaction& transaction, const std::string& user_id, Timestamp until);
/// Writes is_accepted, accepted_at and updated_*.
[[nodiscard]] Result<void> update_invitation(db::Transaction& transaction, const Invitation& invitation);
[[nodiscard]] Result<void> remove_invitation(db::Transaction& transaction, const std::string& id);
/// Those to the user and those that he made or changed: the table does not let him go otherwise.
[[nodiscard]] Result<void>
remove_invitations_of_user(db::Transaction& transaction, const std::string& user_id);

/// Accepts it, unless it was accepted before, or has expired: then false. Of two who try at once, one
/// succeeds.
[[nodiscard]] Result<bool>
claim_invitation(db::Transaction& transaction, const std::string& id, Timestamp now);
/// The user's invitations that nobody has accepted end now.
[[nodiscard]] Result<void>
end_open_invitations(db::Transaction& transaction, const std::string& user_id, Timestamp now);

} // namespace litellm::store
