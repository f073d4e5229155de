#include "key_rotation.hpp"

#include "change_record.hpp"
#include "key_issue.hpp"
#include "key_limits.hpp"
#include "key_patch.hpp"
#include "key_text.hpp"
#include "key_update.hpp"
#include "narrow.hpp"
#include "refusals.hpp"
#include "rotation_settings.hpp"

#include "litellm/auth/change_notice.hpp"
#include "litellm/core/encoding.hpp"
#include "litellm/management/key_events.hpp"

namespace litellm::management {

namespace {

Result<std::chrono::seconds> grace_of(const Context& context, const KeyRotation& rotation)
{
    if (!rotation.grace_period || is_no_duration(*rotation.grace_period))
        return usual_grace_period(context.settings.environment);
    const auto grace = parse_duration(*rotation.grace_period);
    if (!grace)
        return invalid_input(grace.error().message, "grace_period");
    return std::chrono::duration_cast<std::chrono::seconds>(grace->after(context.now()) - context.now());
}

/// Whoever learns the new text has all that the key has.
Result<void> check_within_caller(const Context& context, const Caller& by, const store::Key& row)
{
    if (by.is_admin() || by.principal->key_hash == row.token)
        return {};
    const store::Key parent = parent_of(*by.principal);
    if (parent.token.empty() || is_within(parent, row, context.now()))
        return {};
    return forbidden(
        "This key may do more than the key that you call with. Rotate it from the dashboard, or with the key "
        "itself.",
        "key"
    );
}

Result<void>
archive(db::Transaction& transaction, const Context& context, const Caller& by, const std::string& token)
{
    store::Deletion deletion;
    deletion.id = new_uuid(context.random);
    deletion.at = context.now();
    deletion.by_user = by.author();
    deletion.by_key = by.principal->key_hash;
    deletion.changed_by = by.changed_by;
    return store::archive_keys(transaction, {token}, deletion);
}

/// The last steps: `row` has `old_token`'s place from now on.
Result<RotatedKey> put_in_place(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const store::Key& before,
    store::Key row,
    const std::optional<Secret>& chosen,
    std::chrono::seconds grace,
    bool is_scheduled
)
{
    const std::string& old_token = before.token;
    auto secret = give_text(transaction, context, chosen, row);
    if (!secret)
        return secret.error();
    const Timestamp now = context.now();
    if (const auto replaced = store::replace_key(transaction, old_token, row); !replaced)
        return replaced.error();
    const auto retired =
        store::retire_token(transaction, new_uuid(context.random), old_token, row.token, now + grace, now);
    if (!retired)
        return retired.error();
    Change made{
        ChangeAction::rotated, key_table, old_token, store::document_of(before), store::document_of(row)};
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    const auth::ChangeNotice renamed{auth::ChangeNotice::Kind::renamed_key, old_token, row.token};
    if (const auto told = auth::announce(transaction, renamed); !told)
        return told.error();
    KeyRotated event{*secret, row, old_token, std::nullopt, is_scheduled};
    if (grace.count() > 0)
        event.old_key_ends = now + grace;
    if (context.key_events != nullptr) {
        if (const auto told = context.key_events->key_rotated(transaction, event); !told)
            return told.error();
    }
    RotatedKey rotated;
    rotated.issued.secret = std::move(*secret);
    rotated.issued.row = std::move(row);
    rotated.old_token = old_token;
    rotated.old_key_ends = event.old_key_ends;
    return rotated;
}

} // namespace

Result<RotatedKey> rotate_key(
    db::Transaction& transaction, const Context& context, const Caller& by, const KeyRotation& rotation
)
{
    const KeyChange& change = rotation.change;
    if (const auto checked = check_change(change); !checked)
        return checked.error();
    const auto grace = grace_of(context, rotation);
    if (!grace)
        return grace.error();
    const auto row = store::lock_key(transaction, hash_of(change.key));
    if (!row)
        return row.error();
    if (!*row)
        return absent("Key not found in database", "key");
    auto changed = changed_key(transaction, context, by, **row, change, "/key/regenerate");
    if (!changed)
        return changed.error();
    if (const auto allowed = check_within_caller(context, by, **row); !allowed)
        return allowed.error();
    if (const auto archived = archive(transaction, context, by, changed->token); !archived)
        return archived.error();
    auto rotated =
        put_in_place(transaction, context, by, **row, std::move(*changed), rotation.new_key, *grace, false);
    if (!rotated)
        return rotated;
    if (change.spend.is_present()) {
        const store::Key& now = rotated->issued.row;
        if (const auto stored = set_spend(transaction, now); !stored)
            return stored.error();
    }
    auto view = view_of(transaction, rotated->issued.row);
    if (!view)
        return view.error();
    rotated->issued.budget = std::move(view->budget);
    return rotated;
}

Result<RotatedKey> rotate_by_schedule(
    db::Transaction& transaction, const Context& context, const store::Key& row, std::chrono::seconds grace
)
{
    const auto interval = parse_duration(row.rotation_interval.value_or(""));
    if (!interval)
        return interval.error();
    auto principal = std::make_shared<auth::Principal>();
    principal->user_id = "system";
    principal->key_hash = "litellm_internal_jobs";
    const Caller by{std::move(principal), {}};
    if (const auto archived = archive(transaction, context, by, row.token); !archived)
        return archived.error();
    store::Key next = row;
    next.updated_at = next.last_rotation_at = context.now();
    next.updated_by = by.author();
    next.rotation_count = row.rotation_count.value_or(0) + 1;
    next.key_rotation_at = interval->after(context.now());
    return put_in_place(transaction, context, by, row, std::move(next), std::nullopt, grace, true);
}

} // namespace litellm::management
