#include "cohere.hpp"
#include "json_access.hpp"
#include "rows.hpp"

namespace litellm::providers {

namespace {

/// Members that are written by hand below, or say nothing to Cohere.
constexpr std::string_view handled = "model messages prompt max_tokens max_completion_tokens stop top_p "
                                     "top_k tools tool_choice response_format reasoning_effort stream "
                                     "stream_options user n parallel_tool_calls";

Json tidy_message(const Json& message)
{
    Json tidy = message;
    for (const auto* name :
         {"name", "reasoning_content", "thinking_blocks", "provider_specific_fields", "refusal"})
        erase(tidy, name);
    if (string_at(tidy, "role") == "developer")
        tidy["role"] = "system";
    // Whoever calls tools need not say anything.
    if (const Json* content = find(tidy, "content");
        content == nullptr || (content->is_string() && content->get<std::string>().empty()))
        if (has_member(tidy, "tool_calls"))
            erase(tidy, "content");
    return tidy;
}

/// Only all tools can be demanded: naming one leaves the others out.
void add_tools(const Json& body, Json& request)
{
    const Json* tools = find(body, "tools");
    if (tools == nullptr || !tools->is_array() || tools->empty())
        return;
    const Json* choice = find(body, "tool_choice");
    const Json* named = choice == nullptr ? nullptr : find(*choice, "function");
    Json taken = Json::array();
    for (const auto& tool : *tools) {
        const Json* function = find(tool, "function");
        if (function == nullptr ||
            (named != nullptr && string_at(*function, "name") != string_at(*named, "name")))
            continue;
        Json plain = *function;
        erase(plain, "strict");
        taken.push_back(Json{{"type", "function"}, {"function", std::move(plain)}});
    }
    request["tools"] = std::move(taken);
    if (named != nullptr || (choice != nullptr && *choice == "required"))
        request["tool_choice"] = "REQUIRED";
    else if (choice != nullptr && *choice == "none")
        request["tool_choice"] = "NONE";
}

void add_format(const Json& body, Json& request)
{
    const Json* format = find(body, "response_format");
    if (format == nullptr)
        return;
    Json made = {{"type", string_at(*format, "type") == "text" ? "text" : "json_object"}};
    if (const Json* named = find(*format, "json_schema"); named != nullptr)
        if (const Json* schema = find(*named, "schema"); schema != nullptr)
            made["json_schema"] = *schema;
    request["response_format"] = std::move(made);
}

void add_thinking(const Json& body, Json& request)
{
    constexpr std::int64_t low = 1024;
    constexpr std::int64_t medium = 4096;
    const auto effort = string_at(body, "reasoning_effort");
    if (effort.empty() || has_member(body, "thinking"))
        return;
    if (effort == "none") {
        request["thinking"] = Json{{"type", "disabled"}};
        return;
    }
    request["thinking"] = Json{{"type", "enabled"}};
    if (effort == "minimal" || effort == "low")
        request["thinking"]["token_budget"] = low;
    else if (effort == "medium")
        request["thinking"]["token_budget"] = medium;
}

} // namespace

Result<Json> cohere_request(const Endpoint& endpoint, const Json& body, bool stream)
{
    const Json* messages = find(body, "messages");
    if (messages == nullptr || !messages->is_array())
        return invalid_input("messages must be a list", "messages");
    Json request = {{"model", endpoint.model}, {"messages", Json::array()}, {"stream", stream}};
    for (const auto& message : *messages)
        request["messages"].push_back(tidy_message(message));
    for (const auto* name : {"max_tokens", "max_completion_tokens"})
        if (const Json* most = find(body, name); most != nullptr)
            request["max_tokens"] = *most;
    if (const Json* stop = find(body, "stop"); stop != nullptr)
        request["stop_sequences"] = stop->is_array() ? *stop : Json::array({*stop});
    if (const Json* value = find(body, "top_p"); value != nullptr)
        request["p"] = *value;
    if (const Json* value = find(body, "top_k"); value != nullptr)
        request["k"] = *value;
    add_tools(body, request);
    add_format(body, request);
    add_thinking(body, request);
    for (const auto& [name, value] : body.items())
        if (!value.is_null() && !has_word(handled, name))
            request[name] = value;
    return request;
}

Result<Json> cohere_embed_request(const Endpoint& endpoint, const Json& body)
{
    constexpr std::size_t most_texts = 96;
    const Json* input = find(body, "input");
    if (input == nullptr || (!input->is_string() && !input->is_array()))
        return invalid_input("input must be a text or a list of texts", "input");
    Json texts = input->is_array() ? *input : Json::array({*input});
    for (const auto& text : texts)
        if (!text.is_string())
            return invalid_input("Cohere embeds texts, not tokens.", "input");
    if (texts.size() > most_texts)
        return invalid_input("Cohere embeds at most 96 texts a call.", "input");
    const auto type = string_at(body, "input_type");
    Json request = {
        {"model", endpoint.model},
        {"texts", std::move(texts)},
        {"input_type", type.empty() ? "search_document" : type}};
    request["embedding_types"] = Json::array({"float"});
    if (const Json* size = find(body, "dimensions"); size != nullptr)
        request["output_dimension"] = *size;
    if (const Json* truncate = find(body, "truncate"); truncate != nullptr)
        request["truncate"] = *truncate;
    return request;
}

} // namespace litellm::providers
