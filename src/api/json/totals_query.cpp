#include "totals_query.hpp"

#include "query_reader.hpp"

namespace litellm::api {

Result<management::TotalsQuery> totals_query_from(
    const Call& call,
    store::DailySpend::Entity entity,
    std::vector<store::DailyColumn> by,
    std::optional<std::int64_t> usual_limit
)
{
    management::TotalsQuery query;
    query.entity = entity;
    query.by = std::move(by);
    QueryReader reader(call);
    reader.read("start_date", query.start_date);
    reader.read("end_date", query.end_date);
    reader.read("api_key", query.api_key);
    if (usual_limit) {
        std::int64_t limit = *usual_limit;
        reader.read("limit", limit, 1, 100'000);
        query.limit = limit;
        query.sort_by_spend = true;
    }
    if (!reader.outcome())
        return reader.outcome().error();
    return query;
}

} // namespace litellm::api
