#pragma once
// What happens to keys and users, told by letter.

#include "litellm/mail/post_office.hpp"
#include "litellm/management/key_events.hpp"
#include "litellm/management/own_keys.hpp"

namespace litellm::management {

/// A key whose letter does not hold it, and one that the schedule rotated, waits in `box` for its owner
/// besides. The recipient is `key_rotation_email` of the key's metadata for rotations, else the address of
/// the key's user.
class MailedEvents final : public KeyEvents, public UserEvents {
public:
    MailedEvents(mail::PostOffice& office, RevealBox& box) : office_(office), box_(box) {}

    [[nodiscard]] Result<void> key_created(db::Transaction& transaction, const KeyCreated& event) override;
    [[nodiscard]] Result<void> key_rotated(db::Transaction& transaction, const KeyRotated& event) override;
    [[nodiscard]] Result<bool> has_recipient(db::Transaction& transaction, const store::Key& key) override;
    [[nodiscard]] bool is_listening() const override { return office_.is_open(); }
    [[nodiscard]] Result<void> user_invited(
        db::Transaction& transaction, const store::User& user, const store::Invitation& invitation
    ) override;

private:
    mail::PostOffice& office_;
    RevealBox& box_;
};

} // namespace litellm::management
