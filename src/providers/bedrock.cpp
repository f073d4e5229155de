#include "bedrock.hpp"

#include "defaults.hpp"
#include "error_class.hpp"
#include "json_access.hpp"
#include "parameter_rules.hpp"
#include "rows.hpp"
#include "sigv4.hpp"
#include "text_completions.hpp"
#include "web_address.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

namespace litellm::providers {

namespace {

constexpr std::string_view supported = "max_tokens max_completion_tokens temperature top_p stream stop tools "
                                       "tool_choice parallel_tool_calls response_format "
                                       "reasoning_effort thinking";

class BedrockAdapter final : public RuledAdapter {
public:
    [[nodiscard]] bool is_openai_shaped(const Endpoint&, Operation) const override { return false; }
    [[nodiscard]] bool takes_stream_options(const Endpoint&, Operation) const override { return false; }
    [[nodiscard]] bool is_signed() const override { return true; }

    [[nodiscard]] Result<std::string>
    url(const Endpoint& endpoint, Operation operation, bool stream) const override
    {
        const bool has_identity = has_member(endpoint.params, "aws_access_key_id") &&
            has_member(endpoint.params, "aws_secret_access_key");
        if (!endpoint.api_key && !has_identity)
            return make_error(
                ErrorClass::authentication,
                endpoint.provider,
                "Missing credentials. Set aws_access_key_id and aws_secret_access_key (AWS_ACCESS_KEY_ID, "
                "AWS_SECRET_ACCESS_KEY), or api_key "
                "(AWS_BEARER_TOKEN_BEDROCK)."
            );
        const std::string_view verb = operation == Operation::embeddings ? "invoke"
            : stream                                                     ? "converse-stream"
                                                                         : "converse";
        return join_path(
            endpoint.api_base, fmt::format("/model/{}/{}", percent_encode(endpoint.model), verb)
        );
    }

    [[nodiscard]] Result<UpstreamRequest>
    encode(const Endpoint& endpoint, Operation operation, const Json& body, bool stream) const override
    {
        auto address = url(endpoint, operation, stream);
        if (!address)
            return address.error();
        const Json merged = with_defaults(endpoint, body);
        auto chat = operation == Operation::completions ? chat_of_text_request(merged) : Result<Json>(merged);
        if (!chat)
            return chat.error();
        auto request = operation == Operation::embeddings ? bedrock_embed_request(endpoint, *chat)
                                                          : bedrock_request(endpoint, *chat);
        if (!request)
            return request.error();
        if (endpoint.extra_body.is_object())
            for (const auto& [name, value] : endpoint.extra_body.items())
                (*request)[name] = value;
        return UpstreamRequest{std::move(*address), {}, to_text(*request)};
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
            return bedrock_embeddings(endpoint, *answer);
        if (find(*answer, "output") == nullptr)
            return make_error(ErrorClass::api, endpoint.provider, to_text(*answer));
        Json completion = bedrock_completion(endpoint, *answer, created, id);
        return operation == Operation::completions ? text_of_chat_answer(completion, false) : completion;
    }

    [[nodiscard]] std::unique_ptr<StreamDecoder> stream_decoder(
        const Endpoint& endpoint, Operation operation, std::int64_t created, const std::string& id
    ) const override
    {
        return bedrock_stream_decoder(endpoint, operation == Operation::completions, created, id);
    }

    [[nodiscard]] Result<void>
    sign(const Endpoint& endpoint, UpstreamRequest& request, Timestamp now) const override
    {
        if (endpoint.api_key)
            return {};
        AwsIdentity identity;
        identity.access_key_id = string_at(endpoint.params, "aws_access_key_id");
        identity.secret_access_key = Secret(string_at(endpoint.params, "aws_secret_access_key"));
        identity.session_token = string_at(endpoint.params, "aws_session_token");
        identity.region = string_at(endpoint.params, "aws_region_name");
        identity.service = "bedrock";
        for (auto& header :
             sign_for_aws(identity, {"POST", request.url, "application/json", request.body}, now))
            request.headers.push_back(std::move(header));
        return {};
    }

protected:
    [[nodiscard]] Rule rule(const Endpoint&, Operation operation, std::string_view name) const override
    {
        if (!is_known_parameter(operation, name) || operation == Operation::embeddings)
            return {
                name == "user" || name == "encoding_format" ? Rule::Verdict::remove : Rule::Verdict::keep};
        if (name == "tool_choice")
            return {Rule::Verdict::ask_value};
        if (has_word(supported, name))
            return {};
        return {name == "user" || name == "stream_options" ? Rule::Verdict::remove : Rule::Verdict::refuse};
    }
    /// Converse cannot be told to leave its tools alone.
    [[nodiscard]] bool accepts(const Endpoint&, std::string_view name, const Json& body) const override
    {
        return string_at(body, name) != "none";
    }
};

} // namespace

const Adapter* bedrock_adapter()
{
    static const BedrockAdapter adapter;
    return &adapter;
}

} // namespace litellm::providers
