#include "openai_adapter.hpp"

#include "bare_names.hpp"
#include "chat_answer.hpp"
#include "chat_request.hpp"
#include "error_class.hpp"
#include "json_access.hpp"
#include "model_rules.hpp"
#include "openai_stream.hpp"
#include "text_completions.hpp"
#include "web_address.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace litellm::providers {

namespace {

using Verdict = Rule::Verdict;

/// Flags that touch every chat, whatever its parameters; the others show in rule() when the member they edit
/// is present.
constexpr std::uint32_t reshaping_chats = flat | no_null | no_name | no_empty | asks_usage | echo_reasoning |
    schema_as_tool | reasoning_renamed | reasoning_in_list | adds_reasoning;

struct Trigger {
    std::string_view name;
    std::uint32_t flags;
};

constexpr auto triggers = std::to_array<Trigger>({
    {"tools", no_strict | no_additional | clean_schema | functions_only | custom_tools},
    {"tool_choice", required_is_any | object_is_any | nudges_tools | functions_only | free_tool_choice},
    {"response_format", schema_in_object | schema_as_tool | no_text_format},
    {"thinking", effort_for_thinking | thinking_type_only},
    {"reasoning_effort", thinking_type_only},
    {"temperature", gentle_temperature},
});

std::string_view path_of(const Row& row, Operation route)
{
    switch (route) {
    case Operation::chat_completions:
        return "/chat/completions";
    case Operation::completions:
        return has(row, fim) ? "/fim/completions" : "/completions";
    case Operation::embeddings:
        return "/embeddings";
    }
    return "";
}

/// Paths in the order of NativeApi; empty ones are no API of OpenAI's.
constexpr std::array<std::string_view, 11> native_paths{
    "",
    "/responses",
    "",
    "/moderations",
    "/images/generations",
    "/audio/speech",
    "/audio/transcriptions",
    "/rerank",
    "/images/edits",
    "/images/variations",
    "/audio/translations"};

struct NativeRow {
    std::string_view provider;
    /// Letters: r responses, m moderations, i images, s speech, t transcriptions, k rerank, e edits and v
    /// variations of images, l translations, f files and batches.
    std::string_view apis;
};

constexpr auto native_rows = std::to_array<NativeRow>({
    {"openai", "rmistevlf"},
    {"litellm_proxy", "rmistkevlf"},
    {"groq", "stlf"},
    {"xai", "ie"},
    {"together_ai", "ik"},
    {"jina_ai", "k"},
    {"voyage", "k"},
    {"mistral", "m"},
    {"hosted_vllm", "tkl"},
});

bool offers(std::string_view provider, NativeApi api)
{
    constexpr std::string_view letters = "-r-mistkevl";
    const auto* const found = std::ranges::find(native_rows, provider, &NativeRow::provider);
    return found != native_rows.end() &&
        found->apis.find(letters[static_cast<std::size_t>(api)]) != std::string_view::npos;
}

bool keeps_files(std::string_view provider)
{
    const auto* const found = std::ranges::find(native_rows, provider, &NativeRow::provider);
    return found != native_rows.end() && found->apis.find('f') != std::string_view::npos;
}

bool has_authorization(const Endpoint& endpoint)
{
    return std::ranges::any_of(endpoint.headers, [](const auto& header) {
        return equals_ignoring_case(header.first, "authorization");
    });
}

/// Only the provider's own servers are known to need one.
bool lacks_key(const Row& row, const Endpoint& endpoint)
{
    const bool own_server = !row.base.empty() && endpoint.api_base == row.base;
    return own_server && !has(row, placeholder_key) && !endpoint.api_key && !has_authorization(endpoint);
}

Error missing_key(const Row& row, const Endpoint& endpoint)
{
    const auto variable = row.key_envs.substr(0, row.key_envs.find(' '));
    return make_error(
        ErrorClass::authentication,
        endpoint.provider,
        fmt::format(
            "The api_key client option must be set either by passing api_key to the client or by setting the "
            "{} "
            "environment variable (api_key in the model's litellm_params does the same)",
            variable
        )
    );
}

} // namespace

std::string OpenAiAdapter::join(const Endpoint& endpoint, std::string_view path) const
{
    const auto base = without_trailing_slashes(endpoint.api_base);
    const auto address = split_address(base);
    const bool needs_version =
        has(row_, add_v1) && address && !address->path.ends_with("/v1") && !address->path.ends_with(path);
    return join_path(needs_version ? join_path(base, "/v1") : std::string(base), path);
}

Operation OpenAiAdapter::route(const Endpoint& endpoint, Operation operation) const
{
    if (operation == Operation::chat_completions && has(row_, text_only))
        return Operation::completions;
    if (operation != Operation::completions)
        return operation;
    // OpenAI's chat models are not served on its text route.
    const bool only_chats = has(row_, openai_rules) && is_openai_chat_name(endpoint.model);
    return has_operation(row_, operation) && !only_chats ? operation : Operation::chat_completions;
}

bool OpenAiAdapter::is_openai_shaped(const Endpoint& endpoint, Operation operation) const
{
    if (!endpoint.defaults.empty() || !endpoint.extra_body.empty() || route(endpoint, operation) != operation)
        return false;
    if (operation == Operation::embeddings)
        return !has(row_, total_only);
    return (row_.flags & (operation == Operation::chat_completions ? reshaping_chats : asks_usage)) == 0;
}

Result<std::string> OpenAiAdapter::url(const Endpoint& endpoint, Operation operation, bool) const
{
    const auto called = route(endpoint, operation);
    if (!has_operation(row_, called))
        return make_error(
            ErrorClass::bad_request,
            endpoint.provider,
            fmt::format(
                "{} are not offered by this provider.",
                called == Operation::embeddings ? "Embeddings" : "Completions"
            )
        );
    if (lacks_key(row_, endpoint))
        return missing_key(row_, endpoint);
    return join(endpoint, path_of(row_, called));
}

Result<std::optional<std::string>>
OpenAiAdapter::native_url(const Endpoint& endpoint, NativeApi api, bool) const
{
    const auto path = native_paths[static_cast<std::size_t>(api)];
    if (path.empty() || !offers(row_.provider, api))
        return std::optional<std::string>();
    if (lacks_key(row_, endpoint))
        return missing_key(row_, endpoint);
    return std::optional(join(endpoint, path));
}

Result<std::string> OpenAiAdapter::account_url(const Endpoint& endpoint, std::string_view path) const
{
    if (!keeps_files(row_.provider))
        return Adapter::account_url(endpoint, path);
    if (lacks_key(row_, endpoint))
        return missing_key(row_, endpoint);
    return join(endpoint, path);
}

bool OpenAiAdapter::takes_stream_options(const Endpoint&, Operation operation) const
{
    return operation != Operation::embeddings && !has(row_, no_stream_options);
}

Rule OpenAiAdapter::rule(const Endpoint& endpoint, Operation operation, std::string_view name) const
{
    if (has(row_, unfiltered) || !is_known_parameter(operation, name))
        return {};
    if (name == "stream_options" && has(row_, no_stream_options))
        return {Verdict::remove};
    if (has(row_, openai_rules))
        if (const auto found = openai_model_rule(endpoint.model, name))
            return *found;
    if (row_.provider == "xai")
        if (const auto found = xai_model_rule(endpoint.model, name))
            return *found;
    Rule found;
    any_word(row_.renames, [&found, name](std::string_view rename) {
        const auto arrow = rename.find('>');
        if (rename.substr(0, arrow) != name)
            return false;
        found = {Verdict::rename, rename.substr(arrow + 1)};
        return true;
    });
    if (found.verdict == Verdict::rename)
        return found;
    const bool allowed =
        operation != Operation::chat_completions || row_.allow.empty() || has_word(row_.allow, name);
    if (!allowed || has_word(row_.drop, name))
        return {name == "user" || name == "stream_options" ? Verdict::remove : Verdict::refuse};
    for (const auto& trigger : triggers)
        if (trigger.name == name && (row_.flags & trigger.flags) != 0)
            return {Verdict::ask_value};
    return {};
}

bool OpenAiAdapter::accepts(const Endpoint& endpoint, std::string_view name, const Json& body) const
{
    if (name == "temperature" && has(row_, openai_rules))
        return openai_model_accepts_temperature(endpoint.model, body);
    if (name == "tool_choice" && has(row_, free_tool_choice)) {
        const auto choice = string_at(body, "tool_choice");
        return choice == "auto" || choice == "none";
    }
    return true;
}

Result<UpstreamRequest>
OpenAiAdapter::encode(const Endpoint& endpoint, Operation operation, const Json& body, bool stream) const
{
    auto address = url(endpoint, operation, stream);
    if (!address)
        return address.error();

    Json request = body;
    if (endpoint.defaults.is_object())
        for (const auto& [name, value] : endpoint.defaults.items())
            if (!request.contains(name))
                request[name] = value;
    const auto called = route(endpoint, operation);
    if (called != operation && called == Operation::chat_completions) {
        auto chat = chat_of_text_request(request);
        if (!chat)
            return chat.error();
        request = std::move(*chat);
    } else if (called != operation) {
        request = text_of_chat_request(request);
    }
    // A schema that is answered by a tool call cannot be streamed: the call comes whole and is cut into
    // chunks here.
    const bool whole = has(row_, schema_as_tool) && find(request, "response_format") != nullptr;
    if (called == Operation::chat_completions)
        shape_chat_request(row_, endpoint.model, request);
    request["model"] = endpoint.model;
    if (stream && !whole) {
        request["stream"] = true;
    } else {
        erase(request, "stream");
        erase(request, "stream_options");
    }
    if (endpoint.extra_body.is_object())
        for (const auto& [name, value] : endpoint.extra_body.items())
            request[name] = value;
    return UpstreamRequest{std::move(*address), {}, to_text(request)};
}

Result<Json> OpenAiAdapter::decode(
    const Endpoint& endpoint,
    Operation operation,
    std::string_view body,
    std::int64_t created,
    const std::string& id
) const
{
    auto answer = parse_json(body);
    if (!answer || !answer->is_object())
        return make_error(ErrorClass::connection, endpoint.provider, "The answer is not a JSON object.");
    if (auto error = error_inside(endpoint, *answer))
        return std::move(*error);
    if (operation == Operation::embeddings) {
        if (Json* usage = find(*answer, "usage"); usage != nullptr)
            tidy_usage(row_, *usage);
        return std::move(*answer);
    }
    const auto called = route(endpoint, operation);
    if (called == Operation::chat_completions)
        tidy_chat_answer(row_, *answer, created, id);
    if (called == operation)
        return std::move(*answer);
    return operation == Operation::completions ? text_of_chat_answer(*answer, false)
                                               : chat_of_text_answer(*answer, false);
}

std::unique_ptr<StreamDecoder> OpenAiAdapter::stream_decoder(
    const Endpoint& endpoint, Operation operation, std::int64_t created, const std::string& id
) const
{
    return std::make_unique<OpenAiStreamDecoder>(
        row_, endpoint, operation, route(endpoint, operation), created, id
    );
}

const Adapter* openai_adapter(const Row& row)
{
    static const std::vector<OpenAiAdapter> adapters = [] {
        std::vector<OpenAiAdapter> all;
        for (const auto& each : rows())
            all.emplace_back(each);
        return all;
    }();
    return &adapters[static_cast<std::size_t>(&row - rows().data())];
}

} // namespace litellm::providers
