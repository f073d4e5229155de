#include "spend_json.hpp"

#include "query_reader.hpp"
#include "shapes.hpp"

namespace litellm::api {

namespace {

/// A column that holds JSON; what cannot be read is shown as the text it is.
Json document(const std::string& text)
{
    auto parsed = parse_json(text);
    return parsed ? std::move(*parsed) : Json(text);
}

Json amounts(const std::map<std::string, Money>& sums)
{
    Json json = Json::object();
    for (const auto& [name, sum] : sums)
        json[name] = sum.usd();
    return json;
}

} // namespace

Result<management::SpendQuery> spend_query_from(const Call& call)
{
    management::SpendQuery query;
    QueryReader reader(call);
    reader.read("api_key", query.api_key);
    reader.read("user_id", query.user_id);
    reader.read("request_id", query.request_id);
    reader.read("start_date", query.start_date);
    reader.read("end_date", query.end_date);
    reader.read("limit", query.limit, 1, 10'000);
    reader.read("offset", query.offset, 0, 1'000'000'000);
    if (!reader.outcome())
        return reader.outcome().error();
    return query;
}

Json to_json(const store::SpendLog& log)
{
    Json json = Json::object();
    json["request_id"] = log.request_id;
    json["call_type"] = log.call_type;
    json["api_key"] = log.api_key;
    json["spend"] = log.spend.usd();
    json["total_tokens"] = log.total_tokens;
    json["prompt_tokens"] = log.prompt_tokens;
    json["completion_tokens"] = log.completion_tokens;
    json["startTime"] = to_iso8601(log.start_time);
    json["endTime"] = to_iso8601(log.end_time);
    json["completionStartTime"] = time_or_null(log.completion_start_time);
    json["model"] = log.model;
    json["model_id"] = log.model_id;
    json["model_group"] = log.model_group;
    json["custom_llm_provider"] = log.custom_llm_provider;
    json["api_base"] = log.api_base;
    json["user"] = log.user;
    json["metadata"] = document(log.metadata_json);
    json["cache_hit"] = log.cache_hit;
    json["cache_key"] = log.cache_key;
    json["request_tags"] = document(log.request_tags_json);
    json["team_id"] = or_null(log.team_id);
    json["organization_id"] = or_null(log.organization_id);
    json["end_user"] = or_null(log.end_user);
    json["requester_ip_address"] = or_null(log.requester_ip_address);
    json["messages"] = document(log.messages_json);
    json["response"] = document(log.response_json);
    json["proxy_server_request"] = document(log.proxy_server_request_json);
    json["session_id"] = or_null(log.session_id);
    json["status"] = log.status;
    return json;
}

Json to_json(const std::vector<store::SpendLog>& logs)
{
    Json json = Json::array();
    for (const auto& log : logs)
        json.push_back(to_json(log));
    return json;
}

Json to_json(const std::vector<management::SpendDay>& days)
{
    Json json = Json::array();
    for (const auto& day : days) {
        Json entry = Json::object();
        entry["startTime"] = day.day;
        entry["spend"] = day.spend.usd();
        for (const auto& [key, sum] : day.keys)
            entry[key] = sum.usd();
        entry["users"] = amounts(day.users);
        entry["models"] = amounts(day.models);
        json.push_back(std::move(entry));
    }
    return json;
}

} // namespace litellm::api
