#pragma once
// Who is told about keys and users, and who is asked before one is made. The application plugs in what there
// is.

#include "litellm/core/json.hpp"
#include "litellm/core/secret.hpp"
#include "litellm/core/task.hpp"
#include "litellm/db/database.hpp"
#include "litellm/store/invitations.hpp"
#include "litellm/store/keys.hpp"
#include "litellm/store/users.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace litellm::management {

struct KeyCreated {
    Secret secret;
    store::Key row;
    bool send_invite_email = false;
};

struct KeyRotated {
    Secret secret;  ///< the new text
    store::Key row; ///< as it is now
    std::string old_token;
    /// Until when the old text works; nothing when it ended with the rotation.
    std::optional<Timestamp> old_key_ends;
    bool is_scheduled = false;
};

/// Told inside the transaction that makes the change, exactly once for each: an error undoes it.
class KeyEvents {
public:
    virtual ~KeyEvents() = default;
    [[nodiscard]] virtual Result<void> key_created(db::Transaction& transaction, const KeyCreated& event) = 0;
    [[nodiscard]] virtual Result<void> key_rotated(db::Transaction& transaction, const KeyRotated& event) = 0;
    /// Whether the text of a rotated key would reach somebody.
    [[nodiscard]] virtual Result<bool> has_recipient(db::Transaction& transaction, const store::Key& key) = 0;
};

/// Told inside the transaction that makes a user.
class UserEvents {
public:
    virtual ~UserEvents() = default;
    /// False: invitations would reach nobody, and none are made.
    [[nodiscard]] virtual bool is_listening() const = 0;
    [[nodiscard]] virtual Result<void> user_invited(
        db::Transaction& transaction, const store::User& user, const store::Invitation& invitation
    ) = 0;
};

/// The operator's own say on new keys (`general_settings.custom_key_generate`).
class KeyGate {
public:
    virtual ~KeyGate() = default;
    /// `request` has all fields of LiteLLM's GenerateKeyRequest. forbidden with the operator's message.
    [[nodiscard]] virtual Task<void> may_generate(const Json& request) = 0;
};

} // namespace litellm::management
