#include "change_record.hpp"

#include "litellm/core/redaction.hpp"
#include "litellm/store/audit_log.hpp"

#include <nlohmann/json.hpp>

namespace litellm::management {

namespace {

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
