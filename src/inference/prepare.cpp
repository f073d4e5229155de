#include "call.hpp"
#include "enforced_params.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace litellm::inference {

namespace {

constexpr std::size_t default_max_body_bytes = 100 * 1024 * 1024;

/// What a client must not decide: where a call goes and with whose credentials.
constexpr std::array<std::string_view, 24> forbidden_parameters = {
    "api_base",
    "base_url",
    "api_key",
    "api_version",
    "organization",
    "user_config",
    "extra_headers",
    "headers",
    "model_info",
    "custom_llm_provider",
    "litellm_credential_name",
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_bedrock_runtime_endpoint",
    "aws_role_name",
    "vertex_credentials",
    "vertex_project",
    "azure_ad_token",
    "client_secret",
    "proxy_server_request",
    "litellm_params",
    "configurable_clientside_auth_params",
    "use_litellm_proxy"};

Error too_large(std::size_t limit)
{
    return Error{
        ErrorKind::too_large,
        fmt::format("Request size is too large. Max size is {} MB", limit / (1024 * 1024)),
        "content-length",
        "bad_request_error",
        400};
}

Error unknown_model(const ModelCall& call, const std::string& model)
{
    constexpr std::array routes = {"/chat/completions", "/completions", "/embeddings"};
    return Error{
        ErrorKind::invalid_input,
        fmt::format(
            "{}: Invalid model name passed in model={}. Call `/v1/models` to view available models for your "
            "key.",
            routes[static_cast<std::size_t>(call.operation())],
            model
        ),
        "model",
        "invalid_request_error"};
}

Result<void> refuse_forbidden(const Scan& scan)
{
    for (const Member& member : scan.members) {
        std::string unescaped;
        std::string_view name = member.name;
        // What the configuration may allow is looked for in its plain spelling.
        // An escaped spelling of a forbidden name is that name to the provider as well.
        if (name.find('\\') != std::string_view::npos) {
            const auto parsed = parse_json(fmt::format("\"{}\"", name));
            if (parsed && parsed->is_string())
                unescaped = parsed->get<std::string>();
            name = unescaped;
        }
        if (is_forbidden_parameter(name) && !is_client_credential(member.name))
            return Error{
                ErrorKind::unauthorized,
                fmt::format(
                    "Authentication Error, Rejected Request: {} is not allowed in request body. Where a call "
                    "goes is the proxy's configuration.",
                    name
                ),
                std::string(name),
                "auth_error"};
    }
    return {};
}

std::string choose_model_name(const ModelCall& call, const config::Config& config)
{
    if (!config.general.completion_model.empty())
        return config.general.completion_model;
    if (!call.context.path_model.empty())
        return call.context.path_model;
    if (auto model = call.scan.text_of("model"))
        return std::move(*model);
    return call.context.exchange.request().query_parameter("model").value_or("");
}

template <class Number>
std::optional<Number> header_number(const http::Request& request, std::string_view name)
{
    const std::string_view text = trim(request.fields.find(name));
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// The first header that says something counts.
void take_header(const http::Request& request, std::string_view name, std::string& text)
{
    if (text.empty())
        text = std::string(trim(request.fields.find(name)));
}

void read_headers(ModelCall& call, const config::Config& config)
{
    const http::Request& request = call.context.exchange.request();
    if (const auto seconds =
            header_number<double>(request, call.stream ? "x-litellm-stream-timeout" : "x-litellm-timeout");
        seconds && *seconds > 0)
        call.timeout_override =
            std::chrono::milliseconds(static_cast<std::int64_t>(std::min(*seconds, 1e7) * 1000));
    if (const auto retries = header_number<int>(request, "x-litellm-num-retries"); retries && *retries >= 0)
        call.retries_override = std::min(*retries, 10);
    for (const std::string_view name :
         {std::string_view("x-litellm-customer-id"), std::string_view("x-litellm-end-user-id")})
        take_header(request, name, call.end_user);
    for (const std::string& name : config.general.end_user_headers)
        take_header(request, name, call.end_user);
    if (call.end_user.empty())
        call.end_user = call.scan.text_of("user").value_or("");
    // A key that is somebody's stays his: else he could spend in another's name.
    const std::string& owner = call.context.principal->user_id;
    if (owner.empty() || owner == auth::default_user_id) {
        for (const std::string& name : config.general.internal_user_headers)
            take_header(request, name, call.named_user);
    }
}

void add_tag(std::vector<std::string>& tags, std::string tag)
{
    if (!tag.empty() && tag.size() <= 256 && tags.size() < 64 &&
        std::find(tags.begin(), tags.end(), tag) == tags.end())
        tags.push_back(std::move(tag));
}

void add_tags(std::vector<std::string>& tags, const Json& list)
{
    if (!list.is_array())
        return;
    for (const Json& tag : list) {
        if (tag.is_string())
            add_tag(tags, tag.get<std::string>());
    }
}

/// Tags of key, team, header and body together; LiteLLM's newer rule.
void collect_tags(ModelCall& call, const config::Config& config)
{
    const auto& context = call.context.principal->context;
    if (context) {
        for (const Json* metadata :
             {&context->key.metadata, context->team ? &context->team->metadata : nullptr}) {
            if (metadata != nullptr && metadata->is_object() && metadata->contains("tags"))
                add_tags(call.tags, metadata->at("tags"));
        }
    }
    const http::Request& request = call.context.exchange.request();
    std::string_view list = request.fields.find("x-litellm-tags");
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        add_tag(call.tags, std::string(trim(list.substr(0, end))));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    if (const Member* member = call.scan.find("tags")) {
        if (const auto parsed = parse_json(member->value))
            add_tags(call.tags, *parsed);
    }
    if (const Member* member = call.scan.find("metadata");
        member != nullptr && member->value.find("tags") != std::string_view::npos) {
        const auto parsed = parse_json(member->value);
        if (parsed && parsed->is_object() && parsed->contains("tags"))
            add_tags(call.tags, parsed->at("tags"));
    }
    if (!config.litellm.disable_add_user_agent_to_request_tags) {
        const std::string_view agent = trim(request.fields.find("user-agent"));
        if (!agent.empty())
            add_tag(call.tags, fmt::format("User-Agent: {}", agent.substr(0, 200)));
    }
}

} // namespace

bool is_forbidden_parameter(std::string_view name)
{
    return std::find(forbidden_parameters.begin(), forbidden_parameters.end(), name) !=
        forbidden_parameters.end();
}

bool may_mock(const auth::Principal& principal)
{
    if (principal.is_admin())
        return true;
    if (!principal.context)
        return false;
    const auto allows = [](const Json& metadata) {
        return metadata.is_object() && metadata.value("allow_client_mock_response", Json()) == Json(true);
    };
    return allows(principal.context->key.metadata) ||
        (principal.context->team && allows(principal.context->team->metadata));
}

namespace {

void read_stream_options(ModelCall& call, const config::Config& config)
{
    call.stream = call.context.stream_by_path ||
        (call.operation() != providers::Operation::embeddings && call.scan.is_true("stream"));
    const auto always = config.general.raw.is_object()
        ? config.general.raw.value("always_include_stream_usage", Json())
        : Json();
    call.client_wants_usage = always == Json(true);
    const Member* options = call.scan.find("stream_options");
    if (options == nullptr)
        return;
    const auto parsed = parse_json(options->value);
    if (parsed && parsed->is_object() && parsed->value("include_usage", Json()) == Json(true))
        call.client_wants_usage = true;
}

} // namespace

namespace {

/// The body as a JSON object; of a form its fields.
Task<std::string_view> read_request(ModelCall& call, const config::Config& config)
{
    http::Exchange& exchange = call.context.exchange;
    const std::size_t limit = config.general.max_request_size_mb
        ? static_cast<std::size_t>(std::min(*config.general.max_request_size_mb, 4096.0) * 1024 * 1024)
        : default_max_body_bytes;
    Result<std::string_view> text = std::string_view();
    if (is_form(call.context.api)) {
        const bool is_routed = !config.general.completion_model.empty() || !call.context.path_model.empty() ||
            exchange.request().query_parameter("model").has_value();
        text = co_await read_form(call, limit, is_routed);
    } else {
        text = co_await exchange.read_body(limit);
    }
    if (!text && text.error().kind == ErrorKind::too_large)
        co_return too_large(limit);
    static constexpr char empty_object[128] = "{}";
    if (text && trim(*text).empty())
        co_return std::string_view(empty_object, 2);
    co_return text;
}

} // namespace

Task<void> prepare(ModelCall& call, const config::Config& config, const auth::ModelCatalog& catalog)
{
    const auto text = co_await read_request(call, config);
    if (!text)
        co_return text.error();
    co_return understand(call, *text, config, catalog);
}

Result<void> understand(
    ModelCall& call, std::string_view text, const config::Config& config, const auth::ModelCatalog& catalog
)
{
    auto scan = scan_object(text);
    if (!scan)
        return scan.error();
    call.scan = std::move(*scan);
    if (const auto clean = refuse_forbidden(call.scan); !clean)
        return clean.error();

    call.requested_model = choose_model_name(call, config);
    if (call.requested_model.empty()) {
        Error error = unknown_model(call, "None");
        return error;
    }
    if (const auto allowed = auth::may_use_model(*call.context.principal, call.requested_model, catalog);
        !allowed)
        return allowed.error();
    call.model =
        auth::apply_aliases(*call.context.principal, call.models->resolve_alias(call.requested_model));
    const auto found = call.models->find(call.model);
    if (!found || found->group->is_hidden_from(*call.context.principal))
        return unknown_model(call, call.requested_model);
    call.found = *found;
    auto credentials = read_client_credentials(call.scan, *call.found.group, config.general);
    if (!credentials)
        return credentials.error();
    call.credentials = std::move(*credentials);

    read_stream_options(call, config);
    read_headers(call, config);
    if (const auto read = read_failure_parameters(call, catalog); !read)
        return read.error();
    if (call.credentials) {
        // Another model might send them where nobody allowed them to go.
        call.fallbacks = std::make_unique<RequestFallbacks>();
        call.fallbacks->disabled = true;
    }
    collect_tags(call, config);
    if (config.general.enforce_user_param && call.end_user.empty() && !call.context.principal->is_admin())
        return Error{
            ErrorKind::unauthorized,
            "Authentication Error, 'user' param not passed in. 'enforce_user_param'=True",
            "user",
            "auth_error"};
    if (const auto complete = check_enforced_params(call, config.general); !complete)
        return complete.error();
    if (const Member* mock = call.scan.find("mock_response");
        mock != nullptr && may_mock(*call.context.principal)) {
        auto parsed = parse_json(mock->value);
        if (parsed && !parsed->is_null())
            call.mock_response = std::move(*parsed);
    }
    return {};
}

namespace {

/// Removes what is the proxy's own and never goes to a provider.
std::vector<Splice> without_proxy_parameters(const Scan& scan)
{
    std::vector<Splice> splices;
    for (const Member& member : scan.members) {
        if (providers::is_proxy_parameter(member.name))
            splices.push_back({member.name, std::nullopt, {}});
    }
    return splices;
}

std::vector<std::string> sent_parameters(const ModelCall& call)
{
    std::vector<std::string> present;
    for (const Member& member : call.body().members) {
        if (member.value != "null" && !providers::is_proxy_parameter(member.name))
            present.emplace_back(member.name);
    }
    return present;
}

/// Who speaks another API cannot know what the model behind it lacks.
bool drops_params(const ModelCall& call)
{
    return call.deployment->drop_params || call.is_bridged() || call.scan.is_true("drop_params");
}

std::vector<std::string> texts_of(const Scan& scan, std::string_view name)
{
    std::vector<std::string> texts;
    const Member* member = scan.find(name);
    const auto parsed = member == nullptr ? Result<Json>(Json()) : parse_json(member->value);
    if (!parsed || !parsed->is_array())
        return texts;
    for (const Json& item : *parsed) {
        if (item.is_string())
            texts.push_back(item.get<std::string>());
    }
    return texts;
}

} // namespace

Result<bool> can_be_spliced(const ModelCall& call)
{
    const auto& adapter = *call.endpoint().adapter;
    if (!adapter.is_openai_shaped(call.endpoint(), call.operation()))
        return false;
    if (call.body().find("additional_drop_params") != nullptr ||
        call.body().find("allowed_openai_params") != nullptr)
        return false;
    const auto edits =
        adapter.edits(call.endpoint(), call.operation(), sent_parameters(call), drops_params(call));
    if (!edits)
        return edits.error();
    return edits->empty();
}

std::vector<std::pair<std::string_view, std::string>> lowered_limits(const ModelCall& call, const Scan& scan)
{
    std::vector<std::pair<std::string_view, std::string>> limits;
    for (const std::string_view name : {"max_tokens", "max_completion_tokens", "max_output_tokens"}) {
        const auto asked = call.longest_answer ? scan.integer_of(name) : std::nullopt;
        if (asked && *asked > *call.longest_answer)
            limits.emplace_back(name, std::to_string(*call.longest_answer));
    }
    return limits;
}

std::string openai_body(const ModelCall& call, bool ask_for_usage)
{
    std::vector<Splice> splices = without_proxy_parameters(call.body());
    std::vector<std::pair<std::string_view, std::string>> added;
    const auto put = [&](std::string_view name, std::string value) {
        if (const Member* member = call.body().find(name))
            splices.push_back({member->name, std::move(value), {}});
        else
            added.emplace_back(name, std::move(value));
    };
    put("model", json_quoted(call.endpoint().model));
    for (const auto& [name, limit] : lowered_limits(call, call.body()))
        put(name, limit);
    if (ask_for_usage)
        put("stream_options", R"({"include_usage":true})");
    if (call.endpoint().defaults.is_object()) {
        for (const auto& [name, value] : call.endpoint().defaults.items()) {
            if (call.body().find(name) == nullptr)
                put(name, to_text(value));
        }
    }
    if (call.endpoint().extra_body.is_object()) {
        for (const auto& [name, value] : call.endpoint().extra_body.items())
            put(name, to_text(value));
    }
    return rebuild(call.body(), splices, added);
}

Result<Json> body_document(const ModelCall& call, bool ask_for_usage)
{
    auto document = parse_json(rebuild(call.body(), without_proxy_parameters(call.body()), {}));
    if (!document)
        return document.error();
    if (ask_for_usage)
        (*document)["stream_options"] = Json{{"include_usage", true}};
    for (const auto& limit : lowered_limits(call, call.body()))
        (*document)[std::string(limit.first)] = *call.longest_answer;
    providers::ParameterPolicy policy;
    policy.drop_params = drops_params(call);
    policy.additional_drop_params = texts_of(call.body(), "additional_drop_params");
    policy.allowed_openai_params = texts_of(call.body(), "allowed_openai_params");
    const auto ruled =
        call.endpoint().adapter->apply_rules(call.endpoint(), call.operation(), *document, policy);
    if (!ruled)
        return ruled.error();
    return document;
}

} // namespace litellm::inference
