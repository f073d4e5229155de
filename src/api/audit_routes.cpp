#include "management_tables.hpp"

#include "json/audit_json.hpp"
#include "json/caller.hpp"

namespace litellm::api {

using auth::Access;
using http::Method;
using management::AuditLog;

namespace {

Task<JsonResponse> list(AuditLog& log, Call& call, const Json&)
{
    const auto query = audit_query_from(call);
    if (!query)
        co_return query.error();
    const auto caller = caller_of(call);
    const auto page = co_await log.list(caller, *query);
    if (!page)
        co_return page.error();
    co_return answer(to_json(*page, query->filter));
}

Task<JsonResponse> info(AuditLog& log, Call& call, const Json&)
{
    const auto caller = caller_of(call);
    const auto record = co_await log.load(caller, call.path_parameters.at("id"));
    if (!record)
        co_return record.error();
    co_return answer(to_json(*record));
}

} // namespace

std::vector<Route> audit_routes(ManagementServices& services)
{
    AuditLog& log = services.audit;
    return {
        json_route(Method::get, "/audit", Access::admin_reader, "Lists changes", bound(list, log)),
        json_route(Method::get, "/audit/{id}", Access::admin_reader, "Shows a change", bound(info, log)),
    };
}

} // namespace litellm::api
