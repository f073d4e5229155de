// Totals: /global/spend and its siblings, /spend/tags.

#include "management_tables.hpp"

#include "json/caller.hpp"
#include "json/field_reader.hpp"
#include "json/query_reader.hpp"
#include "json/shapes.hpp"
#include "json/totals_query.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace litellm::api {

using auth::Access;
using http::Method;
using management::SpendTotals;
using management::TotalsQuery;
using store::DailyColumn;
using Entity = store::DailySpend::Entity;

namespace {

Task<JsonResponse> total(SpendTotals& totals, Call& call, const Json&)
{
    const auto query = totals_query_from(call, Entity::user, {DailyColumn::date});
    if (!query)
        co_return query.error();
    const auto caller = caller_of(call);
    const auto found = co_await totals.load(caller, *query);
    if (!found)
        co_return found.error();
    Json shown = Json::object();
    shown["spend"] = found->spend.usd();
    shown["max_budget"] = or_null(totals.whole_budget());
    co_return answer(std::move(shown));
}

Task<JsonResponse> days(SpendTotals& totals, Call& call, const Json&)
{
    const auto query = totals_query_from(call, Entity::user, {DailyColumn::date});
    if (!query)
        co_return query.error();
    const auto caller = caller_of(call);
    const auto found = co_await totals.load(caller, *query);
    if (!found)
        co_return found.error();
    Json shown = Json::array();
    for (const auto& sum : found->sums) {
        Json entry = Json::object();
        entry["date"] = sum.by[0];
        entry["spend"] = sum.spend.usd();
        shown.push_back(std::move(entry));
    }
    co_return answer(std::move(shown));
}

std::vector<std::string> first_values(const std::vector<store::DailySum>& sums, std::size_t column = 0)
{
    std::set<std::string> values;
    for (const auto& sum : sums)
        values.insert(sum.by[column]);
    return {values.begin(), values.end()};
}

Task<JsonResponse> keys(SpendTotals& totals, Call& call, const Json&)
{
    const auto query = totals_query_from(call, Entity::user, {DailyColumn::api_key}, 100'000);
    if (!query)
        co_return query.error();
    const auto caller = caller_of(call);
    const auto found = co_await totals.load(caller, *query);
    if (!found)
        co_return found.error();
    const auto hashes = first_values(found->sums);
    const auto names = co_await totals.keys_of(hashes);
    if (!names)
        co_return names.error();
    Json shown = Json::array();
    for (const auto& sum : found->sums) {
        const auto key = names->find(sum.by[0]);
        Json entry = Json::object();
        entry["api_key"] = sum.by[0];
        entry["key_alias"] = key == names->end() ? Json(nullptr) : or_null(key->second.key_alias);
        entry["key_name"] = key == names->end() ? Json(nullptr) : or_null(key->second.key_name);
        entry["total_spend"] = sum.spend.usd();
        shown.push_back(std::move(entry));
    }
    co_return answer(std::move(shown));
}

/// `[{<name>: value, <spend>: sum}]`
Json named_sums(
    const std::vector<store::DailySum>& sums, const char* name, const char* spend, bool keep_unnamed
)
{
    Json shown = Json::array();
    for (const auto& sum : sums) {
        if (sum.by[0].empty() && !keep_unnamed)
            continue;
        Json entry = Json::object();
        entry[name] = sum.by[0];
        entry[spend] = sum.spend.usd();
        shown.push_back(std::move(entry));
    }
    return shown;
}

Task<JsonResponse> models(SpendTotals& totals, Call& call, const Json&)
{
    const auto query = totals_query_from(call, Entity::user, {DailyColumn::model}, 10);
    if (!query)
        co_return query.error();
    const auto caller = caller_of(call);
    const auto found = co_await totals.load(caller, *query);
    if (!found)
        co_return found.error();
    co_return answer(named_sums(found->sums, "model", "total_spend", true));
}

Task<JsonResponse> providers(SpendTotals& totals, Call& call, const Json&)
{
    auto query = totals_query_from(call, Entity::user, {DailyColumn::provider}, 100'000);
    if (!query)
        co_return query.error();
    query->wants_dates = true;
    const auto caller = caller_of(call);
    const auto found = co_await totals.load(caller, *query);
    if (!found)
        co_return found.error();
    co_return answer(named_sums(found->sums, "provider", "spend", true));
}

/// The ten teams that spent most, and their days.
Task<JsonResponse> teams(SpendTotals& totals, Call& call, const Json&)
{
    constexpr std::int64_t shown_teams = 10;
    auto query = totals_query_from(call, Entity::team, {DailyColumn::entity}, shown_teams);
    if (!query)
        co_return query.error();
    const auto caller = caller_of(call);
    const auto most = co_await totals.load(caller, *query);
    if (!most)
        co_return most.error();
    TotalsQuery by_day = *query;
    by_day.by = {DailyColumn::date, DailyColumn::entity};
    by_day.ids = first_values(most->sums);
    by_day.sort_by_spend = false;
    by_day.limit.reset();
    const auto daily = co_await totals.load(caller, by_day);
    if (!daily)
        co_return daily.error();
    const auto aliases = co_await totals.aliases_of(*by_day.ids);
    if (!aliases)
        co_return aliases.error();
    Json shown = Json::object();
    shown["daily_spend"] = Json::array();
    for (const auto& sum : daily->sums) {
        Json& entries = shown["daily_spend"];
        if (entries.empty() || entries.back()["date"] != Json(sum.by[0])) {
            Json day = Json::object();
            day["date"] = sum.by[0];
            entries.push_back(std::move(day));
        }
        entries.back()[aliases->at(sum.by[1])] = sum.spend.usd();
    }
    shown["teams"] = Json::array();
    shown["total_spend_per_team"] = Json::array();
    for (const auto& sum : most->sums) {
        Json entry = Json::object();
        entry["team_id"] = aliases->at(sum.by[0]);
        entry["total_spend"] = sum.spend.usd();
        shown["teams"].push_back(aliases->at(sum.by[0]));
        shown["total_spend_per_team"].push_back(std::move(entry));
    }
    co_return answer(std::move(shown));
}

/// The dates are in the body, and are called otherwise.
Task<JsonResponse> end_users(SpendTotals& totals, Call& call, const Json& body)
{
    TotalsQuery query;
    query.entity = Entity::end_user;
    query.by = {DailyColumn::entity};
    query.sort_by_spend = true;
    query.limit = 100;
    FieldReader reader(body);
    reader.read("api_key", query.api_key);
    reader.read("startTime", query.start_date);
    reader.read("endTime", query.end_date);
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto found = co_await totals.load(caller, query);
    if (!found)
        co_return found.error();
    Json shown = Json::array();
    for (const auto& sum : found->sums) {
        Json entry = Json::object();
        entry["end_user"] = sum.by[0];
        entry["total_count"] = sum.api_requests;
        entry["total_spend"] = sum.spend.usd();
        shown.push_back(std::move(entry));
    }
    co_return answer(std::move(shown));
}

Json tags_json(const std::vector<store::DailySum>& sums, const char* name, const char* spend)
{
    Json shown = Json::array();
    for (const auto& sum : sums) {
        Json entry = Json::object();
        entry[name] = sum.by[0];
        entry["log_count"] = sum.api_requests;
        entry[spend] = sum.spend.usd();
        shown.push_back(std::move(entry));
    }
    return shown;
}

Task<JsonResponse> tags(SpendTotals& totals, Call& call, const Json&)
{
    auto query = totals_query_from(call, Entity::tag, {DailyColumn::entity}, 100'000);
    if (!query)
        co_return query.error();
    QueryReader reader(call);
    reader.read_list("tags", query->ids);
    query->wants_dates = true;
    // LiteLLM's dashboard sends this for "no choice".
    if (query->ids && *query->ids == std::vector<std::string>{"all-tags"})
        query->ids.reset();
    const auto caller = caller_of(call);
    const auto found = co_await totals.load(caller, *query);
    if (!found)
        co_return found.error();
    Json shown = Json::object();
    shown["spend_per_tag"] = tags_json(found->sums, "name", "spend");
    co_return answer(std::move(shown));
}

Task<JsonResponse> all_tags(SpendTotals& totals, Call& call, const Json&)
{
    auto query = totals_query_from(call, Entity::tag, {DailyColumn::entity}, 100'000);
    if (!query)
        co_return query.error();
    const auto caller = caller_of(call);
    const auto found = co_await totals.load(caller, *query);
    if (!found)
        co_return found.error();
    co_return answer(tags_json(found->sums, "individual_request_tag", "total_spend"));
}

Task<JsonResponse> tag_names(SpendTotals& totals, Call& call, const Json&)
{
    auto query = totals_query_from(call, Entity::tag, {DailyColumn::entity});
    if (!query)
        co_return query.error();
    // Of all time, unless somebody asks for less.
    query->start_date = query->start_date.value_or("1970-01-01");
    const auto caller = caller_of(call);
    const auto found = co_await totals.load(caller, *query);
    if (!found)
        co_return found.error();
    Json shown = Json::object();
    shown["tag_names"] = first_values(found->sums);
    co_return answer(std::move(shown));
}

Task<JsonResponse> reset(SpendTotals& totals, Call& call, const Json&)
{
    const auto caller = caller_of(call);
    const auto done = co_await totals.reset_everything(caller);
    if (!done)
        co_return done.error();
    co_return answer(Json{
        {"message", "Spend for all API Keys and Teams reset successfully"}, {"status", "success"}});
}

} // namespace

std::vector<Route> spend_total_routes(ManagementServices& services)
{
    SpendTotals& totals = services.totals;
    const auto route = [&](const char* path, Access access, const char* summary, auto handler) {
        return json_route(Method::get, path, access, summary, bound(handler, totals));
    };
    return {
        route("/global/spend", Access::admin_reader, "Everything that was spent", total),
        route("/global/spend/logs", Access::spend_reader, "Spend by day", days),
        route("/global/spend/keys", Access::spend_reader, "Spend by key", keys),
        route("/global/spend/models", Access::spend_reader, "Spend by model", models),
        route("/global/spend/teams", Access::admin_reader, "Spend by team", teams),
        route("/global/spend/provider", Access::spend_reader, "Spend by provider", providers),
        route("/global/spend/tags", Access::spend_reader, "Spend by tag", tags),
        route("/global/spend/all_tag_names", Access::admin_reader, "Tags that were used", tag_names),
        json_route(
            Method::post,
            "/global/spend/end_users",
            Access::spend_reader,
            "Spend by end user",
            bound(end_users, totals)
        ),
        json_route(
            Method::post,
            "/global/spend/reset",
            Access::admin,
            "Sets all spend of keys and teams to 0; for the master key",
            bound(reset, totals)
        ),
        route("/spend/tags", Access::spend_reader, "Spend by tag", all_tags),
    };
}

} // namespace litellm::api
