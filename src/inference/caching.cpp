#include "caching.hpp"

#include "answer_headers.hpp"
#include "litellm/core/json_member.hpp"
#include "litellm/core/log.hpp"
#include "service_state.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace litellm::inference {

namespace {

using std::chrono::seconds;

std::optional<seconds> seconds_at(const Json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number())
        return std::nullopt;
    return seconds(static_cast<std::int64_t>(std::clamp(found->get<double>(), 0.0, 1e9)));
}

bool flag_at(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && *found == Json(true);
}

std::string_view call_type_of(const ModelCall& call)
{
    switch (call.operation()) {
    case providers::Operation::chat_completions:
        return "acompletion";
    case providers::Operation::completions:
        return "atext_completion";
    case providers::Operation::embeddings:
        break;
    }
    return "aembedding";
}

/// Everybody of a team, else everything of one user, else one key; a key with models of its own stands alone.
std::string tenant_of(const auth::Principal& principal)
{
    if (has_own_models(principal))
        return "key " + principal.key_hash;
    if (const auto team = principal.team_id(); !team.empty())
        return fmt::format("team {}", team);
    if (!principal.user_id.empty())
        return fmt::format("user {}", principal.user_id);
    return "key " + principal.key_hash;
}

/// All members that reach the provider, in an order that does not depend on the client's.
std::string question_of(const ModelCall& call)
{
    std::vector<std::pair<std::string_view, std::string_view>> members;
    for (const Member& member : call.scan.members) {
        if (member.name != "model" && member.name != "user" && !providers::is_proxy_parameter(member.name))
            members.emplace_back(member.name, member.value);
    }
    std::sort(members.begin(), members.end());
    std::string question = fmt::format("{}\n{}\n", call.found.group->name, call.found.model);
    for (const auto& [name, value] : members)
        question += fmt::format("{}:{}{}:{}", name.size(), name, value.size(), value);
    if (call.stream)
        question += fmt::format("stream {}", call.client_wants_usage);
    return question;
}

Result<void> check_controls(const ModelCall& call, const Json& given)
{
    const store::Key* const key = call.context.principal->key();
    if (key == nullptr || key->allowed_cache_controls.empty())
        return {};
    for (const auto& [name, value] : given.items()) {
        const auto& allowed = key->allowed_cache_controls;
        if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
            return Error{
                ErrorKind::forbidden,
                fmt::format(
                    "Not allowed to set {} as a cache control. Contact admin to change permissions.", name
                ),
                "cache"};
    }
    return {};
}

} // namespace

std::optional<CachePolicy> make_cache_policy(const config::Config& config)
{
    const Json& settings = config.litellm.raw;
    if (!settings.is_object() || !flag_at(settings, "cache"))
        return std::nullopt;
    CachePolicy policy;
    const auto params = settings.find("cache_params");
    if (params == settings.end() || !params->is_object())
        return policy;
    if (const auto type = member_text(*params, "type"); !type.empty() && type != "local" && type != "redis")
        log::warning(
            "config", "cache_params.type {} is not spoken by this version; answers are cached in memory", type
        );
    policy.only_when_asked = member_text(*params, "mode") == "default_off";
    policy.name_space = member_text(*params, "namespace");
    policy.lifetime = seconds_at(*params, "ttl");
    if (const auto types = params->find("supported_call_types");
        types != params->end() && types->is_array()) {
        for (const Json& type : *types) {
            if (!type.is_string())
                continue;
            const auto name = type.get<std::string>();
            policy.call_types.insert(name.starts_with('a') ? name : "a" + name);
        }
    }
    return policy;
}

Result<std::unique_ptr<CacheUse>> cache_use_of(const ModelCall& call, const CachePolicy& policy)
{
    const std::string_view call_type = call_type_of(call);
    // What a host of the client's answers is nobody else's answer.
    if (call.context.api || call.credentials || call.mock_response || !call.staged_error.empty())
        return std::unique_ptr<CacheUse>();
    if (!policy.call_types.empty() && !policy.call_types.contains(call_type))
        return std::unique_ptr<CacheUse>();
    Json controls = Json::object();
    if (const auto& context = call.context.principal->context; context && context->key.metadata.is_object()) {
        if (const auto defaults = context->key.metadata.find("cache");
            defaults != context->key.metadata.end() && defaults->is_object())
            controls = *defaults;
    }
    if (const Member* asked = call.scan.find("cache")) {
        const auto given = parse_json(asked->value);
        if (given && given->is_object()) {
            if (const auto allowed = check_controls(call, *given); !allowed)
                return allowed.error();
            controls.update(*given);
        }
    }
    const Member* caching = call.scan.find("caching");
    const bool is_off = caching != nullptr && caching->value == "false";
    if (is_off || (policy.only_when_asked && !flag_at(controls, "use-cache")))
        return std::unique_ptr<CacheUse>();
    auto use = std::make_unique<CacheUse>();
    use->reads = !flag_at(controls, "no-cache");
    use->stores = !flag_at(controls, "no-store");
    const auto lifetime = seconds_at(controls, "ttl");
    use->lifetime = lifetime ? lifetime : policy.lifetime;
    use->oldest = seconds_at(controls, "s-maxage");
    CacheScope scope;
    scope.tenant = tenant_of(*call.context.principal);
    const auto own_space = member_text(controls, "namespace");
    scope.name_space = own_space.empty() ? policy.name_space : own_space;
    use->key = ResponseCache::key_of(scope, call_type, question_of(call));
    return use;
}

Task<bool> ModelService::State::answer_from_cache(ModelCall& call)
{
    if (!call.cache->reads)
        co_return false;
    std::shared_ptr<const CachedAnswer> answer;
    if (caches_in_redis) {
        auto found = co_await find_shared_answer(call);
        answer = found ? std::move(*found) : nullptr;
    } else {
        answer = cache->find(call.cache->key, clock.now(), call.cache->oldest);
    }
    if (!answer)
        co_return false;
    call.open.set_cache_hit(call.cache->key);
    Outcome outcome;
    outcome.success = true;
    outcome.usage = answer->usage;
    outcome.first_byte = clock.now();
    outcome.response_id =
        fmt::format("{}_cache_hit{}", call.context.call_id, call.started.time_since_epoch().count());
    call.open.settle(outcome);
    const auto durable = co_await ledger.make_durable();
    if (!durable)
        co_return durable.error();
    http::HeaderLines headers;
    headers.add("content-type", call.stream ? "text/event-stream; charset=utf-8" : "application/json");
    add_call_headers(headers, call, accounts);
    headers.add("x-litellm-cache-key", call.cache->key);
    headers.add("x-litellm-model-id", answer->model_id);
    headers.add("x-litellm-model-group", call.found.group->name);
    http::Exchange& exchange = call.context.exchange;
    if (!call.stream) {
        add_cost_headers(headers, call, Money(), elapsed(call));
        add_limit_headers(headers, call, accounts);
        const std::string_view piece = answer->bytes;
        co_await exchange.respond(200, headers, std::span(&piece, 1));
        co_return true;
    }
    bool open = co_await exchange.start_stream(200, headers);
    if (open)
        open = co_await exchange.write(answer->bytes);
    if (open)
        open = co_await exchange.write("data: [DONE]\n\n");
    if (open)
        (void)co_await exchange.end_stream();
    co_return true;
}

void ModelService::State::keep_answer(const ModelCall& call, std::string bytes, const Outcome& outcome)
{
    if (!call.cache || !call.cache->stores || call.fallen_back > 0)
        return;
    CachedAnswer answer;
    answer.bytes = std::move(bytes);
    answer.usage = outcome.usage;
    answer.model_id = call.deployment->id;
    answer.stored = clock.now();
    if (caches_in_redis)
        keep_shared_answer(call, answer);
    else
        cache->store(call.cache->key, std::move(answer), call.cache->lifetime);
}

} // namespace litellm::inference
