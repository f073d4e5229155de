#include "chat_request.hpp"

#include "json_access.hpp"

#include <algorithm>

namespace litellm::providers {

namespace {

std::string_view effort_of_budget(std::int64_t tokens)
{
    if (tokens >= 10000)
        return "high";
    if (tokens >= 5000)
        return "medium";
    return tokens >= 2000 ? "low" : "minimal";
}

void thinking_as_effort(Json& body)
{
    const Json* thinking = find(body, "thinking");
    if (thinking == nullptr)
        return;
    if (string_at(*thinking, "type") != "disabled" && find(body, "reasoning_effort") == nullptr)
        body["reasoning_effort"] = effort_of_budget(count_at(*thinking, "budget_tokens").value_or(0));
    erase(body, "thinking");
}

/// DeepSeek knows thinking on and off; an effort switches it.
void thinking_type(Json& body)
{
    if (const Json* thinking = find(body, "thinking"); thinking != nullptr) {
        Json reduced = {{"type", string_at(*thinking, "type")}};
        body["thinking"] = std::move(reduced);
        return;
    }
    const auto effort = string_at(body, "reasoning_effort");
    if (effort.empty())
        return;
    body["thinking"] = Json{{"type", effort == "none" ? "disabled" : "enabled"}};
    if (effort == "none")
        erase(body, "reasoning_effort");
}

void shape_response_format(const Row& row, Json& body)
{
    const Json* format = find(body, "response_format");
    if (format == nullptr)
        return;
    const auto type = string_at(*format, "type");
    if (has(row, no_text_format) && type == "text") {
        erase(body, "response_format");
        return;
    }
    const Json* wrapper = find(*format, "json_schema");
    const Json* schema = wrapper != nullptr ? find(*wrapper, "schema") : find(*format, "response_schema");
    if (schema == nullptr)
        return;
    Json parameters = *schema;
    if (has(row, schema_in_object)) {
        body["response_format"] = Json{{"type", "json_object"}, {"schema", std::move(parameters)}};
    } else if (has(row, schema_as_tool)) {
        erase(body, "response_format");
        Json function = {{"name", schema_tool_name}, {"parameters", std::move(parameters)}};
        Json tool = {{"type", "function"}, {"function", std::move(function)}};
        body["tools"] = Json::array({std::move(tool)});
        body["tool_choice"] = Json{{"type", "function"}, {"function", {{"name", schema_tool_name}}}};
    }
}

void shape_temperature(Json& body)
{
    const Json* temperature = find(body, "temperature");
    if (temperature == nullptr || !temperature->is_number())
        return;
    const double wanted = temperature->get<double>();
    const double least = count_at(body, "n").value_or(1) > 1 ? 0.3 : 0.0;
    if (wanted > 1.0 || wanted < least)
        body["temperature"] = std::clamp(wanted, least, 1.0);
}

void shape_tool_choice(const Row& row, Json& body)
{
    const Json* choice = find(body, "tool_choice");
    if (choice == nullptr)
        return;
    const bool required = *choice == "required";
    if ((has(row, required_is_any) && required) || (has(row, object_is_any) && choice->is_object())) {
        body["tool_choice"] = "any";
    } else if (has(row, nudges_tools) && required) {
        erase(body, "tool_choice");
        if (Json* messages = find(body, "messages"); messages != nullptr && messages->is_array())
            messages->push_back(Json{{"role", "user"}, {"content", "Please answer with one of the tools."}});
    } else if (has(row, functions_only) && choice->is_object() && string_at(*choice, "type") != "function") {
        erase(body, "tool_choice");
    }
}

/// gpt-5 clients of the Responses API send an object here.
void flatten_effort(Json& body)
{
    const Json* effort = find(body, "reasoning_effort");
    if (effort == nullptr || !effort->is_object())
        return;
    if (auto level = string_at(*effort, "effort"); level.empty())
        erase(body, "reasoning_effort");
    else
        body["reasoning_effort"] = std::move(level);
}

} // namespace

void shape_chat_request(const Row& row, std::string_view model, Json& body)
{
    flatten_effort(body);
    if (has(row, effort_for_thinking))
        thinking_as_effort(body);
    if (has(row, thinking_type_only))
        thinking_type(body);
    if (has(row, gentle_temperature))
        shape_temperature(body);
    if (has(row, asks_usage) && find(body, "usage") == nullptr)
        body["usage"] = Json{{"include", true}};
    shape_response_format(row, body);
    shape_tools(row, body);
    shape_tool_choice(row, body);
    if (Json* messages = find(body, "messages"); messages != nullptr && messages->is_array()) {
        Json shaped = std::move(*messages);
        shape_messages(row, model, body, shaped);
        body["messages"] = std::move(shaped);
    }
}

} // namespace litellm::providers
