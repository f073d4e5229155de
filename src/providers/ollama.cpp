#include "ollama.hpp"

#include "error_class.hpp"
#include "json_access.hpp"
#include "ollama_answer.hpp"
#include "ollama_request.hpp"
#include "parameter_rules.hpp"
#include "rows.hpp"
#include "text_completions.hpp"
#include "web_address.hpp"

namespace litellm::providers {

namespace {

constexpr std::string_view supported =
    "max_tokens max_completion_tokens temperature top_p seed stop stream frequency_penalty presence_penalty "
    "response_format tools "
    "reasoning_effort thinking logprobs top_logprobs suffix dimensions encoding_format";
/// What changes nothing that a client could see.
constexpr std::string_view ignored = "user stream_options tool_choice parallel_tool_calls";

/// The base without a route that was configured along with it.
std::string_view root_of(const Endpoint& endpoint)
{
    std::string_view base = endpoint.api_base;
    for (const std::string_view route :
         {"/api/generate", "/api/chat", "/api/embed", "/api/embeddings", "/api"})
        if (base.ends_with(route))
            return base.substr(0, base.size() - route.size());
    return base;
}

class OllamaAdapter final : public RuledAdapter {
public:
    /// `older` serves servers that know only `/api/embeddings`.
    OllamaAdapter(bool legacy, const Adapter* older) : legacy_(legacy), older_(older) {}

    [[nodiscard]] bool is_openai_shaped(const Endpoint&, Operation) const override { return false; }
    [[nodiscard]] bool takes_stream_options(const Endpoint&, Operation) const override { return false; }
    [[nodiscard]] const Adapter* fallback_adapter() const override { return older_; }
    /// A missing model is a 404 with a JSON body; a missing route is one without.
    [[nodiscard]] bool should_fall_back(int status, std::string_view body) const override
    {
        return (status == 404 || status == 405) && !parse_json(body).has_value();
    }

    [[nodiscard]] Result<std::string> url(const Endpoint& endpoint, Operation operation, bool) const override
    {
        const bool chat = operation == Operation::chat_completions && endpoint.provider == "ollama_chat";
        return route(endpoint, operation, chat);
    }
    [[nodiscard]] Result<UpstreamRequest>
    encode(const Endpoint& endpoint, Operation operation, const Json& body, bool stream) const override
    {
        const bool chat = operation == Operation::chat_completions &&
            (endpoint.provider == "ollama_chat" || needs_ollama_chat(body) ||
             needs_ollama_chat(endpoint.defaults));
        auto request = operation == Operation::embeddings ? ollama_embed_request(endpoint, body, legacy_)
            : chat                                        ? ollama_chat_request(endpoint, body, stream)
                                                          : ollama_generate_request(endpoint, body, stream);
        if (!request)
            return request.error();
        return UpstreamRequest{route(endpoint, operation, chat), {}, to_text(*request)};
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
        if (operation == Operation::embeddings)
            return ollama_embeddings(endpoint, *answer);
        Json completion = ollama_completion(endpoint, *answer, created, id);
        return operation == Operation::completions ? text_of_chat_answer(completion, false) : completion;
    }
    [[nodiscard]] std::unique_ptr<StreamDecoder> stream_decoder(
        const Endpoint& endpoint, Operation operation, std::int64_t created, const std::string& id
    ) const override
    {
        return ollama_stream_decoder(endpoint, operation == Operation::completions, created, id);
    }

protected:
    [[nodiscard]] Rule rule(const Endpoint&, Operation operation, std::string_view name) const override
    {
        if (!is_known_parameter(operation, name) || has_word(supported, name))
            return {};
        return {has_word(ignored, name) ? Rule::Verdict::remove : Rule::Verdict::refuse};
    }
    [[nodiscard]] bool accepts(const Endpoint&, std::string_view, const Json&) const override { return true; }

private:
    [[nodiscard]] std::string route(const Endpoint& endpoint, Operation operation, bool chat) const
    {
        if (operation == Operation::embeddings)
            return join_path(root_of(endpoint), legacy_ ? "/api/embeddings" : "/api/embed");
        return join_path(root_of(endpoint), chat ? "/api/chat" : "/api/generate");
    }

    bool legacy_;
    const Adapter* older_;
};

} // namespace

const Adapter* ollama_adapter()
{
    static const OllamaAdapter legacy(true, nullptr);
    static const OllamaAdapter adapter(false, &legacy);
    return &adapter;
}

} // namespace litellm::providers
