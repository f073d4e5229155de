#include "activity_json.hpp"

#include "shapes.hpp"

namespace litellm::api {

namespace {

using management::Activity;
using management::Metrics;

Json metrics_json(const Metrics& metrics)
{
    Json json = Json::object();
    json["spend"] = metrics.spend.usd();
    json["prompt_tokens"] = metrics.prompt_tokens;
    json["completion_tokens"] = metrics.completion_tokens;
    json["cache_read_input_tokens"] = metrics.cache_read_input_tokens;
    json["cache_creation_input_tokens"] = metrics.cache_creation_input_tokens;
    json["total_tokens"] = metrics.total_tokens();
    json["successful_requests"] = metrics.successful_requests;
    json["failed_requests"] = metrics.failed_requests;
    json["api_requests"] = metrics.api_requests;
    return json;
}

Json keys_json(const std::map<std::string, Metrics>& keys, const Activity& activity)
{
    Json json = Json::object();
    for (const auto& [hash, metrics] : keys) {
        const auto name = activity.keys.find(hash);
        const management::KeyName known = name == activity.keys.end() ? management::KeyName() : name->second;
        Json entry = Json::object();
        entry["metrics"] = metrics_json(metrics);
        entry["metadata"]["key_alias"] = or_null(known.alias);
        entry["metadata"]["team_id"] = or_null(known.team_id);
        json[hash] = std::move(entry);
    }
    return json;
}

Json shares_json(const management::Shares& shares, const Activity& activity)
{
    Json json = Json::object();
    for (const auto& [name, share] : shares) {
        Json entry = Json::object();
        entry["metrics"] = metrics_json(share.metrics);
        entry["metadata"] = Json::object();
        entry["api_key_breakdown"] = keys_json(share.by_key, activity);
        json[name] = std::move(entry);
    }
    return json;
}

Json day_json(const management::ActivityDay& day, const Activity& activity)
{
    Json breakdown = Json::object();
    breakdown["mcp_servers"] = Json::object();
    breakdown["models"] = shares_json(day.models, activity);
    breakdown["model_groups"] = shares_json(day.model_groups, activity);
    breakdown["providers"] = shares_json(day.providers, activity);
    breakdown["endpoints"] = shares_json(day.endpoints, activity);
    breakdown["api_keys"] = keys_json(day.keys, activity);
    breakdown["entities"] = shares_json(day.entities, activity);
    Json json = Json::object();
    json["date"] = day.date;
    json["metrics"] = metrics_json(day.metrics);
    json["breakdown"] = std::move(breakdown);
    return json;
}

Json metadata_json(const Activity& activity)
{
    const Metrics& total = activity.total;
    Json json = Json::object();
    json["total_spend"] = total.spend.usd();
    json["total_prompt_tokens"] = total.prompt_tokens;
    json["total_completion_tokens"] = total.completion_tokens;
    json["total_tokens"] = total.total_tokens();
    json["total_api_requests"] = total.api_requests;
    json["total_successful_requests"] = total.successful_requests;
    json["total_failed_requests"] = total.failed_requests;
    json["total_cache_read_input_tokens"] = total.cache_read_input_tokens;
    json["total_cache_creation_input_tokens"] = total.cache_creation_input_tokens;
    json["page"] = activity.page;
    json["total_pages"] = activity.total_pages;
    json["has_more"] = activity.page < activity.total_pages;
    return json;
}

} // namespace

Json to_json(const Activity& activity)
{
    Json results = Json::array();
    for (const auto& day : activity.days)
        results.push_back(day_json(day, activity));
    Json json = Json::object();
    json["results"] = std::move(results);
    json["metadata"] = metadata_json(activity);
    return json;
}

} // namespace litellm::api
