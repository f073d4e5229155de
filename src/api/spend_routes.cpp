#include "management_tables.hpp"

#include "json/caller.hpp"
#include "json/query_reader.hpp"
#include "json/spend_json.hpp"

namespace litellm::api {

using auth::Access;
using http::Method;
using management::SpendReport;

namespace {

/// With both dates: sums per day unless `summarize=false`; otherwise rows.
Task<JsonResponse> logs(SpendReport& report, Call& call, const Json&)
{
    const auto query = spend_query_from(call);
    if (!query)
        co_return query.error();
    bool summarize = true;
    QueryReader reader(call);
    reader.read("summarize", summarize);
    const auto caller = caller_of(call);
    if (summarize && query->start_date && query->end_date) {
        const auto days = co_await report.summarize(caller, *query);
        if (!days)
            co_return days.error();
        co_return answer(to_json(*days));
    }
    const auto rows = co_await report.list(caller, *query);
    if (!rows)
        co_return rows.error();
    co_return answer(to_json(*rows));
}

} // namespace

std::vector<Route> spend_routes(ManagementServices& services)
{
    SpendReport& report = services.spend;
    return {
        json_route(
            Method::get, "/spend/logs", Access::spend_reader, "Calls or sums per day", bound(logs, report)
        ),
    };
}

} // namespace litellm::api
