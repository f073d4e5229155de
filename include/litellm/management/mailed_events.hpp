#pragma once
// What happens to keys, told to their owners by letter.

#include "litellm/mail/post_office.hpp"
#include "litellm/management/key_events.hpp"

namespace litellm::management {

/// The recipient is `key_rotation_email` of the key's metadata for rotations, else the address of the key's user.
class MailedEvents final : public KeyEvents {
public:
    explicit MailedEvents(mail::PostOffice& office) : office_(office) {}

    [[nodiscard]] Result<void> key_created(db::Transaction& transaction, const KeyCreated& event) override;
    [[nodiscard]] Result<void> key_rotated(db::Transaction& transaction, const KeyRotated& event) override;
    [[nodiscard]] Result<bool> has_recipient(db::Transaction& transaction, const store::Key& key) override;

private:
    mail::PostOffice& office_;
};

} // namespace litellm::management
