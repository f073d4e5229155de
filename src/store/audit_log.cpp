#include "litellm/store/audit_log.hpp"

#include "conditions.hpp"

#include <algorithm>

namespace litellm::store {

namespace {

constexpr std::string_view audit_table = "LiteLLM_AuditLog";

constexpr std::array audit_columns{
    column<AuditRecord, &AuditRecord::id>("id"),
    column<AuditRecord, &AuditRecord::updated_at>("updated_at"),
    column<AuditRecord, &AuditRecord::changed_by>("changed_by"),
    column<AuditRecord, &AuditRecord::changed_by_api_key>("changed_by_api_key"),
    column<AuditRecord, &AuditRecord::action>("action"),
    column<AuditRecord, &AuditRecord::table_name>("table_name"),
    column<AuditRecord, &AuditRecord::object_id>("object_id"),
    column<AuditRecord, &AuditRecord::before_value>("before_value"),
    column<AuditRecord, &AuditRecord::updated_values>("updated_values"),
};

constexpr std::array<std::string_view, 7> sortable{
    "id",
    "updated_at",
    "changed_by",
    "changed_by_api_key",
    "action",
    "table_name",
    "object_id",
};

constexpr std::string_view select_by_id = R"(SELECT {} FROM "LiteLLM_AuditLog" WHERE id = $1)";
constexpr std::string_view count_all = R"(SELECT count(*) FROM "LiteLLM_AuditLog"{})";
constexpr std::string_view select_page =
    R"(SELECT {} FROM "LiteLLM_AuditLog"{} ORDER BY "{}" {}, id LIMIT ${} OFFSET ${})";

constexpr std::string_view in_either_team =
    "(before_value ->> 'team_id' = ${0} OR updated_values ->> 'team_id' = ${0})";
constexpr std::string_view in_either_token =
    "(before_value ->> 'token' = ${0} OR updated_values ->> 'token' = ${0})";

Columns<AuditRecord> columns_of(db::Transaction& transaction)
{
    return Columns<AuditRecord>(audit_columns, *transaction.shape_of(audit_table));
}

std::string add_filter(Conditions& conditions, const AuditFilter& filter)
{
    conditions.add_if("changed_by = ${}", filter.changed_by);
    conditions.add_if("changed_by_api_key = ${}", filter.changed_by_api_key);
    conditions.add_if("action = ${}", filter.action);
    conditions.add_if("table_name = ${}", filter.table_name);
    conditions.add_if("object_id = ${}", filter.object_id);
    conditions.add_if(in_either_team, filter.object_team_id);
    conditions.add_if(in_either_token, filter.object_key_hash);
    if (filter.from)
        conditions.add("updated_at >= ${}", *filter.from);
    if (filter.until)
        conditions.add("updated_at < ${}", *filter.until);
    return conditions.empty() ? std::string() : " WHERE " + conditions.take(" AND ");
}

} // namespace

Result<void> insert_audit_record(db::Transaction& transaction, const AuditRecord& record)
{
    const Columns<AuditRecord> columns = columns_of(transaction);
    if (columns.size() == 0)
        return {};
    return insert_record(transaction, audit_table, columns, record);
}

Result<std::optional<AuditRecord>> find_audit_record(db::Transaction& transaction, const std::string& id)
{
    const Columns<AuditRecord> columns = columns_of(transaction);
    if (columns.size() == 0)
        return std::optional<AuditRecord>();
    return read_first(columns, transaction.query(compose(select_by_id, columns.names()), {id}));
}

Result<AuditPage> list_audit_records(db::Transaction& transaction, const AuditFilter& filter)
{
    if (std::find(sortable.begin(), sortable.end(), filter.sort_by) == sortable.end())
        return invalid_input(
            fmt::format("the audit log cannot be sorted by '{}'", filter.sort_by), "sort_by"
        );
    const Columns<AuditRecord> columns = columns_of(transaction);
    if (columns.size() == 0)
        return AuditPage();
    Conditions conditions;
    const std::string where = add_filter(conditions, filter);
    const Result<db::Rows> count = transaction.query(compose(count_all, where), conditions.values());
    if (!count)
        return count.error();
    const std::size_t limit = conditions.bind(filter.size);
    const std::size_t offset = conditions.bind((filter.page - 1) * filter.size);
    const std::string_view direction = filter.descending ? "DESC" : "ASC";
    const std::string sql =
        compose(select_page, columns.names(), where, filter.sort_by, direction, limit, offset);
    Result<std::vector<AuditRecord>> records = read_all(columns, transaction.query(sql, conditions.values()));
    if (!records)
        return records.error();
    return AuditPage{std::move(*records), count->front().integer(0)};
}

} // namespace litellm::store
