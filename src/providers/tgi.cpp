#include "huggingface.hpp"

#include "chat_request.hpp"
#include "error_class.hpp"
#include "finish_reason.hpp"
#include "json_access.hpp"
#include "parameter_rules.hpp"
#include "prompt_templates.hpp"
#include "rows.hpp"
#include "text_completions.hpp"
#include "tgi_stream.hpp"

namespace litellm::providers {

namespace {

constexpr std::string_view supported =
    "max_tokens max_completion_tokens temperature top_p stop n seed stream frequency_penalty response_format";
constexpr std::string_view markers = "<|assistant|> <|system|> <|user|> <|end|> </s> <s>";

std::string without_markers(std::string text)
{
    bool changed = true;
    while (changed)
        changed = any_word(markers, [&text](std::string_view marker) {
            if (text.starts_with(marker))
                text.erase(0, marker.size());
            else if (text.ends_with(marker))
                text.resize(text.size() - marker.size());
            else
                return false;
            return true;
        });
    return text;
}

Json grammar_of(const Json& format)
{
    const Json* wrapper = find(format, "json_schema");
    const Json* schema = wrapper != nullptr ? find(*wrapper, "schema") : nullptr;
    return {{"type", "json"}, {"value", schema != nullptr ? *schema : Json{{"type", "object"}}}};
}

void add_parameter(Json& parameters, const std::string& name, const Json& value)
{
    if (name == "max_tokens" || name == "max_completion_tokens")
        parameters["max_new_tokens"] = value == 0 ? Json(1) : value;
    else if (name == "temperature")
        parameters["temperature"] = value.is_number() && value.get<double>() <= 0 ? Json(0.01) : value;
    else if (name == "stop")
        parameters["stop"] = value.is_array() ? value : Json::array({value});
    else if (name == "n") {
        if (value == 1)
            return;
        parameters["best_of"] = value;
        parameters["do_sample"] = true;
    } else if (name == "response_format") {
        if (string_at(value, "type") != "text")
            parameters["grammar"] = grammar_of(value);
    } else {
        parameters[name] = value;
    }
}

Json chat_choice(std::size_t index, std::string text, std::string_view reason)
{
    Json message = {{"role", "assistant"}, {"content", without_markers(std::move(text))}};
    return {
        {"index", index}, {"message", std::move(message)}, {"finish_reason", openai_finish_reason(reason)}};
}

Json answer_of(const Endpoint& endpoint, const Json& generated, std::int64_t created, const std::string& id)
{
    static const Json none = Json::object();
    const Json* found = find(generated, "details");
    const Json& details = found != nullptr ? *found : none;
    Json choices = Json::array();
    choices.push_back(
        chat_choice(0, string_at(generated, "generated_text"), string_at(details, "finish_reason"))
    );
    if (const Json* more = find(details, "best_of_sequences"); more != nullptr && more->is_array())
        for (const auto& sequence : *more)
            choices.push_back(chat_choice(
                choices.size(), string_at(sequence, "generated_text"), string_at(sequence, "finish_reason")
            ));
    Json answer = {
        {"id", id}, {"object", "chat.completion"}, {"created", created}, {"model", endpoint.model}};
    answer["choices"] = std::move(choices);
    answer["usage"] = tgi_usage(details);
    return answer;
}

class TgiAdapter final : public RuledAdapter {
public:
    [[nodiscard]] bool is_openai_shaped(const Endpoint&, Operation) const override { return false; }
    [[nodiscard]] Result<std::string> url(const Endpoint& endpoint, Operation operation, bool) const override
    {
        if (operation == Operation::embeddings)
            return invalid_input("Embeddings have no raw form; use hf_route: chat.");
        return endpoint.api_base;
    }
    [[nodiscard]] bool takes_stream_options(const Endpoint&, Operation) const override { return false; }
    [[nodiscard]] Result<UpstreamRequest>
    encode(const Endpoint& endpoint, Operation operation, const Json& body, bool stream) const override;
    [[nodiscard]] Result<Json> decode(
        const Endpoint& endpoint,
        Operation operation,
        std::string_view body,
        std::int64_t created,
        const std::string& id
    ) const override;
    [[nodiscard]] std::unique_ptr<StreamDecoder> stream_decoder(
        const Endpoint& endpoint, Operation operation, std::int64_t created, const std::string& id
    ) const override
    {
        return tgi_stream_decoder(endpoint, operation == Operation::completions, created, id);
    }

protected:
    [[nodiscard]] Rule rule(const Endpoint&, Operation operation, std::string_view name) const override
    {
        if (!is_known_parameter(operation, name) || has_word(supported, name))
            return {};
        return {name == "user" || name == "stream_options" ? Rule::Verdict::remove : Rule::Verdict::refuse};
    }
    [[nodiscard]] bool accepts(const Endpoint&, std::string_view, const Json&) const override { return true; }
};

Result<UpstreamRequest>
TgiAdapter::encode(const Endpoint& endpoint, Operation operation, const Json& body, bool stream) const
{
    auto address = url(endpoint, operation, stream);
    if (!address)
        return address.error();
    Json parameters = {{"details", true}, {"return_full_text", false}};
    const auto add_all = [&parameters](const Json& from, bool overrides) {
        for (const auto& [name, value] : from.items()) {
            const bool is_frame = name == "model" || name == "messages" || name == "prompt" ||
                name == "stream" || name == "stream_options" || name == "user";
            if (!is_frame && !value.is_null() && (overrides || !parameters.contains(name)))
                add_parameter(parameters, name, value);
        }
    };
    if (endpoint.defaults.is_object())
        add_all(endpoint.defaults, false);
    add_all(body, true);

    Json request = Json::object();
    if (operation == Operation::completions) {
        const Json* prompt = find(body, "prompt");
        if (prompt != nullptr && prompt->is_array() && prompt->size() == 1)
            prompt = &prompt->front();
        if (prompt == nullptr || !prompt->is_string())
            return invalid_input("This server takes one prompt per call, as text.", "prompt");
        request["inputs"] = *prompt;
    } else {
        const Json* messages = find(body, "messages");
        request["inputs"] = render_prompt(endpoint, messages != nullptr ? *messages : Json::array());
    }
    request["parameters"] = std::move(parameters);
    request["stream"] = stream;
    if (endpoint.extra_body.is_object())
        request.update(endpoint.extra_body);
    return UpstreamRequest{std::move(*address), {}, to_text(request)};
}

Result<Json> TgiAdapter::decode(
    const Endpoint& endpoint,
    Operation operation,
    std::string_view body,
    std::int64_t created,
    const std::string& id
) const
{
    const auto answer = parse_json(body);
    if (!answer)
        return make_error(ErrorClass::connection, endpoint.provider, "The answer is not JSON.");
    // `POST /` and the hosted service wrap the one answer in a list.
    const Json& generated = answer->is_array() && !answer->empty() ? answer->front() : *answer;
    if (auto error = error_inside(endpoint, generated))
        return std::move(*error);
    if (find(generated, "generated_text") == nullptr)
        return make_error(ErrorClass::connection, endpoint.provider, "The answer holds no generated_text.");
    Json chat = answer_of(endpoint, generated, created, id);
    return operation == Operation::completions ? text_of_chat_answer(chat, false) : chat;
}

} // namespace

const Adapter* tgi_adapter()
{
    static const TgiAdapter adapter;
    return &adapter;
}

} // namespace litellm::providers
