#include "litellm/inference/models.hpp"

#include "credential_file.hpp"
#include "deployment_state.hpp"
#include "litellm/auth/access.hpp"
#include "litellm/core/json_member.hpp"
#include "litellm/core/log.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace litellm::inference {

using providers::Operation;

namespace {

std::chrono::milliseconds to_milliseconds(double seconds)
{
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(seconds, 1e7) * 1000));
}

/// Row, then router, then litellm_settings.
std::chrono::milliseconds timeout_of(const config::Deployment& row, const config::Config& config)
{
    return to_milliseconds(row.timeout_seconds.value_or(
        config.router.timeout_seconds.value_or(config.litellm.request_timeout_seconds)
    ));
}

std::chrono::milliseconds stream_timeout_of(const config::Deployment& row, const config::Config& config)
{
    if (row.stream_timeout_seconds)
        return to_milliseconds(*row.stream_timeout_seconds);
    if (config.router.stream_timeout_seconds)
        return to_milliseconds(*config.router.stream_timeout_seconds);
    return timeout_of(row, config);
}

std::string without_query(const std::string& url)
{
    return url.substr(0, url.find_first_of("?#"));
}

std::string without_user_info(std::string url)
{
    const auto scheme = url.find("://");
    if (scheme == std::string::npos)
        return url;
    const auto host = scheme + 3;
    const auto at = url.substr(0, url.find('/', host)).rfind('@');
    if (at != std::string::npos && at > host)
        url.erase(host, at + 1 - host);
    return url;
}

double weight_of(const config::Deployment& row)
{
    if (row.weight)
        return std::max(0.0, *row.weight);
    if (row.rpm)
        return static_cast<double>(std::max<std::int64_t>(0, *row.rpm));
    if (row.tpm)
        return static_cast<double>(std::max<std::int64_t>(0, *row.tpm));
    return -1;
}

/// Rows of one group are weighed by the same measure; a row that lacks it counts as zero, unless no row has
/// it.
void even_out_weights(std::vector<config::Deployment>& rows)
{
    const auto has = [&](auto member) {
        return std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
            return (row.*member).has_value();
        });
    };
    const bool by_weight = has(&config::Deployment::weight);
    const bool by_rpm = !by_weight && has(&config::Deployment::rpm);
    for (auto& row : rows) {
        if (by_weight)
            row.weight = row.weight.value_or(0);
        else if (by_rpm)
            row.weight = static_cast<double>(row.rpm.value_or(0));
    }
}

std::optional<double> number_of(const Json& object, const char* member)
{
    if (!object.is_object())
        return std::nullopt;
    const auto found = object.find(member);
    return found != object.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

std::vector<std::string> texts_of(const Json& object, const char* member)
{
    std::vector<std::string> texts;
    const auto found = object.find(member);
    if (found == object.end() || !found->is_array())
        return texts;
    for (const Json& item : *found) {
        if (item.is_string())
            texts.push_back(item.get<std::string>());
    }
    return texts;
}

/// Who has no price counts as the dearest: LiteLLM's 5 USD a token each way.
Money routing_cost_of(const std::optional<spend::ModelPrice>& price)
{
    constexpr std::int64_t million = 1'000'000;
    if (!price)
        return Money::from_nano(10 * million * 1'000'000'000);
    providers::Usage usage;
    usage.prompt = usage.completion = million;
    usage.total = 2 * million;
    return spend::cost_of(*price, usage, std::chrono::milliseconds(0));
}

/// What `look_up` finds under the base model that a row names, else under the model that it calls.
template <class LookUp>
const spend::ModelPrice* listed_price(
    const Json& model_info,
    const Json& params,
    const std::string& provider,
    const std::string& model,
    const LookUp& look_up
)
{
    for (const Json* source : {&model_info, &params}) {
        if (!source->is_object())
            continue;
        const auto base = source->find("base_model");
        if (base == source->end() || !base->is_string())
            continue;
        const auto name = base->get<std::string>();
        const auto split = providers::split_model(name);
        if (const auto* price = split ? look_up(split->provider, split->model) : look_up("", name))
            return price;
    }
    return look_up(provider, model);
}

} // namespace

const spend::ModelPrice* listed_picture_price(
    const Deployment& deployment,
    const std::string& provider,
    const std::string& model,
    const spend::PriceBook& prices,
    std::string_view quality,
    std::string_view size
)
{
    return listed_price(
        deployment.model_info,
        deployment.params,
        provider,
        model,
        [&](std::string_view seller, std::string_view name) {
            return prices.find_picture(seller, name, quality, size);
        }
    );
}

void set_endpoint(Deployment& deployment, providers::Endpoint endpoint)
{
    deployment.urls = {};
    if (endpoint.adapter != nullptr) {
        for (const Operation operation :
             {Operation::chat_completions, Operation::completions, Operation::embeddings}) {
            for (const bool stream : {false, true}) {
                if (auto url = endpoint.adapter->url(endpoint, operation, stream))
                    deployment.urls[static_cast<std::size_t>(operation)][stream ? 1 : 0] = std::move(*url);
            }
        }
    }
    providers::Headers headers = endpoint.headers;
    headers.emplace_back("Content-Type", "application/json");
    deployment.json_headers = std::make_shared<const http::HeaderBlock>(headers);
    deployment.public_api_base = without_user_info(without_query(endpoint.api_base));
    deployment.endpoint = std::move(endpoint);
}

Result<DeploymentPtr>
make_deployment(const config::Deployment& row, const config::Config& config, const spend::PriceBook& prices)
{
    const auto params = with_credential_file(row.params, config.environment);
    if (!params)
        return params.error();
    auto endpoint = providers::resolve_endpoint(*params, config.environment);
    if (!endpoint)
        return endpoint.error();
    auto deployment = std::make_shared<Deployment>();
    deployment->id = row.id;
    deployment->group = row.model_name;
    deployment->params = row.params;
    deployment->model_info = row.model_info;
    deployment->weight = weight_of(row);
    deployment->timeout = timeout_of(row, config);
    deployment->stream_timeout = stream_timeout_of(row, config);
    deployment->order = row.order;
    deployment->rpm = row.rpm;
    deployment->tpm = row.tpm;
    deployment->max_parallel_requests = row.max_parallel_requests.value_or(0);
    deployment->tags = texts_of(row.params, "tags");
    deployment->cooldown_seconds = number_of(row.params, "cooldown_time");
    deployment->is_wildcard = row.model_name.find('*') != std::string::npos;
    deployment->state = std::make_shared<DeploymentState>();
    deployment->drop_params =
        config.litellm.drop_params || row.params.value("drop_params", Json()) == Json(true);
    const auto mock = row.params.find("mock_response");
    if (mock != row.params.end() && !mock->is_null())
        deployment->mock_response = *mock;

    const auto* listed = listed_price(
        row.model_info,
        row.params,
        endpoint->provider,
        endpoint->model,
        [&](std::string_view provider, std::string_view model) { return prices.find(provider, model); }
    );
    auto custom = spend::custom_price(row.params, row.model_info, listed);
    if (!custom)
        return custom.error();
    deployment->has_custom_price = custom->has_value();
    if (*custom)
        deployment->price = std::move(**custom);
    else if (listed != nullptr)
        deployment->price = *listed;
    const auto adjustment = spend::adjustment_for(config.litellm.raw, endpoint->provider);
    if (!adjustment)
        return adjustment.error();
    if (deployment->price)
        spend::adjust(*deployment->price, *adjustment);
    deployment->routing_cost = routing_cost_of(deployment->price);
    if (const auto most = number_of(row.model_info, "max_input_tokens"))
        deployment->max_input_tokens = static_cast<std::int64_t>(*most);
    else if (deployment->price)
        deployment->max_input_tokens = deployment->price->max_input_tokens;

    if (endpoint->adapter != nullptr) {
        const auto token = endpoint->adapter->token_request(*endpoint, Timestamp());
        deployment->buys_tokens = !token || token->has_value();
    }
    set_endpoint(*deployment, std::move(*endpoint));
    return DeploymentPtr(std::move(deployment));
}

namespace {

/// What is known of a deployment outlives its row being read again.
DeploymentPtr with_state_of(const DeploymentPtr& deployment, const Deployment& known)
{
    auto same = std::make_shared<Deployment>(*deployment);
    same->state = known.state;
    return same;
}

} // namespace

std::shared_ptr<const Models> Models::make(
    const config::Config& config,
    const spend::PriceBook& prices,
    std::vector<std::string>& problems,
    const std::vector<config::Deployment>& stored,
    const Models* previous
)
{
    auto models = std::make_shared<Models>();
    std::vector<std::string> order;
    std::map<std::string, std::vector<config::Deployment>> rows;
    for (const auto* source : {&config.model_list, &stored}) {
        for (const auto& row : *source) {
            if (!rows.contains(row.model_name))
                order.push_back(row.model_name);
            rows[row.model_name].push_back(row);
        }
    }
    for (const auto& name : order) {
        Group group;
        group.name = name;
        std::set<std::string> access_groups;
        even_out_weights(rows[name]);
        for (const auto& row : rows[name]) {
            auto deployment = inference::make_deployment(row, config, prices);
            if (!deployment) {
                problems.push_back(fmt::format(
                    "{}:{}: model '{}' is left out: {}",
                    row.place.file,
                    row.place.line,
                    name,
                    deployment.error().message
                ));
                continue;
            }
            access_groups.insert(row.access_groups.begin(), row.access_groups.end());
            group.is_ordered = group.is_ordered || (*deployment)->order;
            const auto known = previous == nullptr ? nullptr : previous->find_deployment(row.id);
            group.deployments.push_back(known ? with_state_of(*deployment, *known) : std::move(*deployment));
        }
        if (group.deployments.empty())
            continue;
        group.access_groups.assign(access_groups.begin(), access_groups.end());
        group.team_id = member_text(group.deployments.front()->model_info, "team_id");
        group.public_name = member_text(group.deployments.front()->model_info, "team_public_model_name");
        const std::size_t index = models->groups_.size();
        if (name.find('*') != std::string::npos)
            models->patterns_.push_back({name, index});
        else
            models->by_name_[name] = index;
        models->names_.push_back(name);
        for (const auto& deployment : group.deployments) {
            models->by_id_[deployment->id] = {index, deployment};
            models->by_model_.emplace(deployment->params.value("model", ""), index);
        }
        models->groups_.push_back(std::move(group));
    }
    // The longest pattern is the most specific one.
    std::stable_sort(
        models->patterns_.begin(),
        models->patterns_.end(),
        [](const Pattern& a, const Pattern& b) { return a.pattern.size() > b.pattern.size(); }
    );
    for (const auto& [alias, target] : config.router.model_group_alias) {
        models->aliases_[alias] = target.model;
        if (!target.hidden)
            models->names_.push_back(alias);
    }
    for (const auto& [alias, target] : config.litellm.model_alias_map)
        models->aliases_.emplace(alias, target);
    for (const auto& [id, entry] : models->by_id_) {
        Group single;
        single.name = models->groups_[entry.first].name;
        single.access_groups = models->groups_[entry.first].access_groups;
        single.team_id = models->groups_[entry.first].team_id;
        single.public_name = models->groups_[entry.first].public_name;
        single.deployments.push_back(entry.second);
        models->single_groups_.push_back(std::move(single));
    }
    return models;
}

std::string Models::resolve_alias(std::string_view model) const
{
    const auto found = aliases_.find(model);
    return found == aliases_.end() ? std::string(model) : found->second;
}

namespace {

/// Replaces the stars of `target` by what the stars of `pattern` matched in `model`; the client's own name
/// when the numbers differ.
std::string fill_stars(std::string_view pattern, std::string_view target, std::string_view model)
{
    const auto star = pattern.find('*');
    const auto target_star = target.find('*');
    if (target_star == std::string_view::npos)
        return std::string(target);
    if (star == std::string_view::npos || pattern.find('*', star + 1) != std::string_view::npos)
        return std::string(model);
    const std::string_view tail = pattern.substr(star + 1);
    const std::string_view matched = model.substr(star, model.size() - star - tail.size());
    return fmt::format("{}{}{}", target.substr(0, target_star), matched, target.substr(target_star + 1));
}

} // namespace

std::optional<Found> Models::find(std::string_view model) const
{
    const std::string name(model);
    if (const auto found = by_name_.find(name); found != by_name_.end())
        return Found{&groups_[found->second], {}};
    if (const auto alias = aliases_.find(model); alias != aliases_.end()) {
        if (const auto found = by_name_.find(alias->second); found != by_name_.end())
            return Found{&groups_[found->second], {}};
    }
    if (by_id_.contains(name)) {
        for (const Group& group : single_groups_) {
            if (group.deployments.front()->id == name)
                return Found{&group, {}};
        }
    }
    for (const Pattern& pattern : patterns_) {
        if (auth::model_matches(pattern.pattern, model)) {
            const Group& group = groups_[pattern.group];
            return Found{
                &group, fill_stars(pattern.pattern, group.deployments.front()->endpoint.model, model)};
        }
    }
    if (const auto found = by_model_.find(name); found != by_model_.end())
        return Found{&groups_[found->second], {}};
    return std::nullopt;
}

std::vector<std::string> Models::access_groups(std::string_view model) const
{
    const auto found = find(model);
    return found ? found->group->access_groups : std::vector<std::string>();
}

DeploymentPtr Models::find_deployment(std::string_view id) const
{
    const auto found = by_id_.find(std::string(id));
    return found == by_id_.end() ? nullptr : found->second.second;
}

} // namespace litellm::inference
