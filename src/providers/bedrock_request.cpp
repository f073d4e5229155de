#include "anthropic.hpp"
#include "bedrock.hpp"
#include "defaults.hpp"
#include "json_access.hpp"
#include "rows.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

namespace litellm::providers {

namespace {

constexpr std::string_view handled = "model messages prompt max_tokens max_completion_tokens temperature "
                                     "top_p stop tools tool_choice parallel_tool_calls "
                                     "response_format reasoning_effort thinking stream stream_options user n "
                                     "guardrailConfig performanceConfig serviceTier requestMetadata";
constexpr std::int64_t low_budget = 1024;
constexpr std::int64_t medium_budget = 2048;
constexpr std::int64_t high_budget = 4096;

bool is_claude(std::string_view model)
{
    return model.find("anthropic.") != std::string_view::npos ||
        model.find("claude") != std::string_view::npos;
}

Json cache_point()
{
    return Json{{"cachePoint", Json{{"type", "default"}}}};
}

Result<Json> image_of(const Json& source)
{
    if (string_at(source, "type") != "base64")
        return invalid_input("Bedrock takes images as data, not by their address.", "messages");
    auto format = string_at(source, "media_type");
    format.erase(0, format.find('/') + 1);
    return Json{
        {"image",
         Json{
             {"format", format == "jpg" ? "jpeg" : format},
             {"source", Json{{"bytes", string_at(source, "data")}}}}}};
}

/// Names of documents are restricted to few characters and must differ.
Result<Json> document_of(const Json& source, std::size_t index)
{
    if (string_at(source, "type") != "base64")
        return invalid_input("Bedrock takes documents as data, not by their address.", "messages");
    auto format = string_at(source, "media_type");
    format.erase(0, format.find('/') + 1);
    if (format == "plain")
        format = "txt";
    return Json{
        {"document",
         Json{
             {"format", format},
             {"name", fmt::format("document {}", index)},
             {"source", Json{{"bytes", string_at(source, "data")}}}}}};
}

/// Blocks of Anthropic's messages as Converse's.
class BlockWriter {
public:
    Result<Json> blocks(const Json& content)
    {
        Json made = Json::array();
        if (content.is_string()) {
            made.push_back(Json{{"text", content}});
            return made;
        }
        for (const auto& block : content) {
            auto converted = convert(block);
            if (!converted)
                return converted.error();
            if (converted->is_null())
                continue;
            made.push_back(std::move(*converted));
            if (has_member(block, "cache_control"))
                made.push_back(cache_point());
        }
        return made;
    }

private:
    Result<Json> convert(const Json& block)
    {
        const auto type = string_at(block, "type");
        if (type == "text") {
            const auto text = string_at(block, "text");
            return trim(text).empty() ? Json() : Json{{"text", text}};
        }
        const Json* source = find(block, "source");
        if (type == "image" && source != nullptr)
            return image_of(*source);
        if (type == "document" && source != nullptr)
            return document_of(*source, ++documents_);
        if (type == "tool_use") {
            const Json* input = find(block, "input");
            Json use = {{"toolUseId", string_at(block, "id")}, {"name", string_at(block, "name")}};
            use["input"] = input != nullptr ? *input : Json::object();
            return Json{{"toolUse", std::move(use)}};
        }
        if (type == "tool_result")
            return tool_result(block);
        if (type == "thinking") {
            Json text = {{"text", string_at(block, "thinking")}};
            if (auto signature = string_at(block, "signature"); !signature.empty())
                text["signature"] = std::move(signature);
            return Json{{"reasoningContent", Json{{"reasoningText", std::move(text)}}}};
        }
        if (type == "redacted_thinking")
            return Json{{"reasoningContent", Json{{"redactedContent", string_at(block, "data")}}}};
        return invalid_input(fmt::format("Bedrock has no content of type `{}`.", type), "messages");
    }

    Result<Json> tool_result(const Json& block)
    {
        const Json* content = find(block, "content");
        auto made = content == nullptr ? Result<Json>(Json::array()) : blocks(*content);
        if (!made)
            return made;
        if (made->empty())
            made->push_back(Json{{"json", Json::object()}});
        Json result = {{"toolUseId", string_at(block, "tool_use_id")}, {"content", std::move(*made)}};
        if (flag_at(block, "is_error"))
            result["status"] = "error";
        return Json{{"toolResult", std::move(result)}};
    }

    std::size_t documents_ = 0;
};

Json tool_spec(std::string name, const std::string& description, const Json* schema)
{
    Json spec = {{"name", std::move(name)}};
    if (!description.empty())
        spec["description"] = description;
    Json json = schema != nullptr && schema->is_object() ? *schema : Json::object();
    if (!has_member(json, "type"))
        json["type"] = "object";
    spec["inputSchema"] = Json{{"json", std::move(json)}};
    return Json{{"toolSpec", std::move(spec)}};
}

class ConverseBuilder {
public:
    ConverseBuilder(const Endpoint& endpoint, const Json& body) : endpoint_(endpoint), body_(body) {}

    Result<Json> build()
    {
        const Json* given = find(body_, "messages");
        auto conversation = anthropic_messages(given != nullptr ? *given : Json());
        if (!conversation)
            return conversation.error();
        if (auto added = add_conversation(*conversation); !added)
            return added.error();
        add_limits();
        add_tools(conversation->has_tool_calls);
        add_format();
        add_thinking();
        add_rest();
        return std::move(request_);
    }

private:
    Result<void> add_conversation(const AnthropicMessages& conversation)
    {
        BlockWriter writer;
        Json messages = Json::array();
        for (const auto& message : conversation.messages) {
            auto content = writer.blocks(message.at("content"));
            if (!content)
                return content.error();
            if (content->empty())
                content->push_back(Json{{"text", "."}});
            messages.push_back(Json{{"role", string_at(message, "role")}, {"content", std::move(*content)}});
        }
        request_["messages"] = std::move(messages);
        if (conversation.system.empty())
            return {};
        auto system = writer.blocks(conversation.system);
        if (!system)
            return system.error();
        if (!system->empty())
            request_["system"] = std::move(*system);
        return {};
    }

    void add_limits()
    {
        Json config = Json::object();
        for (const auto* name : {"max_completion_tokens", "max_tokens"})
            if (const Json* most = find(body_, name); most != nullptr)
                config["maxTokens"] = *most;
        if (const Json* value = find(body_, "temperature"); value != nullptr)
            config["temperature"] = *value;
        if (const Json* value = find(body_, "top_p"); value != nullptr)
            config["topP"] = *value;
        if (const Json* stop = find(body_, "stop"); stop != nullptr) {
            Json stops = Json::array();
            for (const auto& each : stop->is_array() ? *stop : Json::array({*stop}))
                if (each.is_string() && !each.get<std::string>().empty())
                    stops.push_back(each);
            if (!stops.empty())
                config["stopSequences"] = std::move(stops);
        }
        if (!config.empty())
            request_["inferenceConfig"] = std::move(config);
    }

    void add_tools(bool has_tool_calls)
    {
        Json tools = Json::array();
        if (const Json* given = find(body_, "tools"); given != nullptr && given->is_array()) {
            for (const auto& tool : *given) {
                const Json* function = find(tool, "function");
                if (function == nullptr)
                    continue;
                tools.push_back(tool_spec(
                    string_at(*function, "name"),
                    string_at(*function, "description"),
                    find(*function, "parameters")
                ));
                if (has_member(tool, "cache_control") || has_member(*function, "cache_control"))
                    tools.push_back(cache_point());
            }
        }
        // A conversation with calls is refused when no tool is described.
        if (tools.empty() && has_tool_calls)
            tools.push_back(tool_spec("dummy_tool", "Stands for the tools of earlier turns.", nullptr));
        if (tools.empty())
            return;
        request_["toolConfig"]["tools"] = std::move(tools);
        const Json* choice = find(body_, "tool_choice");
        if (choice == nullptr)
            return;
        if (choice->is_object()) {
            const Json* function = find(*choice, "function");
            request_["toolConfig"]["toolChoice"] =
                Json{{"tool", Json{{"name", function == nullptr ? "" : string_at(*function, "name")}}}};
        } else if (*choice == "required") {
            request_["toolConfig"]["toolChoice"] = Json{{"any", Json::object()}};
        } else if (*choice == "auto") {
            request_["toolConfig"]["toolChoice"] = Json{{"auto", Json::object()}};
        }
    }

    /// A schema is the description of a tool that must be called; its arguments are the answer.
    void add_format()
    {
        const Json* format = find(body_, "response_format");
        if (format == nullptr || string_at(*format, "type") == "text")
            return;
        const Json* named = find(*format, "json_schema");
        const Json* schema = named == nullptr ? nullptr : find(*named, "schema");
        request_["toolConfig"]["tools"].push_back(
            tool_spec(std::string(json_tool_name), "Gives the answer as JSON.", schema)
        );
        if (request_["toolConfig"]["tools"].size() == 1 && find(body_, "thinking") == nullptr &&
            find(body_, "reasoning_effort") == nullptr)
            request_["toolConfig"]["toolChoice"] = Json{{"tool", Json{{"name", json_tool_name}}}};
    }

    void add_thinking()
    {
        Json& more = request_["additionalModelRequestFields"];
        more = Json::object();
        if (const Json* thinking = find(body_, "thinking"); thinking != nullptr)
            more["thinking"] = *thinking;
        const auto effort = string_at(body_, "reasoning_effort");
        if (effort.empty() || effort == "none" || more.contains("thinking"))
            return;
        if (!is_claude(endpoint_.model)) {
            more["reasoning_effort"] = effort;
            return;
        }
        const std::int64_t budget = effort == "high" ? high_budget
            : effort == "medium"                     ? medium_budget
                                                     : low_budget;
        more["thinking"] = Json{{"type", "enabled"}, {"budget_tokens", budget}};
        Json* const limits = find(request_, "inferenceConfig");
        const auto most = limits == nullptr ? std::nullopt : count_at(*limits, "maxTokens");
        if (most && *most <= budget)
            (*limits)["maxTokens"] = budget + high_budget;
    }

    /// Converse has no word for one call at a time; Claude's own tool choice has.
    [[nodiscard]] Json lone_choice() const
    {
        Json lone = {{"type", "auto"}};
        const Json* choice = find(request_.at("toolConfig"), "toolChoice");
        if (const Json* tool = choice == nullptr ? nullptr : find(*choice, "tool"); tool != nullptr) {
            lone["type"] = "tool";
            lone["name"] = string_at(*tool, "name");
        } else if (choice != nullptr && find(*choice, "any") != nullptr) {
            lone["type"] = "any";
        }
        lone["disable_parallel_tool_use"] = true;
        return lone;
    }

    /// What is not a parameter of every model is one of this model.
    void add_rest()
    {
        Json& more = request_["additionalModelRequestFields"];
        for (const auto& [name, value] : body_.items())
            if (!value.is_null() && !has_word(handled, name))
                more[name] = value;
        if (const Json* parallel = find(body_, "parallel_tool_calls"); parallel != nullptr &&
            *parallel == Json(false) && is_claude(endpoint_.model) && request_.contains("toolConfig"))
            more["tool_choice"] = lone_choice();
        if (more.empty())
            request_.erase("additionalModelRequestFields");
        for (const auto* name : {"guardrailConfig", "performanceConfig", "serviceTier", "requestMetadata"})
            if (const Json* value = find(body_, name); value != nullptr)
                request_[name] = *value;
    }

    const Endpoint& endpoint_;
    const Json& body_;
    Json request_ = Json::object();
};

} // namespace

Result<Json> bedrock_request(const Endpoint& endpoint, const Json& body)
{
    return ConverseBuilder(endpoint, body).build();
}

Result<Json> bedrock_embed_request(const Endpoint& endpoint, const Json& body)
{
    const Json* input = find(body, "input");
    if (input == nullptr)
        return invalid_input("input is missing", "input");
    const bool is_cohere = endpoint.model.find("cohere.") != std::string::npos;
    if (is_cohere) {
        Json request = {{"texts", input->is_array() ? *input : Json::array({*input})}};
        const auto type = string_at(body, "input_type");
        request["input_type"] = type.empty() ? "search_document" : type;
        if (const Json* size = find(body, "dimensions"); size != nullptr)
            request["output_dimension"] = *size;
        return request;
    }
    if (input->is_array() && input->size() != 1)
        return invalid_input("Titan embeds one text a call.", "input");
    Json request = {{"inputText", input->is_array() ? input->front() : *input}};
    if (const Json* size = find(body, "dimensions"); size != nullptr)
        request["dimensions"] = *size;
    return request;
}

} // namespace litellm::providers
