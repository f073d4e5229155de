#include "ollama_request.hpp"

#include "defaults.hpp"
#include "json_access.hpp"
#include "rows.hpp"

#include <algorithm>

namespace litellm::providers {

namespace {

/// Members of an OpenAI body that say nothing to Ollama, or are written by hand below.
constexpr std::string_view handled = "model messages prompt input stream stream_options user tool_choice "
                                     "parallel_tool_calls n tools encoding_format response_format "
                                     "reasoning_effort thinking echo best_of options";
constexpr std::string_view native = "keep_alive format think template raw system suffix context truncate "
                                    "shift images dimensions logprobs top_logprobs";

Json format_of(const Json& response_format)
{
    const auto type = string_at(response_format, "type");
    const Json* wrapper = find(response_format, "json_schema");
    const Json* schema = wrapper != nullptr ? find(*wrapper, "schema") : nullptr;
    if (schema != nullptr)
        return *schema;
    return type == "json_object" || type == "json_schema" ? Json("json") : Json(nullptr);
}

/// gpt-oss knows levels, other models think or do not.
Json think_of(const Endpoint& endpoint, const std::string& effort)
{
    if (effort == "none" || effort == "disable")
        return false;
    if (endpoint.model.find("gpt-oss") == std::string::npos)
        return true;
    return effort == "minimal" ? "low" : effort;
}

void add_options(Json& options, const std::string& name, const Json& value)
{
    if (name == "max_tokens" || name == "max_completion_tokens")
        options["num_predict"] = value;
    else if (name == "stop")
        options["stop"] = value.is_array() ? value : Json::array({value});
    else
        options[name] = value;
}

/// Everything but messages, prompt and tools.
Json common_request(const Endpoint& endpoint, const Json& body)
{
    Json request = {{"model", endpoint.model}};
    Json options = Json::object();
    for (const auto& [name, value] : body.items()) {
        if (value.is_null() || has_word(handled, name))
            continue;
        if (has_word(native, name))
            request[name] = value;
        else
            add_options(options, name, value);
    }
    // Text completions ask for a number of alternatives where chats say yes or no.
    if (const Json* logprobs = find(request, "logprobs"); logprobs != nullptr && logprobs->is_number()) {
        request["top_logprobs"] = *logprobs;
        request["logprobs"] = true;
    }
    if (const Json* given = find(body, "options"); given != nullptr && given->is_object())
        options.update(*given);
    if (const Json* format = find(body, "response_format"); format != nullptr)
        if (auto wanted = format_of(*format); !wanted.is_null())
            request["format"] = std::move(wanted);
    if (const auto effort = string_at(body, "reasoning_effort"); !effort.empty())
        request["think"] = think_of(endpoint, effort);
    else if (const Json* thinking = find(body, "thinking"); thinking != nullptr)
        request["think"] = string_at(*thinking, "type") != "disabled";
    if (!options.empty())
        request["options"] = std::move(options);
    return request;
}

void add_extra(const Endpoint& endpoint, Json& request)
{
    if (endpoint.extra_body.is_object())
        request.update(endpoint.extra_body);
}

bool has_image(const Json& message)
{
    const Json* content = find(message, "content");
    return content != nullptr && content->is_array() && std::ranges::any_of(*content, [](const Json& part) {
               return string_at(part, "type") == "image_url";
           });
}

} // namespace

bool needs_ollama_chat(const Json& body)
{
    const Json* tools = find(body, "tools");
    const Json* messages = find(body, "messages");
    if (tools != nullptr && !tools->empty())
        return true;
    return messages != nullptr && messages->is_array() &&
        std::ranges::any_of(*messages, [](const Json& message) {
               return has_image(message) || find(message, "tool_calls") != nullptr ||
                   string_at(message, "role") == "tool";
           });
}

Result<Json> ollama_chat_request(const Endpoint& endpoint, const Json& body, bool stream)
{
    const Json merged = with_defaults(endpoint, body);
    const Json* given = find(merged, "messages");
    auto messages = ollama_messages(given != nullptr ? *given : Json::array());
    if (!messages)
        return messages;
    Json request = common_request(endpoint, merged);
    request["messages"] = std::move(*messages);
    if (const Json* tools = find(merged, "tools"); tools != nullptr && !tools->empty())
        request["tools"] = *tools;
    // Ollama streams unless it is told not to.
    request["stream"] = stream;
    add_extra(endpoint, request);
    return request;
}

Result<Json> ollama_generate_request(const Endpoint& endpoint, const Json& body, bool stream)
{
    const Json merged = with_defaults(endpoint, body);
    Json request = common_request(endpoint, merged);
    if (const Json* messages = find(merged, "messages"); messages != nullptr) {
        request["prompt"] = ollama_prompt(*messages);
    } else {
        const Json* prompt = find(merged, "prompt");
        if (prompt != nullptr && prompt->is_array() && prompt->size() == 1)
            prompt = &prompt->front();
        if (prompt == nullptr || !prompt->is_string())
            return invalid_input("Ollama takes one prompt per call, as text.", "prompt");
        request["prompt"] = *prompt;
    }
    request["stream"] = stream;
    add_extra(endpoint, request);
    return request;
}

Result<Json> ollama_embed_request(const Endpoint& endpoint, const Json& body, bool legacy)
{
    const Json merged = with_defaults(endpoint, body);
    const Json* input = find(merged, "input");
    const bool is_text = input != nullptr &&
        (input->is_string() || (input->is_array() && !input->empty() && input->front().is_string()));
    if (!is_text)
        return invalid_input("Ollama takes embeddings input as text.", "input");
    Json request = common_request(endpoint, merged);
    if (!legacy) {
        request["input"] = *input;
    } else {
        if (input->is_array() && input->size() != 1)
            return invalid_input(
                "This Ollama server is too old to embed more than one text per call.", "input"
            );
        request["prompt"] = input->is_array() ? input->front() : *input;
    }
    add_extra(endpoint, request);
    return request;
}

} // namespace litellm::providers
