#include "anthropic.hpp"

#include "defaults.hpp"
#include "json_access.hpp"
#include "rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace litellm::providers {

namespace {

constexpr std::int64_t default_max_tokens = 4096;
/// What is left for the answer when the thoughts alone would use up max_tokens.
constexpr std::int64_t tokens_beside_thoughts = 4096;
constexpr std::int64_t least_budget = 1024;

/// Members that are written by hand below, or say nothing to Anthropic.
constexpr std::string_view handled =
    "model messages prompt max_tokens max_completion_tokens stop tools tool_choice parallel_tool_calls user "
    "response_format reasoning_effort thinking web_search_options stream stream_options n functions "
    "function_call";

constexpr auto hosted_tools = std::to_array<std::string_view>(
    {"bash_",
     "text_editor_",
     "web_search_",
     "web_fetch_",
     "code_execution_",
     "computer_",
     "tool_search_",
     "memory_"}
);

/// The number that `text` is, when it has one or two digits; longer ones are dates.
int small_number(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return text.size() <= 2 && error == std::errc() && end == text.data() + text.size() ? value : -1;
}

bool is_hosted(std::string_view type)
{
    return std::ranges::any_of(hosted_tools, [type](std::string_view prefix) {
        return type.starts_with(prefix);
    });
}

Json object_schema()
{
    return Json{{"type", "object"}, {"properties", Json::object()}};
}

Result<Json> tool_of(const Json& tool)
{
    const auto type = string_at(tool, "type");
    if (find(tool, "input_schema") != nullptr || is_hosted(type))
        return tool;
    const Json* function = find(tool, "function");
    if (function == nullptr)
        return invalid_input("A tool needs its function.", "tools");
    Json made = {{"name", string_at(*function, "name")}};
    if (const auto text = string_at(*function, "description"); !text.empty())
        made["description"] = text;
    const Json* parameters = find(*function, "parameters");
    Json schema = parameters != nullptr && parameters->is_object() ? *parameters : object_schema();
    if (string_at(schema, "type").empty())
        schema["type"] = "object";
    made["input_schema"] = std::move(schema);
    for (const Json* holder : {&tool, function})
        if (const Json* control = find(*holder, "cache_control"); control != nullptr)
            made["cache_control"] = *control;
    return made;
}

/// A phone number or an e-mail address must not be sent as a user id.
bool is_personal(const std::string& user)
{
    const auto is_phone_character = [](char c) {
        return (c >= '0' && c <= '9') || c == '+' || c == ' ' || c == '(' || c == ')' || c == '-' || c == '.';
    };
    return user.find('@') != std::string::npos ||
        (user.size() >= 7 && std::ranges::all_of(user, is_phone_character));
}

std::int64_t budget_of(std::string_view effort)
{
    if (effort == "medium")
        return 2048;
    if (effort == "high")
        return 4096;
    if (effort == "xhigh")
        return 8192;
    return effort == "max" ? 16384 : least_budget;
}

/// Puts one Messages request together.
class RequestBuilder {
public:
    RequestBuilder(const Endpoint& endpoint, const Json& body)
        : endpoint_(endpoint), body_(body), model_(claude_model(endpoint.model))
    {
    }

    Result<Json> build(bool stream)
    {
        const Json* given = find(body_, "messages");
        auto messages = anthropic_messages(given != nullptr ? *given : Json());
        if (!messages)
            return messages.error();
        request_["model"] = endpoint_.model;
        if (!messages->system.empty())
            request_["system"] = std::move(messages->system);
        request_["messages"] = std::move(messages->messages);
        request_["max_tokens"] = max_tokens();
        if (auto tools = add_tools(messages->has_tool_calls); !tools)
            return tools.error();
        add_thinking();
        add_format();
        add_tool_choice();
        add_rest();
        if (stream)
            request_["stream"] = true;
        return std::move(request_);
    }

private:
    [[nodiscard]] std::int64_t max_tokens() const
    {
        for (const auto* name : {"max_completion_tokens", "max_tokens"})
            if (const auto count = count_at(body_, name))
                return *count;
        return default_max_tokens;
    }

    Result<void> add_tools(bool has_calls)
    {
        Json tools = Json::array();
        if (const Json* given = find(body_, "tools"); given != nullptr && given->is_array()) {
            for (const auto& tool : *given) {
                if (string_at(tool, "type") == "mcp") {
                    request_["mcp_servers"].push_back(tool);
                    continue;
                }
                auto made = tool_of(tool);
                if (!made)
                    return made.error();
                tools.push_back(std::move(*made));
            }
        }
        if (const Json* search = find(body_, "web_search_options"); search != nullptr)
            tools.push_back(search_tool(*search));
        // A history with calls is refused without the tools that were called.
        if (tools.empty() && has_calls)
            tools.push_back(Json{
                {"name", "dummy_tool"},
                {"description", "This tool does nothing."},
                {"input_schema", object_schema()}});
        if (!tools.empty())
            request_["tools"] = std::move(tools);
        return {};
    }

    static Json search_tool(const Json& options)
    {
        Json tool = {{"type", "web_search_20250305"}, {"name", "web_search"}};
        if (const auto size = string_at(options, "search_context_size"); !size.empty())
            tool["max_uses"] = size == "low" ? 1 : size == "high" ? 10 : 5;
        if (const Json* location = find(options, "user_location"); location != nullptr) {
            const Json* place = find(*location, "approximate");
            tool["user_location"] = place != nullptr ? *place : *location;
            tool["user_location"]["type"] = "approximate";
        }
        return tool;
    }

    void add_thinking()
    {
        if (const Json* thinking = find(body_, "thinking"); thinking != nullptr) {
            request_["thinking"] = *thinking;
        } else if (const auto effort = string_at(body_, "reasoning_effort");
                   !effort.empty() && effort != "none") {
            if (model_.takes_effort())
                request_["output_config"]["effort"] = effort == "minimal" ? "low" : effort;
            if (model_.thinks_adaptively())
                request_["thinking"] = Json{{"type", "adaptive"}};
            else if (!model_.takes_effort())
                request_["thinking"] = Json{{"type", "enabled"}, {"budget_tokens", budget_of(effort)}};
        }
        if (const Json* thinking = find(request_, "thinking"); thinking != nullptr) {
            const auto budget = count_at(*thinking, "budget_tokens");
            if (budget && request_["max_tokens"].get<std::int64_t>() <= *budget)
                request_["max_tokens"] = *budget + tokens_beside_thoughts;
        }
    }

    [[nodiscard]] bool thinks() const
    {
        const Json* thinking = find(request_, "thinking");
        return thinking != nullptr && string_at(*thinking, "type") != "disabled";
    }

    void add_format()
    {
        const Json* format = find(body_, "response_format");
        const auto type = format != nullptr ? string_at(*format, "type") : std::string();
        if (type != "json_schema" && type != "json_object")
            return;
        const Json* wrapper = find(*format, "json_schema");
        const Json* schema = wrapper != nullptr ? find(*wrapper, "schema") : find(*format, "response_schema");
        if (schema != nullptr && model_.has_structured_output()) {
            request_["output_config"]["format"] = Json{{"type", "json_schema"}, {"schema", *schema}};
            return;
        }
        Json any = object_schema();
        any["additionalProperties"] = true;
        Json tool = {
            {"name", json_tool_name}, {"input_schema", schema != nullptr ? *schema : std::move(any)}};
        const bool is_alone = !request_.contains("tools");
        request_["tools"].push_back(std::move(tool));
        // A forced tool would keep the model from thinking, and from calling the client's own tools.
        if (is_alone && !thinks())
            request_["tool_choice"] = Json{{"type", "tool"}, {"name", json_tool_name}};
    }

    void add_tool_choice()
    {
        if (!request_.contains("tools"))
            return;
        if (const Json* choice = find(body_, "tool_choice"); choice != nullptr) {
            const std::string word =
                choice->is_string() ? choice->get<std::string>() : string_at(*choice, "type");
            const Json* function = find(*choice, "function");
            if (function != nullptr)
                request_["tool_choice"] = Json{{"type", "tool"}, {"name", string_at(*function, "name")}};
            else if (word == "required" || word == "any")
                request_["tool_choice"] = Json{{"type", "any"}};
            else if (word == "auto" || word == "none")
                request_["tool_choice"] = Json{{"type", word}};
            else if (choice->is_object())
                request_["tool_choice"] = *choice;
        }
        Json* made = find(request_, "tool_choice");
        const auto type = made != nullptr ? string_at(*made, "type") : std::string();
        if (thinks() && (type == "any" || type == "tool"))
            request_["tool_choice"] = Json{{"type", "auto"}};
        if (const Json* parallel = find(body_, "parallel_tool_calls");
            parallel != nullptr && parallel->is_boolean() && type != "none") {
            if (!request_.contains("tool_choice"))
                request_["tool_choice"] = Json{{"type", "auto"}};
            request_["tool_choice"]["disable_parallel_tool_use"] = !parallel->get<bool>();
        }
    }

    void add_rest()
    {
        if (const Json* stop = find(body_, "stop"); stop != nullptr)
            request_["stop_sequences"] = stop->is_array() ? *stop : Json::array({*stop});
        if (const auto user = string_at(body_, "user"); !user.empty() && !is_personal(user))
            request_["metadata"] = Json{{"user_id", user}};
        for (const auto& [name, value] : body_.items()) {
            if (value.is_null() || has_word(handled, name))
                continue;
            // With thoughts these are refused, whatever their value.
            if (thinks() && (name == "temperature" || name == "top_k"))
                continue;
            // Made above, too, from a schema or an effort.
            if (name == "output_config" && request_.contains(name) && value.is_object())
                request_[name].update(value);
            else
                request_[name] = value;
        }
        if (endpoint_.extra_body.is_object())
            request_.update(endpoint_.extra_body);
    }

    const Endpoint& endpoint_;
    const Json& body_;
    const ClaudeModel model_;
    Json request_ = Json::object();
};

} // namespace

ClaudeModel claude_model(std::string_view name)
{
    ClaudeModel model;
    model.is_opus = name.find("opus") != std::string_view::npos;
    int major = -1;
    const auto begin = name.find("claude-");
    name = begin == std::string_view::npos ? std::string_view() : name.substr(begin + 7);
    while (!name.empty()) {
        const auto end = std::min(name.find_first_of("-.@:_/"), name.size());
        const int number = small_number(name.substr(0, end));
        if (number >= 0 && major >= 0) {
            model.version = major * 10 + std::min(number, 9);
            return model;
        }
        if (number >= 0)
            major = number;
        else if (major >= 0)
            break;
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    model.version = std::max(0, major) * 10;
    return model;
}

Result<Json> anthropic_request(const Endpoint& endpoint, const Json& body, bool stream)
{
    const Json merged = with_defaults(endpoint, body);
    return RequestBuilder(endpoint, merged).build(stream);
}

} // namespace litellm::providers
