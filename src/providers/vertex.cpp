#include "vertex.hpp"

#include "anthropic.hpp"
#include "defaults.hpp"
#include "error_class.hpp"
#include "gemini.hpp"
#include "json_access.hpp"
#include "text_completions.hpp"
#include "web_address.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::providers {

namespace {

constexpr std::string_view anthropic_version = "vertex-2023-10-16";

bool is_claude(const Endpoint& endpoint)
{
    return endpoint.model.starts_with("claude");
}

std::string first_of(
    const Json& params,
    std::initializer_list<const char*> names,
    const Environment& environment,
    std::initializer_list<const char*> variables
)
{
    for (const auto* name : names)
        if (auto value = string_at(params, name); !value.empty())
            return value;
    for (const auto* name : variables)
        if (auto value = environment(name); value && !value->empty())
            return *value;
    return {};
}

/// Which adapter knows the shapes of a model; addresses and credentials are Vertex's own.
const Adapter& inner(const Endpoint& endpoint)
{
    return is_claude(endpoint) ? *anthropic_adapter() : *gemini_adapter();
}

class VertexAdapter final : public Adapter {
public:
    [[nodiscard]] bool is_openai_shaped(const Endpoint&, Operation) const override { return false; }
    [[nodiscard]] bool takes_stream_options(const Endpoint&, Operation) const override { return false; }

    [[nodiscard]] Result<std::string>
    url(const Endpoint& endpoint, Operation operation, bool stream) const override
    {
        if (is_claude(endpoint)) {
            if (operation == Operation::embeddings)
                return make_error(
                    ErrorClass::bad_request, endpoint.provider, "Embeddings are not offered by this model."
                );
            return address(endpoint, "anthropic", stream ? ":streamRawPredict" : ":rawPredict");
        }
        const std::string_view verb = operation == Operation::embeddings ? ":predict"
            : stream                                                     ? ":streamGenerateContent?alt=sse"
                                                                         : ":generateContent";
        return address(endpoint, "google", verb);
    }

    [[nodiscard]] Result<std::vector<Edit>> edits(
        const Endpoint& endpoint,
        Operation operation,
        const std::vector<std::string>& present,
        bool drop_params
    ) const override
    {
        return inner(endpoint).edits(endpoint, operation, present, drop_params);
    }
    [[nodiscard]] Result<void> apply_rules(
        const Endpoint& endpoint, Operation operation, Json& body, const ParameterPolicy& policy
    ) const override
    {
        return inner(endpoint).apply_rules(endpoint, operation, body, policy);
    }

    [[nodiscard]] Result<UpstreamRequest>
    encode(const Endpoint& endpoint, Operation operation, const Json& body, bool stream) const override
    {
        auto where = url(endpoint, operation, stream);
        if (!where)
            return where.error();
        auto request = document(endpoint, operation, body, stream);
        if (!request)
            return request.error();
        return UpstreamRequest{std::move(*where), {}, to_text(*request)};
    }

    [[nodiscard]] Result<Json> decode(
        const Endpoint& endpoint,
        Operation operation,
        std::string_view body,
        std::int64_t created,
        const std::string& id
    ) const override
    {
        if (operation != Operation::embeddings)
            return inner(endpoint).decode(endpoint, operation, body, created, id);
        const auto answer = parse_json(body);
        if (!answer || !answer->is_object())
            return make_error(ErrorClass::connection, endpoint.provider, "The answer is not a JSON object.");
        Json data = Json::array();
        std::int64_t tokens = 0;
        if (const Json* predictions = find(*answer, "predictions");
            predictions != nullptr && predictions->is_array()) {
            for (const auto& prediction : *predictions) {
                const Json* made = find(prediction, "embeddings");
                const Json* values = made == nullptr ? nullptr : find(*made, "values");
                const Json* counts = made == nullptr ? nullptr : find(*made, "statistics");
                if (values == nullptr)
                    continue;
                data.push_back(Json{{"object", "embedding"}, {"index", data.size()}, {"embedding", *values}});
                tokens += counts == nullptr ? 0 : count_at(*counts, "token_count").value_or(0);
            }
        }
        Json list = {{"object", "list"}, {"model", endpoint.model}, {"data", std::move(data)}};
        list["usage"] = Json{{"prompt_tokens", tokens}, {"total_tokens", tokens}};
        return list;
    }

    [[nodiscard]] std::unique_ptr<StreamDecoder> stream_decoder(
        const Endpoint& endpoint, Operation operation, std::int64_t created, const std::string& id
    ) const override
    {
        return inner(endpoint).stream_decoder(endpoint, operation, created, id);
    }

    [[nodiscard]] Result<std::optional<std::string>>
    native_url(const Endpoint& endpoint, NativeApi api, bool stream) const override
    {
        const bool speaks =
            is_claude(endpoint) ? api == NativeApi::messages : api == NativeApi::generate_content;
        if (!speaks)
            return std::optional<std::string>();
        auto where = url(endpoint, Operation::chat_completions, stream);
        if (!where)
            return where.error();
        return std::optional(std::move(*where));
    }

    [[nodiscard]] Json native_edits(const Endpoint&, NativeApi api) const override
    {
        return api == NativeApi::messages ? Json{{"model", nullptr}, {"anthropic_version", anthropic_version}}
                                          : Json();
    }

    [[nodiscard]] Result<std::optional<TokenRequest>>
    token_request(const Endpoint& endpoint, Timestamp now) const override
    {
        const auto credentials = string_at(endpoint.params, "vertex_credentials");
        if (credentials.empty() || has_authorization(endpoint))
            return std::optional<TokenRequest>();
        auto request = google_token_request(credentials, now);
        if (!request)
            return request.error();
        return std::optional(std::move(*request));
    }

private:
    static bool has_authorization(const Endpoint& endpoint)
    {
        return std::ranges::any_of(endpoint.headers, [](const auto& header) {
            return equals_ignoring_case(header.first, "authorization") ||
                equals_ignoring_case(header.first, "x-goog-api-key");
        });
    }

    static Result<std::string>
    address(const Endpoint& endpoint, std::string_view publisher, std::string_view verb)
    {
        if (string_at(endpoint.params, "vertex_credentials").empty() && !has_authorization(endpoint))
            return make_error(
                ErrorClass::authentication,
                endpoint.provider,
                "Missing credentials. Set vertex_credentials to the JSON of a service account, or to the "
                "path of its file."
            );
        const bool is_tuned =
            std::ranges::all_of(endpoint.model, [](char c) { return c >= '0' && c <= '9'; });
        const std::string place = fmt::format(
            "/v1/projects/{}/locations/{}",
            percent_encode(string_at(endpoint.params, "vertex_project")),
            percent_encode(string_at(endpoint.params, "vertex_location"))
        );
        if (is_tuned)
            return fmt::format("{}{}/endpoints/{}{}", endpoint.api_base, place, endpoint.model, verb);
        return fmt::format(
            "{}{}/publishers/{}/models/{}{}",
            endpoint.api_base,
            place,
            publisher,
            percent_encode(endpoint.model),
            verb
        );
    }

    static Result<Json> document(const Endpoint& endpoint, Operation operation, const Json& body, bool stream)
    {
        const Json merged = with_defaults(endpoint, body);
        if (operation == Operation::embeddings) {
            const Json* input = find(merged, "input");
            if (input == nullptr)
                return invalid_input("input is missing", "input");
            Json instances = Json::array();
            for (const auto& text : input->is_array() ? *input : Json::array({*input}))
                instances.push_back(Json{{"content", text}});
            Json request = {{"instances", std::move(instances)}};
            if (const Json* size = find(merged, "dimensions"); size != nullptr)
                request["parameters"] = Json{{"outputDimensionality", *size}};
            return request;
        }
        auto chat = operation == Operation::completions ? chat_of_text_request(merged) : Result<Json>(merged);
        if (!chat)
            return chat.error();
        if (!is_claude(endpoint))
            return gemini_request(endpoint, *chat);
        auto request = anthropic_request(endpoint, *chat, stream);
        if (!request)
            return request.error();
        erase(*request, "model");
        (*request)["anthropic_version"] = anthropic_version;
        return request;
    }
};

} // namespace

const Adapter* vertex_adapter()
{
    static const VertexAdapter adapter;
    return &adapter;
}

Result<void> complete_vertex(Endpoint& endpoint, const Environment& environment)
{
    Json& params = endpoint.params;
    if (const Json* given = find(params, "vertex_credentials"); given != nullptr && given->is_object())
        params["vertex_credentials"] = to_text(*given);
    auto credentials = first_of(
        params, {"vertex_credentials", "vertex_ai_credentials"}, environment, {"VERTEXAI_CREDENTIALS"}
    );
    auto project =
        first_of(params, {"vertex_project", "vertex_ai_project"}, environment, {"VERTEXAI_PROJECT"});
    auto location = first_of(
        params,
        {"vertex_location", "vertex_ai_location"},
        environment,
        {"VERTEXAI_LOCATION", "VERTEX_LOCATION"}
    );
    if (project.empty())
        if (const auto key = parse_json(credentials))
            project = string_at(*key, "project_id");
    if (project.empty())
        return invalid_input(
            "vertex_ai needs a vertex_project, in litellm_params or as VERTEXAI_PROJECT.", "vertex_project"
        );
    if (location.empty())
        location = "us-central1";
    if (endpoint.api_base.empty())
        endpoint.api_base = location == "global"
            ? "https://aiplatform.googleapis.com"
            : fmt::format("https://{}-aiplatform.googleapis.com", location);
    params["vertex_project"] = std::move(project);
    params["vertex_location"] = std::move(location);
    params["vertex_credentials"] = std::move(credentials);
    return {};
}

} // namespace litellm::providers
