// Google's generateContent in front of chat models (https://ai.google.dev/api/generate-content).

#include "json_access.hpp"
#include "surfaces.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

namespace litellm::providers {

namespace {

/// Google writes names in both ways.
const Json* either(const Json& object, std::string_view camel, std::string_view snake)
{
    const Json* found = find(object, camel);
    return found != nullptr ? found : find(object, snake);
}

std::string either_text(const Json& object, std::string_view camel, std::string_view snake)
{
    const auto found = string_at(object, camel);
    return found.empty() ? string_at(object, snake) : found;
}

/// The name of an audio type in OpenAI's words.
std::string audio_format(std::string_view type)
{
    auto format = std::string(type.substr(type.find('/') + 1));
    if (format.starts_with("x-"))
        format.erase(0, 2);
    if (format == "wave" || format == "vnd.wave")
        return "wav";
    return format == "mpeg" ? "mp3" : format;
}

/// Providers tell the kind of a file by its name.
std::string file_name(const Json& data, std::string_view type)
{
    if (auto given = either_text(data, "displayName", "display_name"); !given.empty())
        return given;
    const auto extension = type == "text/plain" ? "txt" : type.substr(type.find('/') + 1);
    return fmt::format("file.{}", extension);
}

/// `audio/wav; rate=16000` without what follows the type.
std::string type_of(const Json& data)
{
    const auto whole = to_lower(either_text(data, "mimeType", "mime_type"));
    return std::string(trim(std::string_view(whole).substr(0, whole.find(';'))));
}

/// Bytes in base64.
Json data_part(const Json& data)
{
    const auto type = type_of(data);
    const auto bytes = string_at(data, "data");
    if (type.starts_with("audio/"))
        return Json{
            {"type", "input_audio"}, {"input_audio", Json{{"data", bytes}, {"format", audio_format(type)}}}};
    if (type.empty() || type.starts_with("image/"))
        return image_part(data_address(type, bytes));
    return Json{
        {"type", "file"},
        {"file", Json{{"file_data", data_address(type, bytes)}, {"filename", file_name(data, type)}}}};
}

/// An address. Chats take those of pictures; those of other files go where the id of a file stands, as
/// LiteLLM's users write them.
Json address_part(const Json& data)
{
    const auto type = type_of(data);
    auto address = either_text(data, "fileUri", "file_uri");
    if (type.empty() || type.starts_with("image/"))
        return image_part(std::move(address));
    return Json{{"type", "file"}, {"file", Json{{"file_id", std::move(address)}, {"format", type}}}};
}

/// One turn of the conversation. Google's calls have no ids: the name and the position stand for them.
class TurnReader {
public:
    explicit TurnReader(Json& messages) : messages_(messages) {}

    Result<void> take(const Json& turn)
    {
        const Json* parts = find(turn, "parts");
        if (parts == nullptr || !parts->is_array())
            return invalid_input("contents: a turn without parts", "contents");
        const bool is_model = string_at(turn, "role") == "model";
        Json content = Json::array();
        Json calls = Json::array();
        for (const auto& part : *parts)
            if (auto taken = take_part(part, content, calls); !taken)
                return taken;
        if (is_model) {
            std::string text;
            for (const auto& part : content)
                text += string_at(part, "text");
            Json message = {
                {"role", "assistant"}, {"content", text.empty() && !calls.empty() ? Json() : Json(text)}};
            if (!calls.empty())
                message["tool_calls"] = std::move(calls);
            messages_.push_back(std::move(message));
        } else if (content.size() == 1 && string_at(content.front(), "type") == "text") {
            messages_.push_back(Json{{"role", "user"}, {"content", string_at(content.front(), "text")}});
        } else if (!content.empty()) {
            messages_.push_back(Json{{"role", "user"}, {"content", std::move(content)}});
        }
        return {};
    }

private:
    Result<void> take_part(const Json& part, Json& content, Json& calls)
    {
        if (flag_at(part, "thought"))
            return {};
        if (const Json* call = either(part, "functionCall", "function_call"); call != nullptr) {
            const auto name = string_at(*call, "name");
            const Json* arguments = find(*call, "args");
            auto id = string_at(*call, "id");
            if (id.empty())
                id = fmt::format("call_{}_{}", name, called_[name]++);
            calls.push_back(function_call(
                std::move(id), name, to_text(arguments == nullptr ? Json::object() : *arguments)
            ));
        } else if (const Json* answer = either(part, "functionResponse", "function_response");
                   answer != nullptr) {
            const auto name = string_at(*answer, "name");
            auto id = string_at(*answer, "id");
            if (id.empty())
                id = fmt::format("call_{}_{}", name, answered_[name]++);
            const Json* result = find(*answer, "response");
            messages_.push_back(Json{
                {"role", "tool"},
                {"tool_call_id", std::move(id)},
                {"content", to_text(result == nullptr ? Json::object() : *result)}});
        } else if (const Json* data = either(part, "inlineData", "inline_data"); data != nullptr) {
            content.push_back(data_part(*data));
        } else if (const Json* file = either(part, "fileData", "file_data"); file != nullptr) {
            content.push_back(address_part(*file));
        } else if (const Json* text = find(part, "text"); text != nullptr) {
            content.push_back(Json{{"type", "text"}, {"text", *text}});
        } else {
            return invalid_input(
                "contents: a part of a kind that this model does not understand", "contents"
            );
        }
        return {};
    }

    Json& messages_;
    std::map<std::string, int> called_;
    std::map<std::string, int> answered_;
};

constexpr std::string_view counted[] = {
    "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"};

/// Google writes numbers of 64 bits as texts.
void read_count(Json& value)
{
    const auto text = value.get<std::string>();
    std::int64_t count = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failed == std::errc{} && end == text.data() + text.size())
        value = count;
}

/// `nullable` is OpenAPI's; JSON Schema has a type for null.
void allow_null(Json& schema)
{
    if (Json* type = find(schema, "type"); type != nullptr && type->is_string()) {
        *type = Json::array({*type, "null"});
    } else if (Json* choices = find(schema, "anyOf"); choices != nullptr && choices->is_array()) {
        choices->push_back(Json{{"type", "null"}});
    }
    if (Json* values = find(schema, "enum");
        values != nullptr && values->is_array() && std::ranges::find(*values, Json()) == values->end())
        values->push_back(nullptr);
}

/// A schema in Google's words as a JSON Schema.
void make_plain(Json& schema)
{
    if (schema.is_object()) {
        for (auto& [name, value] : schema.items()) {
            if (name == "type" && value.is_string())
                value = to_lower(value.get<std::string>());
            else if (value.is_string() && std::ranges::find(counted, name) != std::end(counted))
                read_count(value);
            else
                make_plain(value);
        }
        if (const Json* nullable = find(schema, "nullable"); nullable != nullptr && nullable->is_boolean()) {
            const bool allows_null = nullable->get<bool>();
            erase(schema, "nullable");
            if (allows_null)
                allow_null(schema);
        }
    } else if (schema.is_array()) {
        for (auto& each : schema)
            make_plain(each);
    }
}

/// The whole answer or all arguments: providers want an object there, never null.
Json plain_schema(Json schema)
{
    if (const Json* nullable = find(schema, "nullable"); nullable != nullptr && nullable->is_boolean())
        erase(schema, "nullable");
    make_plain(schema);
    return schema;
}

/// Which functions may be called, and whether one must be.
Result<void> add_tool_choice(const Json& calling, Json& chat)
{
    const auto mode = string_at(calling, "mode");
    chat["tool_choice"] = mode == "ANY" ? "required" : mode == "NONE" ? "none" : "auto";
    const Json* allowed = either(calling, "allowedFunctionNames", "allowed_function_names");
    if (allowed == nullptr || !allowed->is_array() || allowed->empty() ||
        (mode != "ANY" && mode != "VALIDATED"))
        return {};
    Json kept = Json::array();
    for (const auto& tool : chat["tools"])
        if (std::ranges::find(*allowed, tool["function"]["name"]) != allowed->end())
            kept.push_back(tool);
    if (kept.empty())
        return invalid_input("allowedFunctionNames: none of the functions is declared", "toolConfig");
    if (mode == "ANY" && kept.size() == 1)
        chat["tool_choice"] =
            Json{{"type", "function"}, {"function", Json{{"name", string_at(kept[0]["function"], "name")}}}};
    else
        chat["tools"] = std::move(kept); // a choice names one function at the most
    return {};
}

Result<void> add_tools(const Json& request, Json& chat)
{
    const Json* tools = find(request, "tools");
    if (tools == nullptr || !tools->is_array())
        return {};
    for (const auto& tool : *tools) {
        if (either(tool, "googleSearch", "google_search") != nullptr)
            chat["web_search_options"] = Json::object();
        const Json* functions = either(tool, "functionDeclarations", "function_declarations");
        if (functions == nullptr || !functions->is_array())
            continue;
        for (const auto& declared : *functions) {
            Json function = {
                {"name", string_at(declared, "name")}, {"description", string_at(declared, "description")}};
            const Json* schema = either(declared, "parametersJsonSchema", "parameters");
            function["parameters"] = schema == nullptr
                ? Json{{"type", "object"}, {"properties", Json::object()}}
                : plain_schema(*schema);
            chat["tools"].push_back(Json{{"type", "function"}, {"function", std::move(function)}});
        }
    }
    const Json* config = either(request, "toolConfig", "tool_config");
    const Json* calling =
        config == nullptr ? nullptr : either(*config, "functionCallingConfig", "function_calling_config");
    if (calling == nullptr || !chat.contains("tools"))
        return {};
    return add_tool_choice(*calling, chat);
}

/// How hard to think: by a word, or by a budget of tokens.
void add_effort(const Json& config, Json& chat)
{
    constexpr std::int64_t much = 10'000;
    constexpr std::int64_t some = 5'000;
    const Json* thinking = either(config, "thinkingConfig", "thinking_config");
    if (thinking == nullptr)
        return;
    const auto level = to_lower(either_text(*thinking, "thinkingLevel", "thinking_level"));
    if (level == "minimal" || level == "low" || level == "medium" || level == "high") {
        chat["reasoning_effort"] = level;
        return;
    }
    auto budget = count_at(*thinking, "thinkingBudget");
    if (!budget)
        budget = count_at(*thinking, "thinking_budget");
    // 0 turns thoughts off and -1 leaves it to the model: neither has a word that all models of a chat take.
    if (budget.value_or(0) == 0)
        return;
    chat["reasoning_effort"] = *budget >= much ? "high" : *budget >= some ? "medium" : "low";
}

void add_logprobs(const Json& config, Json& chat)
{
    if (!flag_at(config, "responseLogprobs") && !flag_at(config, "response_logprobs"))
        return;
    chat["logprobs"] = true;
    if (const auto count = count_at(config, "logprobs"))
        chat["top_logprobs"] = *count;
}

void add_configuration(const Json& request, Json& chat)
{
    const Json* config = either(request, "generationConfig", "generation_config");
    if (config == nullptr)
        return;
    constexpr std::pair<const char*, const char*> names[] = {
        {"temperature", "temperature"},
        {"topP", "top_p"},
        {"maxOutputTokens", "max_tokens"},
        {"candidateCount", "n"},
        {"stopSequences", "stop"},
        {"seed", "seed"},
        {"frequencyPenalty", "frequency_penalty"},
        {"presencePenalty", "presence_penalty"},
    };
    for (const auto& [theirs, ours] : names)
        if (const Json* value = find(*config, theirs); value != nullptr)
            chat[ours] = *value;
    const Json* schema = either(*config, "responseJsonSchema", "responseSchema");
    if (schema != nullptr) {
        chat["response_format"] = Json{
            {"type", "json_schema"},
            {"json_schema", Json{{"name", "answer"}, {"schema", plain_schema(*schema)}}}};
    } else if (string_at(*config, "responseMimeType") == "application/json") {
        chat["response_format"] = Json{{"type", "json_object"}};
    }
    add_effort(*config, chat);
    add_logprobs(*config, chat);
}

std::string finish_of(const std::string& reason)
{
    if (reason == "length")
        return "MAX_TOKENS";
    return reason == "content_filter" ? "SAFETY" : "STOP";
}

Json usage_of(const Usage& usage)
{
    Json counts = {
        {"promptTokenCount", usage.prompt},
        {"candidatesTokenCount", usage.completion - usage.reasoning},
        {"totalTokenCount", usage.total},
    };
    if (usage.cached_read > 0)
        counts["cachedContentTokenCount"] = usage.cached_read;
    if (usage.reasoning > 0)
        counts["thoughtsTokenCount"] = usage.reasoning;
    return counts;
}

Json call_part(const std::string& name, const std::string& arguments)
{
    return Json{{"functionCall", Json{{"name", name}, {"args", parsed_arguments(arguments)}}}};
}

void add_parts(const Json& message, Json& parts)
{
    if (const auto thought = string_at(message, "reasoning_content"); !thought.empty())
        parts.push_back(Json{{"text", thought}, {"thought", true}});
    if (const auto text = string_at(message, "content"); !text.empty())
        parts.push_back(Json{{"text", text}});
}

Json candidate_of(std::int64_t index, Json parts, const std::string& reason)
{
    Json candidate = {{"content", Json{{"role", "model"}, {"parts", std::move(parts)}}}, {"index", index}};
    if (!reason.empty())
        candidate["finishReason"] = finish_of(reason);
    return candidate;
}

Json answer_head(const SurfaceAnswer& facts)
{
    return Json{{"candidates", Json::array()}, {"modelVersion", facts.model}, {"responseId", facts.id}};
}

class GenerateContentStream final : public SurfaceStream {
public:
    explicit GenerateContentStream(SurfaceAnswer facts) : facts_(std::move(facts)) {}

    void take(const Json& chunk, std::string& out) override
    {
        if (const Json* usage = find(chunk, "usage"); usage != nullptr)
            if (const auto read = usage_from_openai(*usage))
                usage_ = *read;
        const Json* choice = first_choice(chunk);
        if (choice == nullptr)
            return;
        Json parts = Json::array();
        if (const Json* delta = find(*choice, "delta"); delta != nullptr) {
            add_parts(*delta, parts);
            if (const Json* calls = find(*delta, "tool_calls"); calls != nullptr && calls->is_array())
                for (const auto& call : *calls)
                    take_call(call);
        }
        if (auto reason = string_at(*choice, "finish_reason"); !reason.empty())
            finish_reason_ = std::move(reason);
        if (!parts.empty())
            send(std::move(parts), "", out);
    }

    void finish(std::string& out) override
    {
        Json parts = Json::array();
        for (const auto& [index, call] : calls_)
            parts.push_back(call_part(call.first, call.second));
        if (parts.empty())
            parts.push_back(Json{{"text", ""}});
        send(std::move(parts), finish_reason_.empty() ? "stop" : finish_reason_, out);
    }

    void fail(const Error& error, std::string& out) override
    {
        append_data(
            out,
            Json{{"error", Json{{"code", error.status}, {"message", error.message}, {"status", "INTERNAL"}}}}
        );
    }

private:
    void take_call(const Json& part)
    {
        auto& [name, arguments] = calls_[count_at(part, "index").value_or(0)];
        if (const Json* function = find(part, "function"); function != nullptr) {
            name += string_at(*function, "name");
            arguments += string_at(*function, "arguments");
        }
    }

    void send(Json parts, const std::string& reason, std::string& out)
    {
        Json event = answer_head(facts_);
        event["candidates"].push_back(candidate_of(0, std::move(parts), reason));
        event["usageMetadata"] = usage_of(usage_);
        append_data(out, event);
    }

    SurfaceAnswer facts_;
    Usage usage_;
    std::string finish_reason_;
    std::map<std::int64_t, std::pair<std::string, std::string>>
        calls_; ///< whole calls only: Google does not cut them
};

class GenerateContentSurface final : public Surface {
public:
    [[nodiscard]] Result<Json> chat_request(const Json& request, bool stream, bool) const override
    {
        return chat_of_generate_content_request(request, stream);
    }

    [[nodiscard]] Json answer(const Json& completion, const SurfaceAnswer& facts) const override
    {
        Json made = answer_head(facts);
        const Json* choices = find(completion, "choices");
        if (choices != nullptr && choices->is_array()) {
            for (const auto& choice : *choices) {
                Json parts = Json::array();
                const Json* message = find(choice, "message");
                if (message != nullptr)
                    add_parts(*message, parts);
                const Json* calls = message == nullptr ? nullptr : find(*message, "tool_calls");
                if (calls != nullptr && calls->is_array())
                    for (const auto& call : *calls)
                        if (const Json* function = find(call, "function"); function != nullptr)
                            parts.push_back(
                                call_part(string_at(*function, "name"), string_at(*function, "arguments"))
                            );
                auto reason = string_at(choice, "finish_reason");
                made["candidates"].push_back(candidate_of(
                    count_at(choice, "index").value_or(0), std::move(parts), reason.empty() ? "stop" : reason
                ));
            }
        }
        const Json* usage = find(completion, "usage");
        const auto counts = usage == nullptr ? std::nullopt : usage_from_openai(*usage);
        made["usageMetadata"] = usage_of(counts.value_or(Usage{}));
        return made;
    }

    [[nodiscard]] std::unique_ptr<SurfaceStream> stream(const SurfaceAnswer& facts) const override
    {
        return std::make_unique<GenerateContentStream>(facts);
    }
};

} // namespace

Result<Json> chat_of_generate_content_request(const Json& request, bool stream)
{
    Json messages = Json::array();
    if (const Json* system = either(request, "systemInstruction", "system_instruction"); system != nullptr) {
        std::string text;
        if (const Json* parts = find(*system, "parts"); parts != nullptr && parts->is_array())
            for (const auto& part : *parts)
                text += (text.empty() ? "" : "\n") + string_at(part, "text");
        messages.push_back(Json{{"role", "system"}, {"content", std::move(text)}});
    }
    const Json* contents = find(request, "contents");
    if (contents == nullptr || !contents->is_array())
        return invalid_input("contents must be a list of turns", "contents");
    TurnReader reader(messages);
    for (const auto& turn : *contents)
        if (auto taken = reader.take(turn); !taken)
            return taken.error();
    Json chat = {{"messages", std::move(messages)}};
    if (auto added = add_tools(request, chat); !added)
        return added.error();
    add_configuration(request, chat);
    if (stream) {
        chat["stream"] = true;
        chat["stream_options"] = Json{{"include_usage", true}};
    }
    return chat;
}

const Surface* generate_content_surface()
{
    static const GenerateContentSurface surface;
    return &surface;
}

} // namespace litellm::providers
