#include "management_tables.hpp"

#include "json/activity_json.hpp"
#include "json/caller.hpp"
#include "json/query_reader.hpp"

namespace litellm::api {

using auth::Access;
using http::Method;
using management::DailyActivity;

namespace {

using Entity = store::DailySpend::Entity;

/// One kind of activity: whose, and what its parameters are called.
struct Kind {
    Entity entity = Entity::user;
    const char* ids = "user_id";
    const char* excluded_ids = "";
    std::int64_t page_size = 10;
    bool is_aggregated = false;
};

Result<management::ActivityQuery> query_from(const Call& call, const Kind& kind)
{
    management::ActivityQuery query;
    query.entity = kind.entity;
    query.page_size = kind.page_size;
    query.is_aggregated = kind.is_aggregated;
    std::optional<std::vector<std::string>> excluded;
    QueryReader reader(call);
    reader.read_list(kind.ids, query.ids);
    reader.read_list(kind.excluded_ids, excluded);
    reader.read("start_date", query.start_date);
    reader.read("end_date", query.end_date);
    reader.read("model", query.model);
    reader.read("api_key", query.api_key);
    reader.read("page", query.page, 1, 1'000'000);
    reader.read("page_size", query.page_size, 1, 1000);
    if (!reader.outcome())
        return reader.outcome().error();
    if (excluded)
        query.excluded_ids = std::move(*excluded);
    return query;
}

Task<JsonResponse> show(DailyActivity& activity, Call& call, Kind kind)
{
    const auto query = query_from(call, kind);
    if (!query)
        co_return query.error();
    const auto caller = caller_of(call);
    const auto found = co_await activity.load(caller, *query);
    if (!found)
        co_return found.error();
    co_return answer(to_json(*found));
}

Route route(DailyActivity& activity, std::vector<std::string> paths, const char* summary, Kind kind)
{
    Route made = json_route(
        Method::get,
        paths.front(),
        Access::any_key,
        summary,
        [&activity, kind](Call& call, const Json&) { return show(activity, call, kind); }
    );
    made.paths = std::move(paths);
    return made;
}

} // namespace

std::vector<Route> activity_routes(ManagementServices& services)
{
    DailyActivity& activity = services.activity;
    const Kind user{Entity::user, "user_id", "", 50, false};
    const Kind aggregated{Entity::user, "user_id", "", 50, true};
    const Kind team{Entity::team, "team_ids", "exclude_team_ids", 10, false};
    const Kind organization{Entity::organization, "organization_ids", "exclude_organization_ids", 10, false};
    const Kind end_user{Entity::end_user, "end_user_ids", "exclude_end_user_ids", 10, false};
    const Kind tag{Entity::tag, "tags", "", 10, false};
    return {
        route(activity, {"/user/daily/activity"}, "A user's days", user),
        route(activity, {"/user/daily/activity/aggregated"}, "A user's days, unpaged", aggregated),
        route(activity, {"/team/daily/activity"}, "Teams' days", team),
        route(activity, {"/organization/daily/activity"}, "Organizations' days", organization),
        route(
            activity, {"/customer/daily/activity", "/end_user/daily/activity"}, "End users' days", end_user
        ),
        route(activity, {"/tag/daily/activity"}, "Tags' days", tag),
    };
}

} // namespace litellm::api
