#include "audit_json.hpp"

#include "query_reader.hpp"
#include "shapes.hpp"

namespace litellm::api {

Result<management::AuditQuery> audit_query_from(const Call& call)
{
    management::AuditQuery query;
    QueryReader reader(call);
    reader.read("page", query.filter.page, 1, 1'000'000'000);
    reader.read("page_size", query.filter.size, 1, 100);
    reader.read("changed_by", query.filter.changed_by);
    reader.read("changed_by_api_key", query.filter.changed_by_api_key);
    reader.read("action", query.filter.action);
    reader.read("table_name", query.filter.table_name);
    reader.read("object_id", query.filter.object_id);
    reader.read("object_team_id", query.filter.object_team_id);
    reader.read("object_key_hash", query.filter.object_key_hash);
    reader.read("start_date", query.start_date);
    reader.read("end_date", query.end_date);
    reader.read_choice(
        "sort_by",
        query.filter.sort_by,
        {"id", "updated_at", "changed_by", "changed_by_api_key", "action", "table_name", "object_id"}
    );
    std::string order = "desc";
    reader.read_choice("sort_order", order, {"asc", "desc"});
    query.filter.descending = order == "desc";
    if (!reader.outcome())
        return reader.outcome().error();
    return query;
}

Json to_json(const store::AuditRecord& record)
{
    Json json = Json::object();
    json["id"] = record.id;
    json["updated_at"] = to_iso8601(record.updated_at);
    json["changed_by"] = record.changed_by;
    json["changed_by_api_key"] = record.changed_by_api_key;
    json["action"] = record.action;
    json["table_name"] = record.table_name;
    json["object_id"] = record.object_id;
    json["before_value"] = or_null(record.before_value);
    json["updated_values"] = or_null(record.updated_values);
    return json;
}

Json to_json(const store::AuditPage& page, const store::AuditFilter& filter)
{
    Json records = Json::array();
    for (const auto& record : page.records)
        records.push_back(to_json(record));
    Json json = Json::object();
    json["audit_logs"] = std::move(records);
    json["total"] = page.total_count;
    json["page"] = filter.page;
    json["page_size"] = filter.size;
    json["total_pages"] = (page.total_count + filter.size - 1) / filter.size;
    return json;
}

} // namespace litellm::api
