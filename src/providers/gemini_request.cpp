#include "gemini.hpp"

#include "defaults.hpp"
#include "json_access.hpp"
#include "rows.hpp"

namespace litellm::providers {

namespace {

/// Members that are written by hand below, or say nothing to Gemini.
constexpr std::string_view handled =
    "model messages prompt input tools tool_choice parallel_tool_calls response_format reasoning_effort "
    "thinking "
    "web_search_options stream stream_options user functions function_call modalities audio stop max_tokens "
    "max_completion_tokens logprobs top_logprobs dimensions encoding_format input_type";

struct Renamed {
    std::string_view from;
    std::string_view to;
};
constexpr Renamed generation[] = {
    {"temperature", "temperature"},
    {"top_p", "topP"},
    {"top_k", "topK"},
    {"n", "candidateCount"},
    {"seed", "seed"},
    {"presence_penalty", "presencePenalty"},
    {"frequency_penalty", "frequencyPenalty"},
    {"media_resolution", "mediaResolution"},
};
constexpr Renamed top_level[] = {
    {"safety_settings", "safetySettings"},
    {"cached_content", "cachedContent"},
    {"labels", "labels"},
};

bool is_generation_3(std::string_view model)
{
    return model.find("gemini-3") != std::string_view::npos;
}

std::int64_t budget_of(std::string_view effort, std::string_view model)
{
    if (effort == "low")
        return 1024;
    if (effort == "medium")
        return 2048;
    if (effort != "minimal")
        return 4096;
    if (model.find("flash-lite") != std::string_view::npos)
        return 512;
    return model.find("2.5-flash") != std::string_view::npos ? 1 : 128;
}

Json thinking_of_effort(const std::string& effort, std::string_view model)
{
    const bool none = effort == "none" || effort == "disable";
    if (is_generation_3(model)) {
        const bool is_flash = model.find("flash") != std::string_view::npos;
        std::string_view level = effort == "medium" ? (is_flash ? "medium" : "high") : "high";
        if (none || effort == "minimal")
            level = is_flash ? "minimal" : "low";
        else if (effort == "low")
            level = "low";
        return Json{{"thinkingLevel", level}, {"includeThoughts", !none}};
    }
    if (none)
        return Json{{"thinkingBudget", 0}, {"includeThoughts", false}};
    return Json{{"thinkingBudget", budget_of(effort, model)}, {"includeThoughts", true}};
}

Json declaration_of(const Json& function)
{
    Json made = {{"name", string_at(function, "name")}};
    if (const auto text = string_at(function, "description"); !text.empty())
        made["description"] = text;
    const Json* parameters = find(function, "parameters");
    if (parameters == nullptr || !parameters->is_object())
        return made;
    Json schema = gemini_schema(*parameters);
    const Json* properties = find(schema, "properties");
    // An object without properties is refused.
    const bool is_empty =
        string_at(schema, "type") == "object" && (properties == nullptr || properties->empty());
    if (!is_empty)
        made["parameters"] = std::move(schema);
    return made;
}

void add_tools(const Json& body, Json& request)
{
    Json declarations = Json::array();
    Json special = Json::array();
    if (const Json* tools = find(body, "tools"); tools != nullptr && tools->is_array())
        for (const auto& tool : *tools) {
            if (const Json* function = find(tool, "function"); function != nullptr)
                declarations.push_back(declaration_of(*function));
            else
                special.push_back(tool);
        }
    if (find(body, "web_search_options") != nullptr)
        special.push_back(Json{{"googleSearch", Json::object()}});
    if (!declarations.empty())
        request["tools"].push_back(Json{{"functionDeclarations", std::move(declarations)}});
    else if (!special.empty())
        request["tools"] = std::move(special);
}

void add_tool_choice(const Json& body, Json& request)
{
    const Json* choice = find(body, "tool_choice");
    if (choice == nullptr || !request.contains("tools"))
        return;
    Json config = Json::object();
    if (const Json* function = find(*choice, "function"); function != nullptr) {
        config["mode"] = "ANY";
        config["allowedFunctionNames"] = Json::array({string_at(*function, "name")});
    } else {
        const std::string word =
            choice->is_string() ? choice->get<std::string>() : string_at(*choice, "type");
        config["mode"] = word == "required" || word == "any" ? "ANY" : word == "none" ? "NONE" : "AUTO";
    }
    request["toolConfig"] = Json{{"functionCallingConfig", std::move(config)}};
}

void add_format(const Json& body, Json& config)
{
    const Json* format = find(body, "response_format");
    const auto type = format != nullptr ? string_at(*format, "type") : std::string();
    if (type != "json_object" && type != "json_schema")
        return;
    config["responseMimeType"] = "application/json";
    const Json* wrapper = find(*format, "json_schema");
    const Json* schema = wrapper != nullptr ? find(*wrapper, "schema") : find(*format, "response_schema");
    if (schema != nullptr)
        config["responseJsonSchema"] = *schema;
}

void add_thinking(const Endpoint& endpoint, const Json& body, Json& config)
{
    if (const Json* thinking = find(body, "thinking"); thinking != nullptr) {
        const bool is_on = string_at(*thinking, "type") != "disabled";
        Json made = {{"includeThoughts", is_on}};
        if (const auto budget = count_at(*thinking, "budget_tokens"))
            made["thinkingBudget"] = *budget;
        else if (!is_on)
            made["thinkingBudget"] = 0;
        config["thinkingConfig"] = std::move(made);
    } else if (const auto effort = string_at(body, "reasoning_effort"); !effort.empty()) {
        config["thinkingConfig"] = thinking_of_effort(effort, endpoint.model);
    }
}

void add_output(const Json& body, Json& config)
{
    if (const Json* modalities = find(body, "modalities"); modalities != nullptr && modalities->is_array())
        for (const auto& modality : *modalities)
            if (modality.is_string()) {
                auto word = modality.get<std::string>();
                for (char& c : word)
                    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
                config["responseModalities"].push_back(std::move(word));
            }
    if (const Json* audio = find(body, "audio"); audio != nullptr)
        config["speechConfig"]["voiceConfig"]["prebuiltVoiceConfig"]["voiceName"] =
            string_at(*audio, "voice");
}

Json generation_config(const Endpoint& endpoint, const Json& body)
{
    Json config = Json::object();
    for (const auto& [from, to] : generation)
        if (const Json* value = find(body, from); value != nullptr)
            config[std::string(to)] = *value;
    for (const auto* name : {"max_tokens", "max_completion_tokens"})
        if (const auto count = count_at(body, name))
            config["maxOutputTokens"] = *count;
    if (const Json* stop = find(body, "stop"); stop != nullptr)
        config["stopSequences"] = stop->is_array() ? *stop : Json::array({*stop});
    if (flag_at(body, "logprobs"))
        config["responseLogprobs"] = true;
    if (const auto count = count_at(body, "top_logprobs"))
        config["logprobs"] = *count;
    if (is_generation_3(endpoint.model) && !config.contains("temperature"))
        config["temperature"] = 1.0;
    add_format(body, config);
    add_thinking(endpoint, body, config);
    add_output(body, config);
    return config;
}

bool is_renamed(std::string_view name)
{
    for (const auto& each : generation)
        if (each.from == name)
            return true;
    for (const auto& each : top_level)
        if (each.from == name)
            return true;
    return false;
}

} // namespace

Result<Json> gemini_request(const Endpoint& endpoint, const Json& body)
{
    const Json merged = with_defaults(endpoint, body);
    const Json* messages = find(merged, "messages");
    auto contents =
        gemini_contents(messages != nullptr ? *messages : Json(), is_generation_3(endpoint.model));
    if (!contents)
        return contents.error();
    Json request = {{"contents", std::move(contents->contents)}};
    if (!contents->system.empty())
        request["systemInstruction"] = Json{{"parts", std::move(contents->system)}};
    add_tools(merged, request);
    add_tool_choice(merged, request);
    if (Json config = generation_config(endpoint, merged); !config.empty())
        request["generationConfig"] = std::move(config);
    for (const auto& [from, to] : top_level)
        if (const Json* value = find(merged, from); value != nullptr)
            request[std::string(to)] = *value;
    for (const auto& [name, value] : merged.items())
        if (!value.is_null() && !has_word(handled, name) && !is_renamed(name))
            request[name] = value;
    if (endpoint.extra_body.is_object())
        request.update(endpoint.extra_body);
    return request;
}

Result<Json> gemini_embed_request(const Endpoint& endpoint, const Json& body)
{
    const Json merged = with_defaults(endpoint, body);
    const Json* input = find(merged, "input");
    const Json texts = input != nullptr && input->is_string() ? Json::array({*input})
        : input != nullptr                                    ? *input
                                                              : Json();
    if (!texts.is_array() || texts.empty())
        return invalid_input("Gemini takes embeddings input as text.", "input");
    Json requests = Json::array();
    for (const auto& text : texts) {
        if (!text.is_string())
            return invalid_input("Gemini takes embeddings input as text.", "input");
        Json content = {{"parts", Json::array({Json{{"text", text}}})}};
        Json request = {{"model", "models/" + endpoint.model}, {"content", std::move(content)}};
        if (const auto dimensions = count_at(merged, "dimensions"))
            request["outputDimensionality"] = *dimensions;
        for (const auto* name : {"task_type", "input_type"})
            if (const auto type = string_at(merged, name); !type.empty())
                request["taskType"] = type;
        requests.push_back(std::move(request));
    }
    return Json{{"requests", std::move(requests)}};
}

} // namespace litellm::providers
