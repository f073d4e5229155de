#include "service_state.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"

#include "litellm/core/log.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace litellm::inference {

namespace {

/// Of a model whose longest answer nobody told us.
constexpr std::int64_t default_max_completion_tokens = 4096;
/// More than any model writes; a client's number must not overflow a sum.
constexpr std::int64_t most_completion_tokens = std::int64_t{1} << 32;
constexpr std::int64_t bytes_per_token = 4;
/// What an answer without a limit of its own takes from a limit of tokens while it is under way. The model's
/// longest answer would let few calls run beside each other, although hardly any gets that long.
constexpr std::int64_t usual_completion_tokens = 1024;

struct ApiNames {
    std::string_view call_type;
    std::string_view endpoint;
};

/// In the order of NativeApi.
constexpr std::array<ApiNames, 11> api_names{{
    {"anthropic_messages", "/v1/messages"},
    {"aresponses", "/responses"},
    {"agenerate_content", "/models/{model}:generateContent"},
    {"amoderation", "/moderations"},
    {"aimage_generation", "/images/generations"},
    {"aspeech", "/audio/speech"},
    {"atranscription", "/audio/transcriptions"},
    {"arerank", "/rerank"},
    {"aimage_edit", "/images/edits"},
    {"aimage_variation", "/images/variations"},
    {"atranslation", "/audio/translations"},
}};

std::string_view call_type_of(const ModelCall& call)
{
    if (call.context.api)
        return api_names[static_cast<std::size_t>(*call.context.api)].call_type;
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

std::string_view endpoint_of(const ModelCall& call)
{
    if (call.context.api)
        return api_names[static_cast<std::size_t>(*call.context.api)].endpoint;
    switch (call.operation()) {
    case providers::Operation::chat_completions:
        return "/chat/completions";
    case providers::Operation::completions:
        return "/completions";
    case providers::Operation::embeddings:
        break;
    }
    return "/embeddings";
}

void append_member(std::string& out, std::string_view name, std::string_view value)
{
    out.append(out.size() > 1 ? "," : "").append("\"").append(name).append("\":");
    append_json_string(out, value);
}

const std::string& user_of(const ModelCall& call)
{
    return call.named_user.empty() ? call.context.principal->user_id : call.named_user;
}

/// The part of the ledger's metadata that is known before the call; without its closing brace.
std::string metadata_head(const ModelCall& call)
{
    const auth::Principal& principal = *call.context.principal;
    std::string out;
    out.reserve(512);
    out += '{';
    append_member(out, "user_api_key", principal.key_hash);
    if (const store::Key* key = principal.key(); key != nullptr && key->key_alias)
        append_member(out, "user_api_key_alias", *key->key_alias);
    if (const auto team = principal.team_id(); !team.empty())
        append_member(out, "user_api_key_team_id", team);
    if (principal.context && principal.context->team && principal.context->team->alias)
        append_member(out, "user_api_key_team_alias", *principal.context->team->alias);
    if (const std::string& user = user_of(call); !user.empty())
        append_member(out, "user_api_key_user_id", user);
    append_member(out, "litellm_call_id", call.context.call_id);
    return out;
}

std::string tags_json(const std::vector<std::string>& tags)
{
    std::string out;
    out.reserve(64);
    out += '[';
    for (const auto& tag : tags) {
        if (out.size() > 1)
            out += ',';
        append_json_string(out, tag);
    }
    out += ']';
    return out;
}

spend::Entry draft_of(const ModelCall& call, const config::Config& config)
{
    const auth::Principal& principal = *call.context.principal;
    const http::Request& request = call.context.exchange.request();
    spend::Entry entry;
    store::SpendLog& log = entry.log;
    log.request_id = call.context.call_id;
    log.call_type = call_type_of(call);
    log.api_key = principal.is_master && config.general.disable_adding_master_key_hash_to_db
        ? "litellm_proxy_master_key"
        : principal.key_hash;
    log.start_time = call.started;
    log.end_time = call.started;
    log.model = call.model;
    if (call.found.group != nullptr)
        log.model_group = call.found.group->name;
    log.user = user_of(call);
    log.metadata_json = metadata_head(call);
    log.cache_hit = "False";
    log.cache_key = "Cache OFF";
    log.request_tags_json = tags_json(call.tags);
    if (const auto team = principal.team_id(); !team.empty())
        log.team_id = team;
    if (principal.context && principal.context->organization)
        log.organization_id = principal.context->organization->organization_id;
    if (!call.end_user.empty())
        log.end_user = call.end_user;
    log.requester_ip_address = request.peer_address;
    const std::string_view session = trim(request.fields.find("x-litellm-trace-id"));
    log.session_id = session.empty() ? call.context.call_id : std::string(session);
    entry.endpoint = endpoint_of(call);
    entry.tags = call.tags;
    return entry;
}

bool has_no_completion(providers::NativeApi api)
{
    return api == providers::NativeApi::moderations || api == providers::NativeApi::rerank;
}

/// Of all choices together.
std::int64_t completion_tokens(const ModelCall& call, std::int64_t without_limit)
{
    if (call.operation() == providers::Operation::embeddings)
        return 0;
    if (call.context.api && has_no_completion(*call.context.api))
        return 0;
    std::int64_t most = without_limit;
    for (const std::string_view name : {"max_completion_tokens", "max_tokens", "max_output_tokens"}) {
        if (const auto limit = call.scan.integer_of(name); limit && *limit >= 0) {
            most = std::min(*limit, most_completion_tokens);
            break;
        }
    }
    return most * std::clamp<std::int64_t>(call.scan.integer_of("n").value_or(1), 1, 128);
}

std::int64_t wanted_completion_tokens(const ModelCall& call, const spend::ModelPrice& price)
{
    return completion_tokens(call, price.max_output_tokens.value_or(default_max_completion_tokens));
}

} // namespace

spend::Entry pass_through_draft(const ModelCall& call, const config::Config& config, const std::string& path)
{
    spend::Entry entry = draft_of(call, config);
    entry.log.call_type = "pass_through_endpoint";
    entry.endpoint = path;
    return entry;
}

std::unique_ptr<const spend::ModelPrice> ModelService::State::picture_price(
    const ModelCall& call, const Deployment& deployment, const PictureFormat& format
) const
{
    if (deployment.has_custom_price)
        return nullptr;
    const providers::Endpoint& endpoint = deployment.endpoint;
    const std::string& model = call.found.model.empty() ? endpoint.model : call.found.model;
    std::shared_ptr<const spend::PriceBook> book;
    {
        const std::lock_guard lock(mutex);
        book = prices;
    }
    const auto* listed = book
        ? listed_picture_price(deployment, endpoint.provider, model, *book, format.quality, format.size)
        : nullptr;
    const auto adjustment = spend::adjustment_for(config.litellm.raw, endpoint.provider);
    if (listed == nullptr || !adjustment)
        return nullptr;
    auto price = std::make_unique<spend::ModelPrice>(*listed);
    spend::adjust(*price, *adjustment);
    return price;
}

std::vector<std::unique_ptr<const spend::ModelPrice>>
ModelService::State::possible_picture_prices(const ModelCall& call, const Deployment& deployment) const
{
    std::vector<std::unique_ptr<const spend::ModelPrice>> found;
    if (!makes_pictures(call))
        return found;
    const auto is_open = [](const std::string& choice) { return choice.empty() || choice == "auto"; };
    PictureFormat format = requested_format(call);
    found.push_back(picture_price(call, deployment, format));
    // What the request leaves open, the model may answer with its best.
    if (is_open(format.quality)) {
        format.quality = "high";
        found.push_back(picture_price(call, deployment, format));
    }
    if (is_open(format.size)) {
        format.size = "1024x1536";
        found.push_back(picture_price(call, deployment, format));
    }
    std::erase(found, nullptr);
    return found;
}

void ModelService::State::settle_on_picture_price(ModelCall& call, const Json& answer, bool has_usage) const
{
    const auto& own = call.deployment->price;
    if (!makes_pictures(call) || (has_usage && own && own->at(call.started).is_paid_by_tokens()))
        return;
    if (auto price = picture_price(call, *call.deployment, answered_format(call, answer))) {
        call.picture_price = std::move(price);
        call.open.set_price(call.picture_price.get());
    }
}

/// A token covers at least one byte of the request.
spend::Demand ModelService::State::demand_of(const ModelCall& call) const
{
    spend::Demand demand;
    demand.tokens = estimated_prompt_tokens(call) + completion_tokens(call, usual_completion_tokens);
    demand.least_tokens = 1;
    demand.skip_budgets = true;
    const bool chooses_service = call.scan.find("service_tier") != nullptr;
    const auto prompt_bytes = static_cast<std::int64_t>(std::max(call.scan.text.size(), form_bytes(call)));
    const providers::Units units = most_units(call);
    for (const auto& deployment : call.found.group->deployments) {
        const auto longest =
            call.timeout_override.value_or(call.stream ? deployment->stream_timeout : deployment->timeout);
        const auto consider = [&](const spend::ModelPrice& each) {
            // Prices may depend on the day and the hour at which a call starts.
            const spend::ModelPrice& price = each.at(call.started);
            const std::int64_t completion = wanted_completion_tokens(call, price);
            const auto raise = [&](const spend::ModelPrice& served) {
                demand.upper_bound = std::max(
                    demand.upper_bound, spend::upper_bound(served, prompt_bytes, completion, longest, units)
                );
            };
            raise(price);
            // Which service a call gets is the provider's choice once the request leaves it open.
            if (chooses_service) {
                for (const auto& service : price.services)
                    raise(service.price);
            }
            if (!each.is_free())
                demand.skip_budgets = false;
        };
        if (deployment->price)
            consider(*deployment->price);
        else
            demand.skip_budgets = false;
        for (const auto& price : possible_picture_prices(call, *deployment))
            consider(*price);
    }
    return demand;
}

std::int64_t estimated_prompt_tokens(const ModelCall& call)
{
    return static_cast<std::int64_t>(std::max(call.scan.text.size(), form_bytes(call))) / bytes_per_token + 1;
}

/// Who pays for the call beside the caller's own accounts.
void ModelService::State::find_other_payers(ModelCall& call) const
{
    const auto& limited = call.context.principal->model_payers;
    if (const auto found = limited.find(call.model); found != limited.end())
        call.other_payers.insert(call.other_payers.end(), found->second.begin(), found->second.end());
    if (shared_budgets != nullptr)
        shared_budgets->add_payers(call.tags, call.other_payers);
}

Task<void> ModelService::State::retry_with_leases(
    ModelCall& call, Error refused, const std::function<Result<void>()>& step
)
{
    // Calls beside this one may take what was leased for it.
    constexpr int most_tries = 50;
    for (int tries = 0; tries < most_tries; ++tries) {
        auto needs = call.open.take_lease_needs();
        if (needs.empty() || leases == nullptr)
            co_return refused;
        const auto obtained = co_await leases->obtain(std::move(needs));
        if (!obtained && obtained.error().kind == ErrorKind::budget_exceeded)
            co_return refused;
        if (!obtained) {
            log::warning("spend", "a budget cannot be leased: {}", obtained.error().message);
            if (!config.general.allow_requests_on_db_unavailable)
                co_return unavailable("The budgets of this call cannot be confirmed while the database is "
                                      "away; try again later.");
            call.open.skip_leases();
        }
        auto done = step();
        if (done)
            co_return done;
        refused = done.error();
    }
    co_return refused;
}

Result<void> ModelService::State::admit(ModelCall& call)
{
    const auto& deployments = call.found.group->deployments;
    if (!call.named_user.empty())
        call.open.count_for_user();
    if (config.litellm.block_unknown_prices &&
        std::none_of(deployments.begin(), deployments.end(), [](const auto& item) {
            return item->price.has_value();
        }))
        return Error{
            ErrorKind::invalid_input,
            fmt::format(
                "The price of model {} is unknown, and block_unknown_prices is on.", call.requested_model
            ),
            "model"};
    const auth::Principal& principal = *call.context.principal;
    if (call.other_payers.empty())
        return call.open.begin(
            accounts, ledger, clock, principal.payers, demand_of(call), draft_of(call, config)
        );
    std::vector<spend::Payer> payers = principal.payers;
    payers.insert(payers.end(), call.other_payers.begin(), call.other_payers.end());
    return call.open.begin(accounts, ledger, clock, payers, demand_of(call), draft_of(call, config));
}

Result<void> ModelService::State::charge_target(ModelCall& call)
{
    if (shared_budgets == nullptr)
        return {};
    std::vector<spend::Payer> payers;
    shared_budgets->add_target(call.endpoint().provider, call.deployment->id, payers);
    return call.open.charge_target(accounts, payers);
}

void ModelService::State::warn_unknown_price(const Deployment& deployment)
{
    {
        const std::lock_guard lock(mutex);
        if (!warned_prices.insert(deployment.id).second)
            return;
    }
    log::warning(
        "spend",
        "the price of {}/{} is unknown: its calls are recorded with spend 0. Set input_cost_per_token and "
        "output_cost_per_token on the deployment",
        deployment.endpoint.provider,
        deployment.endpoint.model
    );
}

} // namespace litellm::inference
