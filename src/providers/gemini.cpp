#include "gemini.hpp"

#include "error_class.hpp"
#include "json_access.hpp"
#include "parameter_rules.hpp"
#include "rows.hpp"
#include "text_completions.hpp"
#include "web_address.hpp"

#include "litellm/core/encoding.hpp"

#include <algorithm>

namespace litellm::providers {

namespace {

constexpr std::string_view supported = "max_tokens max_completion_tokens temperature top_p n seed stop "
                                       "stream presence_penalty frequency_penalty "
                                       "logprobs top_logprobs modalities audio tools tool_choice "
                                       "parallel_tool_calls response_format reasoning_effort "
                                       "thinking web_search_options dimensions encoding_format";
constexpr std::string_view ignored = "stream_options user";

bool has_credential(const Endpoint& endpoint)
{
    return std::ranges::any_of(endpoint.headers, [](const auto& header) {
        return equals_ignoring_case(header.first, "authorization") ||
            equals_ignoring_case(header.first, "x-goog-api-key");
    });
}

class GeminiAdapter final : public RuledAdapter {
public:
    [[nodiscard]] bool is_openai_shaped(const Endpoint&, Operation) const override { return false; }
    [[nodiscard]] bool takes_stream_options(const Endpoint&, Operation) const override { return false; }

    [[nodiscard]] Result<std::string>
    url(const Endpoint& endpoint, Operation operation, bool stream) const override
    {
        if (!has_credential(endpoint))
            return make_error(
                ErrorClass::authentication,
                endpoint.provider,
                "Missing key. Set api_key in the model's litellm_params, or GEMINI_API_KEY in the "
                "environment."
            );
        const std::string_view verb = operation == Operation::embeddings ? ":batchEmbedContents"
            : stream                                                     ? ":streamGenerateContent?alt=sse"
                                                                         : ":generateContent";
        return model_url(endpoint) + std::string(verb);
    }

    [[nodiscard]] Result<std::optional<std::string>>
    native_url(const Endpoint& endpoint, NativeApi api, bool stream) const override
    {
        if (api != NativeApi::generate_content)
            return std::optional<std::string>();
        auto address = url(endpoint, Operation::chat_completions, stream);
        if (!address)
            return address.error();
        return std::optional(std::move(*address));
    }

    [[nodiscard]] Result<UpstreamRequest>
    encode(const Endpoint& endpoint, Operation operation, const Json& body, bool stream) const override
    {
        auto address = url(endpoint, operation, stream);
        if (!address)
            return address.error();
        auto chat = operation == Operation::completions ? chat_of_text_request(body) : Result<Json>(body);
        if (!chat)
            return chat.error();
        const auto request = operation == Operation::embeddings ? gemini_embed_request(endpoint, body)
                                                                : gemini_request(endpoint, *chat);
        if (!request)
            return request.error();
        UpstreamRequest made;
        made.url = std::move(*address);
        made.body = to_text(*request);
        return made;
    }

    [[nodiscard]] Result<Json> decode(
        const Endpoint& endpoint,
        Operation operation,
        std::string_view body,
        std::int64_t created,
        const std::string& id
    ) const override
    {
        auto answer = parse_json(body);
        // Errors come in a list of one at times.
        if (answer && answer->is_array() && answer->size() == 1)
            answer = Json(answer->front());
        if (!answer || !answer->is_object())
            return make_error(ErrorClass::connection, endpoint.provider, "The answer is not a JSON object.");
        if (auto error = error_inside(endpoint, *answer))
            return std::move(*error);
        if (operation == Operation::embeddings)
            return gemini_embeddings(endpoint, *answer);
        Json completion = gemini_completion(endpoint, *answer, created, id);
        return operation == Operation::completions ? text_of_chat_answer(completion, false) : completion;
    }

    [[nodiscard]] std::unique_ptr<StreamDecoder> stream_decoder(
        const Endpoint& endpoint, Operation operation, std::int64_t created, const std::string& id
    ) const override
    {
        return gemini_stream_decoder(endpoint, operation == Operation::completions, created, id);
    }

protected:
    [[nodiscard]] Rule
    rule(const Endpoint& endpoint, Operation operation, std::string_view name) const override
    {
        if (!is_known_parameter(operation, name))
            return {};
        const bool is_penalty = name == "presence_penalty" || name == "frequency_penalty";
        if (is_penalty && endpoint.model.find("gemini-3") != std::string::npos)
            return {Rule::Verdict::refuse};
        if (has_word(supported, name))
            return {};
        return {has_word(ignored, name) ? Rule::Verdict::remove : Rule::Verdict::refuse};
    }
    [[nodiscard]] bool accepts(const Endpoint&, std::string_view, const Json&) const override { return true; }

private:
    /// Bases of older configurations name the model already.
    static std::string model_url(const Endpoint& endpoint)
    {
        const auto address = split_address(endpoint.api_base);
        const std::string_view path = address ? address->path : std::string_view();
        if (path.find("/models/") != std::string_view::npos)
            return endpoint.api_base;
        std::string base = endpoint.api_base;
        if (path.find("/v1") == std::string_view::npos)
            base = join_path(base, "/v1beta");
        return join_path(base, "/models/" + percent_encode(endpoint.model));
    }
};

} // namespace

const Adapter* gemini_adapter()
{
    static const GeminiAdapter adapter;
    return &adapter;
}

} // namespace litellm::providers
