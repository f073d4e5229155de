#include "surfaces.hpp"

#include <gmock/gmock.h>

namespace litellm::providers {
namespace {

using ::testing::ElementsAre;

SurfaceAnswer facts()
{
    return {"my-model", "0123", 1700000000};
}

Json delta(Json what, Json reason = nullptr)
{
    Json choice = {{"index", 0}, {"delta", std::move(what)}, {"finish_reason", std::move(reason)}};
    return Json{{"id", "c"}, {"choices", Json::array({std::move(choice)})}};
}

Json call(int index, const char* id, const char* name, const char* arguments)
{
    Json function = {{"arguments", arguments}};
    Json made = {{"index", index}};
    if (*id != 0) {
        made["id"] = id;
        function["name"] = name;
    }
    made["function"] = std::move(function);
    return delta(Json{{"tool_calls", Json::array({std::move(made)})}});
}

const Json usage = Json::parse(
    R"({"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 7, "total_tokens": 107,
    "prompt_tokens_details": {"cached_tokens": 60}}})"
);

std::vector<Json> events_of(NativeApi api, const std::vector<Json>& chunks)
{
    const auto stream = find_surface(api)->stream(facts());
    std::string text;
    for (const auto& chunk : chunks)
        stream->take(chunk, text);
    stream->finish(text);
    std::vector<Json> events;
    for (std::size_t at = text.find("data: "); at != std::string::npos; at = text.find("data: ", at + 1))
        events.push_back(Json::parse(text.substr(at + 6, text.find('\n', at) - at - 6)));
    return events;
}

/// Repeated types once, pings left out.
std::vector<std::string> order_of(const std::vector<Json>& events)
{
    std::vector<std::string> types;
    for (const auto& event : events) {
        const auto type = event.value("type", "");
        if (type != "ping" && (types.empty() || types.back() != type))
            types.push_back(type);
    }
    return types;
}

std::string joined(const std::vector<Json>& events, const char* delta_type, const char* member, int index)
{
    std::string text;
    for (const auto& event : events)
        if (event.value("type", "") == "content_block_delta" && event["index"] == index &&
            event["delta"]["type"] == delta_type)
            text += event["delta"][member].get<std::string>();
    return text;
}

TEST(MessagesSurface, TellsThoughtsTextAndCallsInBlocksOfTheirOwn)
{
    const auto events = events_of(
        NativeApi::messages,
        {delta(Json{{"role", "assistant"}, {"content", ""}}),
         delta(Json{{"reasoning_content", "Hm"}}),
         delta(Json{{"content", "Let me "}}),
         delta(Json{{"content", "see"}}),
         call(0, "t1", "f", ""),
         call(0, "", "", "{\"a\":"),
         call(0, "", "", "1}"),
         delta(Json::object(), "tool_calls"),
         usage}
    );
    EXPECT_THAT(
        order_of(events),
        ElementsAre(
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop"
        )
    );
    EXPECT_EQ(joined(events, "thinking_delta", "thinking", 0), "Hm");
    EXPECT_EQ(joined(events, "text_delta", "text", 1), "Let me see");
    EXPECT_EQ(joined(events, "input_json_delta", "partial_json", 2), "{\"a\":1}");
    const Json& last = events[events.size() - 2];
    EXPECT_EQ(last["delta"]["stop_reason"], "tool_use");
    EXPECT_EQ(
        last["usage"],
        Json::parse(
            R"({"input_tokens": 40, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 60, "output_tokens": 7})"
        )
    );
}

TEST(MessagesSurface, KeepsCallsWholeThatComeMixed)
{
    const auto events = events_of(
        NativeApi::messages,
        {call(0, "t1", "f", "{"),
         call(1, "t2", "g", "{\"b\":"),
         call(0, "", "", "}"),
         call(1, "", "", "2}"),
         delta(Json{{"content", "after"}}),
         delta(Json::object(), "tool_calls")}
    );
    EXPECT_EQ(joined(events, "input_json_delta", "partial_json", 0), "{}");
    EXPECT_EQ(joined(events, "input_json_delta", "partial_json", 1), "{\"b\":2}");
    EXPECT_EQ(joined(events, "text_delta", "text", 2), "after");
}

TEST(MessagesSurface, EndsEvenWhenNothingCame)
{
    EXPECT_THAT(
        order_of(events_of(NativeApi::messages, {})),
        ElementsAre("message_start", "message_delta", "message_stop")
    );
}

TEST(MessagesSurface, TurnsAWholeConversationIntoAChat)
{
    const auto chat =
        find_surface(NativeApi::messages)
            ->chat_request(
                Json::parse(
                    R"({"model": "m", "max_tokens": 5, "stop_sequences": ["x"], "system": [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}, {"type": "text", "text": "b"}],
            "thinking": {"type": "enabled", "budget_tokens": 6000}, "tool_choice": {"type": "tool", "name": "f", "disable_parallel_tool_use": true},
            "tools": [{"name": "f", "input_schema": {"type": "object"}}], "metadata": {"user_id": "u"},
            "messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aa"}}]},
                {"role": "assistant", "content": [{"type": "thinking", "thinking": "t", "signature": "s"}, {"type": "tool_use", "id": "1", "name": "f", "input": {"a": 1}}]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "is_error": true}, {"type": "text", "text": "go on"}]}]})"
                ),
                true,
                false
            );
    ASSERT_TRUE(chat);
    EXPECT_EQ(
        *chat,
        Json::parse(R"({"model": "m", "messages": [{"role": "system", "content": "a\nb"},
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,aa"}}]},
        {"role": "assistant", "content": null, "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{\"a\":1}"}}]},
        {"role": "tool", "tool_call_id": "1", "content": "The tool failed."}, {"role": "user", "content": "go on"}],
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
        "tool_choice": {"type": "function", "function": {"name": "f"}}, "parallel_tool_calls": false, "reasoning_effort": "medium",
        "max_tokens": 5, "stop": ["x"], "user": "u", "stream": true, "stream_options": {"include_usage": true}})"
        )
    );
}

TEST(MessagesSurface, RefusesWhatOnlyAnthropicRuns)
{
    const auto* surface = find_surface(NativeApi::messages);
    for (const char* text :
         {R"({"messages": [], "tools": [{"type": "computer_20250124", "name": "c"}]})",
          R"({"messages": [{"role": "user", "content": [{"type": "new"}]}]})",
          R"({"messages": [{"role": "user"}]})",
          R"({"messages": [{"role": "nobody", "content": "x"}]})",
          R"({})"}) {
        const auto chat = surface->chat_request(Json::parse(text), false, false);
        ASSERT_FALSE(chat) << text;
        EXPECT_EQ(chat.error().kind, ErrorKind::invalid_input);
    }
}

TEST(ResponsesSurface, NumbersItsEventsAndRepeatsWhatGrew)
{
    const auto events = events_of(
        NativeApi::responses,
        {delta(Json{{"content", "He"}}),
         delta(Json{{"content", "y"}}),
         call(0, "c1", "f", "{"),
         call(1, "c2", "g", "{}"),
         call(0, "", "", "}"),
         delta(Json::object(), "tool_calls"),
         usage}
    );
    for (std::size_t i = 0; i < events.size(); ++i)
        EXPECT_EQ(events[i]["sequence_number"], i);
    EXPECT_EQ(events.front()["type"], "response.created");
    const Json& last = events.back();
    EXPECT_EQ(last["type"], "response.completed");
    const Json& output = last["response"]["output"];
    ASSERT_EQ(output.size(), 3U);
    EXPECT_EQ(output[0]["content"][0]["text"], "Hey");
    EXPECT_EQ(output[1]["arguments"], "{}");
    EXPECT_EQ(output[1]["call_id"], "c1");
    EXPECT_EQ(output[2]["name"], "g");
    EXPECT_EQ(
        last["response"]["usage"]["input_tokens_details"],
        (Json{{"cached_tokens", 60}, {"cache_write_tokens", 0}})
    );
}

TEST(ResponsesSurface, SaysThatALimitCutIt)
{
    const auto events =
        events_of(NativeApi::responses, {delta(Json{{"content", "He"}}), delta(Json::object(), "length")});
    EXPECT_EQ(events.back()["type"], "response.incomplete");
    EXPECT_EQ(events.back()["response"]["incomplete_details"]["reason"], "max_output_tokens");
}

TEST(ResponsesSurface, RepeatsWhatWasAsked)
{
    SurfaceAnswer asked = facts();
    asked.request = Json::parse(
        R"({"instructions": "Be kind", "temperature": 0.5, "tools": [{"type": "function", "name": "f"}]})"
    );
    const Json answered = find_surface(NativeApi::responses)->answer(Json::object(), asked);
    EXPECT_EQ(answered["instructions"], "Be kind");
    EXPECT_EQ(answered["temperature"], 0.5);
    EXPECT_EQ(answered["tools"][0]["name"], "f");
    EXPECT_EQ(answered["tool_choice"], "auto");
}

Result<Json> chat_of(NativeApi api, const char* request)
{
    return find_surface(api)->chat_request(Json::parse(request), false, false);
}

TEST(ResponsesSurface, AsksForProbabilitiesAsChatsDo)
{
    const auto counted = chat_of(NativeApi::responses, R"({"input": "x", "top_logprobs": 3})");
    ASSERT_TRUE(counted);
    EXPECT_EQ((*counted)["logprobs"], true);
    EXPECT_EQ((*counted)["top_logprobs"], 3);
    const auto included =
        chat_of(NativeApi::responses, R"({"input": "x", "include": ["message.output_text.logprobs"]})");
    ASSERT_TRUE(included);
    EXPECT_EQ((*included)["logprobs"], true);
    EXPECT_FALSE(included->contains("top_logprobs"));
    EXPECT_FALSE(
        chat_of(NativeApi::responses, R"({"input": "x", "include": ["reasoning.encrypted_content"]})")
            ->contains("logprobs")
    );
}

TEST(ResponsesSurface, SendsNoEmptyFile)
{
    const auto chat = chat_of(
        NativeApi::responses,
        R"({"input": [{"role": "user", "content": [{"type": "input_file", "filename": "a.pdf", "file_url": "https://x/a.pdf"}]}]})"
    );
    ASSERT_TRUE(chat);
    EXPECT_EQ(
        (*chat)["messages"][0]["content"][0]["file"],
        (Json{{"filename", "a.pdf"}, {"file_id", "https://x/a.pdf"}})
    );
    EXPECT_FALSE(chat_of(
        NativeApi::responses,
        R"({"input": [{"role": "user", "content": [{"type": "input_file", "filename": "a.pdf"}]}]})"
    ));
}

TEST(GenerateContentSurface, TellsPicturesRecordingsAndFilesApart)
{
    const auto chat = chat_of(
        NativeApi::generate_content, R"({"contents": [{"role": "user", "parts": [
        {"inlineData": {"mimeType": "image/png", "data": "aa"}}, {"inlineData": {"mimeType": "audio/x-wav; rate=16000", "data": "bb"}},
        {"inline_data": {"mime_type": "audio/mpeg", "data": "cc"}}, {"inlineData": {"mimeType": "application/pdf", "data": "dd"}},
        {"fileData": {"mimeType": "image/png", "fileUri": "https://x/a.png"}}, {"fileData": {"mimeType": "video/mp4", "fileUri": "https://x/a.mp4"}}]}]})"
    );
    ASSERT_TRUE(chat);
    EXPECT_EQ((*chat)["messages"][0]["content"], Json::parse(R"([
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,aa"}},
        {"type": "input_audio", "input_audio": {"data": "bb", "format": "wav"}},
        {"type": "input_audio", "input_audio": {"data": "cc", "format": "mp3"}},
        {"type": "file", "file": {"file_data": "data:application/pdf;base64,dd", "filename": "file.pdf"}},
        {"type": "image_url", "image_url": {"url": "https://x/a.png"}},
        {"type": "file", "file": {"file_id": "https://x/a.mp4", "format": "video/mp4"}}])"));
}

TEST(GenerateContentSurface, WritesSchemasAsJsonSchemaDoes)
{
    const auto chat = chat_of(
        NativeApi::generate_content,
        R"({"contents": [], "generationConfig": {"responseSchema": {"type": "OBJECT", "nullable": true,
        "properties": {"names": {"type": "ARRAY", "minItems": "1", "maxItems": 3, "items": {"type": "STRING", "maxLength": "9", "nullable": true, "enum": ["A"]}},
            "nullable": {"type": "BOOLEAN", "nullable": false}, "either": {"anyOf": [{"type": "STRING"}], "nullable": true}}}}})"
    );
    ASSERT_TRUE(chat);
    EXPECT_EQ(
        (*chat)["response_format"]["json_schema"]["schema"], Json::parse(R"({"type": "object",
        "properties": {"names": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": ["string", "null"], "maxLength": 9, "enum": ["A", null]}},
            "nullable": {"type": "boolean"}, "either": {"anyOf": [{"type": "string"}, {"type": "null"}]}}})")
    );
}

TEST(GenerateContentSurface, AllowsOnlyTheFunctionsThatAreNamed)
{
    const auto chat_with = [](const std::string& calling) {
        return chat_of(
            NativeApi::generate_content,
            (R"({"contents": [], "tools": [{"functionDeclarations": [{"name": "f"}, {"name": "g"}, {"name": "h"}]}], "toolConfig": {"functionCallingConfig": )" +
             calling + "}}")
                .c_str()
        );
    };
    const auto one = chat_with(R"({"mode": "ANY", "allowedFunctionNames": ["g"]})");
    ASSERT_TRUE(one);
    EXPECT_EQ((*one)["tool_choice"], Json::parse(R"({"type": "function", "function": {"name": "g"}})"));
    EXPECT_EQ((*one)["tools"].size(), 3U);
    const auto two = chat_with(R"({"mode": "ANY", "allowedFunctionNames": ["f", "h"]})");
    ASSERT_TRUE(two);
    EXPECT_EQ((*two)["tool_choice"], "required");
    ASSERT_EQ((*two)["tools"].size(), 2U);
    EXPECT_EQ((*two)["tools"][1]["function"]["name"], "h");
    EXPECT_EQ((*chat_with(R"({"mode": "AUTO"})"))["tool_choice"], "auto");
    EXPECT_FALSE(chat_with(R"({"mode": "ANY", "allowedFunctionNames": ["nothing"]})"));
}

TEST(GenerateContentSurface, UnderstandsThoughtsAndProbabilities)
{
    const auto configured = [](const std::string& config) {
        return chat_of(
                   NativeApi::generate_content,
                   (R"({"contents": [], "generationConfig": )" + config + "}").c_str()
        )
            .value();
    };
    EXPECT_EQ(configured(R"({"thinkingConfig": {"thinkingBudget": 2048}})")["reasoning_effort"], "low");
    EXPECT_EQ(configured(R"({"thinkingConfig": {"thinkingBudget": 8000}})")["reasoning_effort"], "medium");
    EXPECT_EQ(configured(R"({"thinkingConfig": {"thinkingBudget": 20000}})")["reasoning_effort"], "high");
    EXPECT_EQ(configured(R"({"thinkingConfig": {"thinkingLevel": "HIGH"}})")["reasoning_effort"], "high");
    for (const char* config :
         {R"({"thinkingConfig": {"thinkingBudget": 0}})",
          R"({"thinkingConfig": {"thinkingBudget": -1}})",
          R"({"thinkingConfig": {"includeThoughts": true}})"})
        EXPECT_FALSE(configured(config).contains("reasoning_effort")) << config;
    const Json likely = configured(R"({"responseLogprobs": true, "logprobs": 4})");
    EXPECT_EQ(likely["logprobs"], true);
    EXPECT_EQ(likely["top_logprobs"], 4);
    EXPECT_FALSE(configured(R"({"logprobs": 4})").contains("top_logprobs"));
}

TEST(GenerateContentSurface, PairsCallsWithTheirResultsByName)
{
    const auto chat = find_surface(NativeApi::generate_content)
                          ->chat_request(
                              Json::parse(R"({"contents": [{"role": "user", "parts": [{"text": "x"}]},
            {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {"a": 1}}}, {"functionCall": {"name": "f", "args": {"a": 2}}}]},
            {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"r": 1}}}, {"functionResponse": {"name": "f", "response": {"r": 2}}}]}],
            "tools": [{"functionDeclarations": [{"name": "f", "parameters": {"type": "OBJECT", "properties": {"a": {"type": "INTEGER"}}}}]}]})"
                              ),
                              false,
                              false
                          );
    ASSERT_TRUE(chat);
    const Json& messages = (*chat)["messages"];
    ASSERT_EQ(messages.size(), 4U);
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(
            messages[1]["tool_calls"][static_cast<std::size_t>(i)]["id"],
            messages[static_cast<std::size_t>(2 + i)]["tool_call_id"]
        );
    EXPECT_EQ((*chat)["tools"][0]["function"]["parameters"]["properties"]["a"]["type"], "integer");
}

} // namespace
} // namespace litellm::providers
