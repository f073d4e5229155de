// Requests and tokens by day: /global/activity.

#include "management_tables.hpp"

#include "json/caller.hpp"
#include "json/totals_query.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::api {

using auth::Access;
using http::Method;
using management::SpendTotals;
using store::DailyColumn;
using Entity = store::DailySpend::Entity;

namespace {

/// `Feb 16`
std::string short_day(const std::string& day)
{
    constexpr const char* months[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (day.size() < 10)
        return day;
    const int month = std::clamp((day[5] - '0') * 10 + day[6] - '0', 1, 12);
    return std::string(months[month - 1]) + " " + day.substr(8, 2);
}

struct UseByDay {
    Json days = Json::array();
    std::int64_t requests = 0;
    std::int64_t tokens = 0;

    void add(const std::string& day, const store::DailySum& sum)
    {
        Json entry = Json::object();
        entry["date"] = short_day(day);
        entry["api_requests"] = sum.api_requests;
        entry["total_tokens"] = sum.prompt_tokens + sum.completion_tokens;
        days.push_back(std::move(entry));
        requests += sum.api_requests;
        tokens += sum.prompt_tokens + sum.completion_tokens;
    }
    [[nodiscard]] Json json() const
    {
        Json shown = Json::object();
        shown["daily_data"] = days;
        shown["sum_api_requests"] = requests;
        shown["sum_total_tokens"] = tokens;
        return shown;
    }
};

Task<JsonResponse> activity(SpendTotals& totals, Call& call, const Json&)
{
    auto query = totals_query_from(call, Entity::user, {DailyColumn::date});
    if (!query)
        co_return query.error();
    query->wants_dates = true;
    const auto caller = caller_of(call);
    const auto found = co_await totals.load(caller, *query);
    if (!found)
        co_return found.error();
    UseByDay use;
    for (const auto& sum : found->sums)
        use.add(sum.by[0], sum);
    co_return answer(use.json());
}

/// The ten models with most requests.
Task<JsonResponse> activity_by_model(SpendTotals& totals, Call& call, const Json&)
{
    constexpr std::size_t shown_models = 10;
    auto query = totals_query_from(call, Entity::user, {DailyColumn::model_group, DailyColumn::date});
    if (!query)
        co_return query.error();
    query->wants_dates = true;
    const auto caller = caller_of(call);
    const auto found = co_await totals.load(caller, *query);
    if (!found)
        co_return found.error();
    std::vector<std::pair<std::string, UseByDay>> uses;
    for (const auto& sum : found->sums) {
        if (uses.empty() || uses.back().first != sum.by[0])
            uses.emplace_back(sum.by[0], UseByDay());
        uses.back().second.add(sum.by[1], sum);
    }
    std::stable_sort(uses.begin(), uses.end(), [](const auto& a, const auto& b) {
        return a.second.requests > b.second.requests;
    });
    uses.resize(std::min(uses.size(), shown_models));
    Json shown = Json::array();
    for (const auto& [model, use] : uses) {
        Json entry = Json::object();
        entry["model"] = model;
        entry.update(use.json());
        shown.push_back(std::move(entry));
    }
    co_return answer(std::move(shown));
}

} // namespace

std::vector<Route> use_routes(ManagementServices& services)
{
    SpendTotals& totals = services.totals;
    return {
        json_route(
            Method::get,
            "/global/activity",
            Access::spend_reader,
            "Requests and tokens by day",
            bound(activity, totals)
        ),
        json_route(
            Method::get,
            "/global/activity/model",
            Access::spend_reader,
            "Requests by model and day",
            bound(activity_by_model, totals)
        ),
    };
}

} // namespace litellm::api
