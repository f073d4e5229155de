#include "change_record.hpp"

#include "litellm/auth/change_notice.hpp"
#include "litellm/core/redaction.hpp"
#include "litellm/store/audit_log.hpp"

#include <nlohmann/json.hpp>

namespace litellm::management {

namespace {

using auth::ChangeNotice;

/// The hash may change with the key: both are stale.
Result<void> announce_key(db::Transaction& transaction, const Change& change)
{
    std::vector<std::string> hashes{change.object_id};
    for (const auto* row : {&change.before, &change.after}) {
        if (*row && (*row)->is_object() && (*row)->contains("token") && (**row)["token"].is_string())
            hashes.push_back((**row)["token"].get<std::string>());
    }
    for (const auto& hash : hashes) {
        if (const auto told = auth::announce(transaction, {ChangeNotice::Kind::key, hash}); !told)
            return told.error();
    }
    return {};
}

/// Budgets and organizations are behind many keys.
Result<void> announce_change(db::Transaction& transaction, const Change& change)
{
    if (change.table == key_table)
        return announce_key(transaction, change);
    if (change.table == invitation_table || change.table == reveal_table)
        return {};
    ChangeNotice notice{ChangeNotice::Kind::everything, change.object_id};
    if (change.table == user_table || change.table == organization_member_table)
        notice.kind = ChangeNotice::Kind::user;
    else if (change.table == team_table)
        notice.kind = ChangeNotice::Kind::team;
    else if (change.table == customer_table)
        notice.kind = ChangeNotice::Kind::end_user;
    else if (change.table == model_table)
        notice.kind = ChangeNotice::Kind::models;
    return auth::announce(transaction, notice);
}

std::optional<Json> safe(const std::optional<Json>& document)
{
    return document ? std::optional(without_secrets(*document)) : std::nullopt;
}

} // namespace

std::string_view to_string(ChangeAction action)
{
    switch (action) {
    case ChangeAction::created:
        return "created";
    case ChangeAction::updated:
        return "updated";
    case ChangeAction::deleted:
        return "deleted";
    case ChangeAction::blocked:
        return "blocked";
    case ChangeAction::unblocked:
        return "unblocked";
    case ChangeAction::rotated:
        return "rotated";
    }
    return "";
}

Result<void>
record_change(db::Transaction& transaction, const Context& context, const Caller& by, const Change& change)
{
    if (const auto told = announce_change(transaction, change); !told)
        return told.error();
    if (!context.settings.litellm.store_audit_logs)
        return {};
    store::AuditRecord record;
    record.id = new_uuid(context.random);
    record.updated_at = context.now();
    // The header is a claim, which anybody can make: it counts from admins only.
    record.changed_by = by.changed_by.empty() || !by.is_admin() ? by.author() : by.changed_by;
    record.changed_by_api_key = by.principal->key_hash;
    record.action = to_string(change.action);
    record.table_name = change.table;
    record.object_id = change.object_id;
    record.before_value = safe(change.before);
    record.updated_values = safe(change.after);
    return store::insert_audit_record(transaction, record);
}

} // namespace litellm::management
