// Rows and reports: /spend/keys, /spend/users, /spend/logs/v2, /global/spend/report.

#include "management_tables.hpp"

#include "json/caller.hpp"
#include "json/key_json.hpp"
#include "json/paging_json.hpp"
#include "json/query_reader.hpp"
#include "json/shapes.hpp"
#include "json/spend_json.hpp"
#include "json/user_json.hpp"

#include <cmath>
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

constexpr std::int64_t most_rows = 1000;

Task<JsonResponse> keys(ManagementServices& services, Call& call, const Json&)
{
    management::KeyQuery query;
    query.filter.sort_by = "spend";
    query.filter.size = most_rows;
    const auto caller = caller_of(call);
    const auto listing = co_await services.keys.list(caller, std::move(query));
    if (!listing)
        co_return listing.error();
    Json shown = Json::array();
    for (const auto& key : listing->page.keys)
        shown.push_back(to_json(key));
    co_return answer(std::move(shown));
}

Task<JsonResponse>
one_user(ManagementServices& services, const management::Caller& caller, std::string user_id)
{
    const std::optional<std::string> wanted(std::move(user_id));
    const auto view = co_await services.users.load(caller, wanted);
    if (!view)
        co_return view.error();
    Json shown = Json::array();
    if (view->user)
        shown.push_back(to_json(*view->user));
    co_return answer(std::move(shown));
}

Task<JsonResponse> users(ManagementServices& services, Call& call, const Json&)
{
    std::optional<std::string> user_id;
    QueryReader reader(call);
    reader.read("user_id", user_id);
    const auto caller = caller_of(call);
    if (!user_id && !caller.may_see_everything())
        user_id = caller.principal->user_id;
    if (user_id)
        co_return co_await one_user(services, caller, *user_id);
    store::UserFilter filter;
    filter.sort_by = "spend";
    filter.size = most_rows;
    const auto listing = co_await services.users.list(caller, std::move(filter));
    if (!listing)
        co_return listing.error();
    co_return answer(rows_json(*listing));
}

std::optional<Timestamp> time_from(QueryReader& reader, const Call& call, std::string_view name, bool is_end)
{
    const auto text = call.query(name);
    if (!text || text->empty()) {
        reader.refuse(name, "is needed");
        return std::nullopt;
    }
    const auto time = parse_timestamp(*text);
    if (!time)
        reader.refuse(name, "must be a date such as 2026-02-18 or 2026-02-18 10:00:00");
    constexpr std::size_t date_only = 10;
    if (!time || !is_end)
        return time;
    // A day is meant as a whole.
    return text->size() == date_only ? *time + std::chrono::days(1) : *time + milliseconds(1);
}

std::optional<double> amount_from(QueryReader& reader, const Call& call, std::string_view name)
{
    const auto text = call.query(name);
    if (!text || text->empty())
        return std::nullopt;
    char* end = nullptr;
    const double amount = std::strtod(text->c_str(), &end);
    if (end == text->c_str() + text->size() && std::isfinite(amount))
        return amount;
    reader.refuse(name, "must be a number");
    return std::nullopt;
}

void read_log_filter(QueryReader& reader, const Call& call, store::SpendLogFilter& filter)
{
    filter.from = time_from(reader, call, "start_date", false);
    filter.until = time_from(reader, call, "end_date", true);
    filter.min_spend = amount_from(reader, call, "min_spend");
    filter.max_spend = amount_from(reader, call, "max_spend");
    reader.read("api_key", filter.api_key);
    reader.read("user_id", filter.user_id);
    reader.read("request_id", filter.request_id);
    reader.read("team_id", filter.team_id);
    reader.read("model", filter.model);
    reader.read("model_id", filter.model_id);
    reader.read("end_user", filter.end_user);
    std::string status;
    reader.read_choice("status_filter", status, {"success", "failure"});
    if (!status.empty())
        filter.status = std::move(status);
    reader.read_choice("sort_by", filter.sort_by, {"spend", "total_tokens", "startTime", "endTime"});
}

Json without_texts(const std::vector<store::SpendLog>& logs)
{
    Json rows = to_json(logs);
    for (Json& row : rows) {
        for (const char* text : {"messages", "response", "proxy_server_request"})
            row.erase(text);
    }
    return rows;
}

Task<JsonResponse> show_logs(SpendTotals& totals, Call& call, store::SpendLogFilter filter)
{
    std::int64_t page = 1;
    std::int64_t size = 50;
    std::string order = "desc";
    std::optional<std::string> key_alias;
    QueryReader reader(call);
    reader.read("page", page, 1, 1'000'000);
    reader.read("page_size", size, 1, 100);
    reader.read_choice("sort_order", order, {"asc", "desc"});
    reader.read("key_alias", key_alias);
    if (!reader.outcome())
        co_return reader.outcome().error();
    filter.descending = order == "desc";
    filter.limit = size;
    filter.offset = (page - 1) * size;
    const auto caller = caller_of(call);
    const auto found = co_await totals.list_logs(caller, std::move(filter), key_alias);
    if (!found)
        co_return found.error();
    co_return answer(page_json("data", without_texts(found->logs), found->total_count, page, size));
}

Task<JsonResponse> logs(SpendTotals& totals, Call& call, const Json&)
{
    store::SpendLogFilter filter;
    QueryReader reader(call);
    read_log_filter(reader, call, filter);
    if (!reader.outcome())
        co_return reader.outcome().error();
    co_return co_await show_logs(totals, call, std::move(filter));
}

Task<JsonResponse> session_logs(SpendTotals& totals, Call& call, const Json&)
{
    store::SpendLogFilter filter;
    QueryReader reader(call);
    reader.read("session_id", filter.session_id);
    if (!filter.session_id)
        reader.refuse("session_id", "is needed");
    if (!reader.outcome())
        co_return reader.outcome().error();
    co_return co_await show_logs(totals, call, std::move(filter));
}

/// What was said in one call, where the operator keeps it.
Task<JsonResponse> log_texts(SpendTotals& totals, Call& call, const Json&)
{
    store::SpendLogFilter filter;
    filter.request_id = call.path_parameters["request_id"];
    filter.limit = 1;
    const auto caller = caller_of(call);
    const std::optional<std::string> no_alias;
    const auto found = co_await totals.list_logs(caller, std::move(filter), no_alias);
    if (!found)
        co_return found.error();
    if (found->logs.empty())
        co_return answer(Json(nullptr));
    const Json row = to_json(found->logs.front());
    Json shown = Json::object();
    for (const char* text : {"messages", "response", "proxy_server_request"})
        shown[text] = row.at(text);
    co_return answer(std::move(shown));
}

/// One group of the report: `{<name>: …, total_spend, metadata: [{model, api_key, spend, total_tokens}]}`.
struct ReportGroup {
    Money spend;
    Json details = Json::array();
};

/// Sums by day, entity, model and key as the report nests them.
Json nested_report(
    const std::vector<store::DailySum>& sums,
    const std::map<std::string, std::string>& names,
    const char* list,
    const char* name
)
{
    std::map<std::string, std::map<std::string, ReportGroup>> by_day;
    for (const auto& sum : sums) {
        ReportGroup& group = by_day[sum.by[0]][sum.by[1]];
        group.spend += sum.spend;
        Json detail = Json::object();
        detail["model"] = sum.by[2];
        detail["api_key"] = sum.by[3];
        detail["spend"] = sum.spend.usd();
        detail["total_tokens"] = sum.prompt_tokens + sum.completion_tokens;
        group.details.push_back(std::move(detail));
    }
    Json report = Json::array();
    for (auto& [day, groups] : by_day) {
        Json entry = Json::object();
        entry["group_by_day"] = day;
        entry[list] = Json::array();
        for (auto& [id, group] : groups) {
            const auto known = names.find(id);
            Json one = Json::object();
            one[name] = known == names.end() ? id : known->second;
            one["total_spend"] = group.spend.usd();
            one["metadata"] = std::move(group.details);
            entry[list].push_back(std::move(one));
        }
        report.push_back(std::move(entry));
    }
    return report;
}

Json sum_json(Money cost, std::int64_t input, std::int64_t output)
{
    Json json = Json::object();
    json["total_cost"] = cost.usd();
    json["total_input_tokens"] = input;
    json["total_output_tokens"] = output;
    return json;
}

/// Sums by key and model.
Json key_report(const std::vector<store::DailySum>& sums)
{
    struct KeySum {
        Money cost;
        std::int64_t input = 0;
        std::int64_t output = 0;
        Json details = Json::array();
    };
    std::map<std::string, KeySum> by_key;
    for (const auto& sum : sums) {
        KeySum& key = by_key[sum.by[0]];
        key.cost += sum.spend;
        key.input += sum.prompt_tokens;
        key.output += sum.completion_tokens;
        Json detail = Json::object();
        detail["model"] = sum.by[1];
        detail.update(sum_json(sum.spend, sum.prompt_tokens, sum.completion_tokens));
        key.details.push_back(std::move(detail));
    }
    Json report = Json::array();
    for (auto& [hash, key] : by_key) {
        Json entry = Json::object();
        entry["api_key"] = hash;
        entry.update(sum_json(key.cost, key.input, key.output));
        entry["model_details"] = std::move(key.details);
        report.push_back(std::move(entry));
    }
    return report;
}

struct ReportWish {
    TotalsQuery query;
    std::string group_by = "team";
    bool is_by_key = false;
};

Result<ReportWish> report_from(const Call& call)
{
    ReportWish wish;
    wish.query.wants_dates = true;
    std::optional<std::string> user_id;
    std::optional<std::string> team_id;
    std::optional<std::string> customer_id;
    QueryReader reader(call);
    reader.read("start_date", wish.query.start_date);
    reader.read("end_date", wish.query.end_date);
    reader.read("api_key", wish.query.api_key);
    reader.read("internal_user_id", user_id);
    reader.read("team_id", team_id);
    reader.read("customer_id", customer_id);
    reader.read_choice("group_by", wish.group_by, {"team", "customer", "api_key"});
    if (!reader.outcome())
        return reader.outcome().error();
    wish.is_by_key = wish.group_by == "api_key" || wish.query.api_key || user_id;
    if (wish.is_by_key) {
        wish.query.by = {DailyColumn::api_key, DailyColumn::model};
        if (user_id)
            wish.query.ids = std::vector<std::string>{*user_id};
        return wish;
    }
    wish.query.by = {DailyColumn::date, DailyColumn::entity, DailyColumn::model, DailyColumn::api_key};
    const bool is_by_customer = wish.group_by == "customer" || (customer_id && !team_id);
    wish.query.entity = is_by_customer ? Entity::end_user : Entity::team;
    wish.group_by = is_by_customer ? "customer" : "team";
    if (const auto& id = is_by_customer ? customer_id : team_id)
        wish.query.ids = std::vector<std::string>{*id};
    return wish;
}

Task<JsonResponse> report(SpendTotals& totals, Call& call, const Json&)
{
    const auto wish = report_from(call);
    if (!wish)
        co_return wish.error();
    const auto caller = caller_of(call);
    const auto found = co_await totals.load(caller, wish->query);
    if (!found)
        co_return found.error();
    if (wish->is_by_key)
        co_return answer(key_report(found->sums));
    if (wish->group_by == "customer") {
        const std::map<std::string, std::string> no_names;
        co_return answer(nested_report(found->sums, no_names, "customers", "customer"));
    }
    std::set<std::string> ids;
    for (const auto& sum : found->sums)
        ids.insert(sum.by[1]);
    const std::vector<std::string> team_ids(ids.begin(), ids.end());
    const auto names = co_await totals.aliases_of(team_ids);
    if (!names)
        co_return names.error();
    co_return answer(nested_report(found->sums, *names, "teams", "team_name"));
}

} // namespace

std::vector<Route> spend_report_routes(ManagementServices& services)
{
    SpendTotals& totals = services.totals;
    Route pages = json_route(
        Method::get, "/spend/logs/v2", Access::spend_reader, "Calls page by page", bound(logs, totals)
    );
    pages.paths.emplace_back("/spend/logs/ui");
    return {
        json_route(Method::get, "/spend/keys", Access::spend_reader, "Keys by spend", bound(keys, services)),
        json_route(
            Method::get, "/spend/users", Access::spend_reader, "Users by spend", bound(users, services)
        ),
        std::move(pages),
        json_route(
            Method::get,
            "/spend/logs/session/ui",
            Access::admin_reader,
            "Calls of a session",
            bound(session_logs, totals)
        ),
        json_route(
            Method::get,
            "/spend/logs/ui/{request_id}",
            Access::admin_reader,
            "Texts of a call",
            bound(log_texts, totals)
        ),
        json_route(
            Method::get,
            "/global/spend/report",
            Access::admin_reader,
            "Spend by day and group",
            bound(report, totals)
        ),
    };
}

} // namespace litellm::api
