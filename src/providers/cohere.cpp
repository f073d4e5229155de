#include "cohere.hpp"

#include "defaults.hpp"
#include "error_class.hpp"
#include "json_access.hpp"
#include "parameter_rules.hpp"
#include "rows.hpp"
#include "text_completions.hpp"
#include "web_address.hpp"

#include <array>

namespace litellm::providers {

namespace {

constexpr std::string_view supported = "max_tokens max_completion_tokens temperature top_p stream stop seed "
                                       "frequency_penalty presence_penalty logprobs tools "
                                       "tool_choice response_format reasoning_effort";

/// A base may end in a path of either version, as older configurations have it.
std::string base_of(const Endpoint& endpoint)
{
    std::string_view base = endpoint.api_base;
    constexpr std::array<std::string_view, 6> endings = {"/chat", "/embed", "/rerank", "/v1", "/v2", "/"};
    for (const auto ending : endings)
        if (base.ends_with(ending))
            base.remove_suffix(ending.size());
    return std::string(base);
}

class CohereAdapter final : public RuledAdapter {
public:
    [[nodiscard]] bool is_openai_shaped(const Endpoint&, Operation) const override { return false; }
    [[nodiscard]] bool takes_stream_options(const Endpoint&, Operation) const override { return false; }

    [[nodiscard]] Result<std::string> url(const Endpoint& endpoint, Operation operation, bool) const override
    {
        return address(endpoint, operation == Operation::embeddings ? "/v2/embed" : "/v2/chat");
    }

    [[nodiscard]] Result<std::optional<std::string>>
    native_url(const Endpoint& endpoint, NativeApi api, bool) const override
    {
        if (api != NativeApi::rerank)
            return std::optional<std::string>();
        auto made = address(endpoint, "/v2/rerank");
        if (!made)
            return made.error();
        return std::optional(std::move(*made));
    }

    [[nodiscard]] Result<UpstreamRequest>
    encode(const Endpoint& endpoint, Operation operation, const Json& body, bool stream) const override
    {
        auto where = url(endpoint, operation, stream);
        if (!where)
            return where.error();
        const Json merged = with_defaults(endpoint, body);
        auto chat = operation == Operation::completions ? chat_of_text_request(merged) : Result<Json>(merged);
        if (!chat)
            return chat.error();
        auto request = operation == Operation::embeddings ? cohere_embed_request(endpoint, *chat)
                                                          : cohere_request(endpoint, *chat, stream);
        if (!request)
            return request.error();
        if (endpoint.extra_body.is_object())
            for (const auto& [name, value] : endpoint.extra_body.items())
                (*request)[name] = value;
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
        const auto answer = parse_json(body);
        if (!answer || !answer->is_object())
            return make_error(ErrorClass::connection, endpoint.provider, "The answer is not a JSON object.");
        if (operation == Operation::embeddings)
            return cohere_embeddings(endpoint, *answer);
        if (const Json* said = find(*answer, "message"); said == nullptr || !said->is_object())
            return error_from_response(endpoint, 500, {}, body);
        Json completion = cohere_completion(endpoint, *answer, created, id);
        return operation == Operation::completions ? text_of_chat_answer(completion, false) : completion;
    }

    [[nodiscard]] std::unique_ptr<StreamDecoder> stream_decoder(
        const Endpoint& endpoint, Operation operation, std::int64_t created, const std::string& id
    ) const override
    {
        return cohere_stream_decoder(endpoint, operation == Operation::completions, created, id);
    }

protected:
    [[nodiscard]] Rule rule(const Endpoint&, Operation operation, std::string_view name) const override
    {
        if (!is_known_parameter(operation, name) || operation == Operation::embeddings)
            return {
                name == "user" || name == "encoding_format" ? Rule::Verdict::remove : Rule::Verdict::keep};
        if (has_word(supported, name))
            return {};
        return {
            name == "user" || name == "stream_options" || name == "parallel_tool_calls"
                ? Rule::Verdict::remove
                : Rule::Verdict::refuse};
    }
    [[nodiscard]] bool accepts(const Endpoint&, std::string_view, const Json&) const override { return true; }

private:
    static Result<std::string> address(const Endpoint& endpoint, std::string_view path)
    {
        if (!endpoint.api_key)
            return make_error(
                ErrorClass::authentication,
                endpoint.provider,
                "No API key provided. Set api_key in the model's litellm_params, or COHERE_API_KEY in the "
                "environment."
            );
        return join_path(base_of(endpoint), path);
    }
};

} // namespace

const Adapter* cohere_adapter()
{
    static const CohereAdapter adapter;
    return &adapter;
}

} // namespace litellm::providers
