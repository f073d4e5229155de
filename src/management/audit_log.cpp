#include "litellm/management/audit_log.hpp"

#include "date_range.hpp"
#include "refusals.hpp"

#include <fmt/format.h>

namespace litellm::management {

namespace {

Result<void> may_read(const Context& context, const Caller& by)
{
    if (context.database == nullptr)
        return no_database();
    if (!by.may_see_everything())
        return forbidden("Only proxy admins may read the audit log.");
    return {};
}

Result<store::AuditFilter> filter_from(AuditQuery query)
{
    const auto from = date_from(query.start_date, "start_date");
    if (!from)
        return from.error();
    const auto end = date_from(query.end_date, "end_date");
    if (!end)
        return end.error();
    query.filter.from = *from;
    if (*end)
        query.filter.until = past(**end, *query.end_date);
    return std::move(query.filter);
}

} // namespace

Task<store::AuditPage> AuditLog::list(const Caller& by, AuditQuery query)
{
    if (const auto allowed = may_read(context_, by); !allowed)
        co_return allowed.error();
    const auto filter = filter_from(std::move(query));
    if (!filter)
        co_return filter.error();
    co_return co_await context_.database->transact<store::AuditPage>([&](db::Transaction& transaction) {
        return store::list_audit_records(transaction, *filter);
    });
}

Task<store::AuditRecord> AuditLog::load(const Caller& by, const std::string& id)
{
    if (const auto allowed = may_read(context_, by); !allowed)
        co_return allowed.error();
    auto found = co_await context_.database->transact<std::optional<store::AuditRecord>>(
        [&](db::Transaction& transaction) { return store::find_audit_record(transaction, id); }
    );
    if (!found)
        co_return found.error();
    if (!*found)
        co_return absent(fmt::format("Audit log with ID {} not found", id), "id");
    co_return std::move(**found);
}

} // namespace litellm::management
