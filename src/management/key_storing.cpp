#include "change_record.hpp"
#include "key_issue.hpp"
#include "key_text.hpp"
#include "refusals.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/store/object_permissions.hpp"
#include "litellm/store/organizations.hpp"

#include <fmt/format.h>

namespace litellm::management {

namespace {

Result<void> check_alias(db::Transaction& transaction, const std::optional<std::string>& alias)
{
    if (!alias)
        return {};
    const auto taken = store::is_alias_taken(transaction, *alias);
    if (!taken)
        return taken.error();
    if (*taken)
        return bad_request(
            fmt::format(
                "Key with alias '{}' already exists. Unique key aliases across all keys are required.", *alias
            ),
            "key_alias"
        );
    return {};
}

bool is_master_key(const Context& context, const Secret& key)
{
    const auto& master = context.settings.general.master_key;
    return master && equal_in_constant_time(master->reveal(), key.reveal());
}

} // namespace

Result<void>
check_organization(db::Transaction& transaction, const std::optional<std::string>& organization_id)
{
    if (!organization_id)
        return {};
    const auto organization = store::find_organization(transaction, *organization_id);
    if (!organization)
        return organization.error();
    if (!*organization)
        return invalid_input(
            fmt::format("Organization not found for organization_id={}", *organization_id), "organization_id"
        );
    return {};
}

Result<std::optional<std::string>> store_object_permission(
    db::Transaction& transaction, const Context& context, const std::optional<Json>& permission
)
{
    std::optional<std::string> id;
    if (!permission)
        return id;
    id = new_uuid(context.random);
    if (const auto stored = store::insert_object_permission(transaction, *id, *permission); !stored)
        return stored.error();
    return id;
}

Result<void> merge_object_permission(
    db::Transaction& transaction,
    const Context& context,
    const std::optional<Json>& wanted,
    std::optional<std::string>& id
)
{
    if (!wanted)
        return {};
    Json merged = Json::object();
    if (id) {
        auto present = store::find_object_permission(transaction, *id);
        if (!present)
            return present.error();
        if (*present)
            merged = std::move(**present);
    }
    for (const auto& [name, value] : wanted->items())
        merged[name] = value;
    auto stored = store_object_permission(transaction, context, merged);
    if (!stored)
        return stored.error();
    id = std::move(*stored);
    return {};
}

Result<Secret> give_text(
    db::Transaction& transaction, const Context& context, const std::optional<Secret>& chosen, store::Key& row
)
{
    if (chosen) {
        if (const auto checked = check_chosen_key(*chosen); !checked)
            return checked.error();
        if (is_master_key(context, *chosen))
            return exists_already("This key exists already.", "key");
    }
    Secret secret = chosen ? *chosen : new_key_text(context.random, context.settings.environment);
    row.token = sha256_hex(secret.reveal());
    const auto& environment = context.settings.environment;
    const auto hidden = environment ? environment("DISABLE_KEY_NAME") : std::nullopt;
    row.key_name.reset();
    if (!hidden || !is_truthy(*hidden))
        row.key_name = secret.hint();
    const auto known = store::find_key(transaction, row.token);
    if (!known)
        return known.error();
    if (*known)
        return exists_already("This key exists already.", "key");
    return secret;
}

Result<IssuedKey> store_key(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    store::Key row,
    const std::optional<Secret>& chosen
)
{
    if (const auto checked = check_alias(transaction, row.key_alias); !checked)
        return checked.error();
    auto secret = give_text(transaction, context, chosen, row);
    if (!secret)
        return secret.error();
    row.created_at = row.updated_at = context.now();
    row.created_by = row.updated_by = by.author();
    if (const auto stored = store::insert_key(transaction, row); !stored)
        return stored.error();
    Change made{ChangeAction::created, key_table, row.token, std::nullopt, store::document_of(row)};
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    IssuedKey issued;
    issued.secret = std::move(*secret);
    issued.row = std::move(row);
    return issued;
}

} // namespace litellm::management
