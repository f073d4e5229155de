#include "master_key_rotation.hpp"

#include "change_record.hpp"
#include "key_text.hpp"
#include "refusals.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"
#include "litellm/core/sealed_text.hpp"
#include "litellm/store/sealed_columns.hpp"

namespace litellm::management {

namespace {

Result<void> check_new_key(db::Transaction& transaction, const Context& context, const KeyRotation& rotation)
{
    if (!rotation.new_master_key)
        return invalid_input("New master key is required: pass new_master_key.", "new_master_key");
    if (const auto checked = check_chosen_key(*rotation.new_master_key); !checked)
        return checked.error();
    if (is_master_key(context, rotation.new_master_key->reveal()))
        return invalid_input("new_master_key is the master key already.", "new_master_key");
    const auto known = store::find_key(transaction, sha256_hex(rotation.new_master_key->reveal()));
    if (!known)
        return known.error();
    if (*known)
        return exists_already("new_master_key is a virtual key.", "new_master_key");
    return {};
}

/// Texts under a salt key of their own do not depend on the master key.
bool has_salt_key(const Context& context)
{
    const auto& environment = context.settings.environment;
    const auto salt = environment ? environment("LITELLM_SALT_KEY") : std::nullopt;
    return salt && !salt->empty();
}

} // namespace

bool is_master_key(const Context& context, const std::string& key)
{
    const auto& master = context.settings.general.master_key;
    return master &&
        (equal_in_constant_time(master->reveal(), key) ||
         equal_in_constant_time(sha256_hex(master->reveal()), key));
}

Result<RotatedKey> rotate_master_key(
    db::Transaction& transaction, const Context& context, const Caller& by, const KeyRotation& rotation
)
{
    if (!by.is_admin())
        return forbidden("Only proxy admins can rotate the master key.", "key");
    if (const auto checked = check_new_key(transaction, context, rotation); !checked)
        return checked.error();
    const Secret& old_key = *context.settings.general.master_key;
    const Secret& new_key = *rotation.new_master_key;
    std::int64_t count = 0;
    if (!has_salt_key(context)) {
        const TextSeal old_seal(old_key);
        const TextSeal new_seal(new_key);
        const auto reseal = [&](const std::string& text) -> std::optional<std::string> {
            const auto opened = old_seal.open(text);
            return opened ? std::optional(new_seal.seal(*opened, context.random)) : std::nullopt;
        };
        const auto resealed = store::reseal_texts(transaction, reseal);
        if (!resealed)
            return resealed.error();
        count = *resealed;
    }
    Change made{ChangeAction::rotated, configuration_table, "master_key", std::nullopt, std::nullopt};
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    log::warning(
        "management",
        "the master key was rotated and {} texts were sealed under the new one: put it into the "
        "configuration and "
        "restart every process",
        count
    );
    RotatedKey rotated;
    rotated.issued.secret = new_key;
    rotated.issued.row.token = sha256_hex(new_key.reveal());
    rotated.issued.row.key_name = new_key.hint();
    rotated.issued.row.created_by = rotated.issued.row.updated_by = by.author();
    rotated.issued.row.created_at = rotated.issued.row.updated_at = context.now();
    rotated.old_token = sha256_hex(old_key.reveal());
    return rotated;
}

} // namespace litellm::management
