#include "anthropic.hpp"

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

constexpr std::string_view supported =
    "max_tokens max_completion_tokens stream stop tools tool_choice parallel_tool_calls user response_format "
    "reasoning_effort thinking web_search_options";
/// Each is refused by newer models unless it asks for what they do anyway.
constexpr std::string_view sampling = "temperature top_p";
constexpr std::string_view path = "/v1/messages";

bool has_credential(const Endpoint& endpoint)
{
    return endpoint.api_key || std::ranges::any_of(endpoint.headers, [](const auto& header) {
               return equals_ignoring_case(header.first, "authorization") ||
                   equals_ignoring_case(header.first, "x-api-key");
           });
}

class AnthropicAdapter final : public RuledAdapter {
public:
    [[nodiscard]] bool is_openai_shaped(const Endpoint&, Operation) const override { return false; }
    [[nodiscard]] bool takes_stream_options(const Endpoint&, Operation) const override { return false; }

    [[nodiscard]] Result<std::string> url(const Endpoint& endpoint, Operation operation, bool) const override
    {
        if (operation == Operation::embeddings)
            return make_error(
                ErrorClass::bad_request, endpoint.provider, "Embeddings are not offered by this provider."
            );
        if (!has_credential(endpoint))
            return make_error(
                ErrorClass::authentication,
                endpoint.provider,
                "Missing Anthropic API Key - A call is being made to anthropic but no key is set either in "
                "the "
                "environment variables or via params. Please set `ANTHROPIC_API_KEY` in your environment vars"
            );
        const std::string_view base = endpoint.api_base;
        if (base.ends_with(path))
            return endpoint.api_base;
        return join_path(base, base.ends_with("/v1") ? "/messages" : path);
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
        const auto request = anthropic_request(endpoint, *chat, stream);
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
        const auto answer = parse_json(body);
        if (!answer || !answer->is_object())
            return make_error(ErrorClass::connection, endpoint.provider, "The answer is not a JSON object.");
        if (auto error = error_inside(endpoint, *answer))
            return std::move(*error);
        Json completion = anthropic_completion(endpoint, *answer, created, id);
        return operation == Operation::completions ? text_of_chat_answer(completion, false) : completion;
    }

    [[nodiscard]] std::unique_ptr<StreamDecoder> stream_decoder(
        const Endpoint& endpoint, Operation operation, std::int64_t created, const std::string& id
    ) const override
    {
        return anthropic_stream_decoder(endpoint, operation == Operation::completions, created, id);
    }

    [[nodiscard]] Result<std::optional<std::string>>
    native_url(const Endpoint& endpoint, NativeApi api, bool stream) const override
    {
        if (api != NativeApi::messages)
            return std::optional<std::string>();
        auto address = url(endpoint, Operation::chat_completions, stream);
        if (!address)
            return address.error();
        return std::optional(std::move(*address));
    }

protected:
    [[nodiscard]] Rule
    rule(const Endpoint& endpoint, Operation operation, std::string_view name) const override
    {
        if (!is_known_parameter(operation, name) || has_word(supported, name))
            return {};
        if (has_word(sampling, name))
            return {
                claude_model(endpoint.model).takes_sampling() ? Rule::Verdict::keep
                                                              : Rule::Verdict::ask_value};
        return {name == "stream_options" ? Rule::Verdict::remove : Rule::Verdict::refuse};
    }
    [[nodiscard]] bool accepts(const Endpoint&, std::string_view name, const Json& body) const override
    {
        const Json* value = find(body, name);
        if (value == nullptr || !value->is_number())
            return true;
        return name == "temperature" ? *value == 1 : value->get<double>() >= 0.99;
    }
};

} // namespace

const Adapter* anthropic_adapter()
{
    static const AnthropicAdapter adapter;
    return &adapter;
}

} // namespace litellm::providers
