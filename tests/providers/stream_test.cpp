#include "line_reader.hpp"
#include "ollama_answer.hpp"

#include "litellm/providers/provider.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace litellm::providers {
namespace {

using testing::ElementsAre;

std::vector<std::string> events_of(std::string_view bytes, std::size_t size)
{
    EventReader reader;
    std::vector<std::string> events;
    const auto keep = [&events](std::string_view data) { events.emplace_back(data); };
    for (std::size_t at = 0; at < bytes.size(); at += size)
        reader.feed(bytes.substr(at, size), keep);
    reader.finish(keep);
    return events;
}

TEST(EventReader, FollowsTheWhatwgRules)
{
    const std::string_view bytes =
        "\xEF\xBB\xBF"
        "data: a\r\n\r\n: comment\rdata:b\rdata\rdata:  c\r\revent: x\nid: 1\n\ndataset: no\n\ndata: d";
    for (std::size_t size = 1; size <= bytes.size(); ++size)
        EXPECT_THAT(events_of(bytes, size), ElementsAre("a", "b\n\n c", "d")) << size;
}

Endpoint endpoint_of(const std::string& model)
{
    Json params = {{"model", model}, {"api_key", "k"}, {"api_base", "http://h/v1"}};
    auto endpoint = resolve_endpoint(params, [](const std::string&) { return std::nullopt; });
    return std::move(endpoint).value();
}

std::unique_ptr<StreamDecoder> decoder_of(const Endpoint& endpoint)
{
    return endpoint.adapter->stream_decoder(endpoint, Operation::chat_completions, 1, "id");
}

TEST(OpenAiStream, DeliversCompleteChunksBeforeTheError)
{
    const auto endpoint = endpoint_of("openai/gpt-4o");
    const auto decoder = decoder_of(endpoint);

    const auto first = decoder->feed(
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"error\":{\"message\":\"x\"}}\n\n"
    );
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->size(), 1U);

    EXPECT_FALSE(decoder->feed("data: {\"choices\":[]}\n\n").has_value());
    EXPECT_FALSE(decoder->finish().has_value());
}

TEST(OpenAiStream, IsCompleteWithoutDoneOnceAReasonWasGiven)
{
    const auto endpoint = endpoint_of("openai/gpt-4o");
    const auto decoder = decoder_of(endpoint);

    ASSERT_TRUE(
        decoder->feed("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n").has_value()
    );
    EXPECT_TRUE(decoder->finish().has_value());
}

TEST(OpenAiStream, OfNothingIsCut)
{
    const auto endpoint = endpoint_of("openai/gpt-4o");
    const auto decoder = decoder_of(endpoint);
    const auto end = decoder->finish();

    ASSERT_FALSE(end.has_value());
    EXPECT_EQ(error_class(end.error()), "APIConnectionError");
}

TEST(OpenAiStream, KeepsUsageOfACutStream)
{
    const auto endpoint = endpoint_of("openai/gpt-4o");
    const auto decoder = decoder_of(endpoint);
    const auto chunk = "data: "
                       "{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":3,"
                       "\"completion_tokens\":1}}\n\n";

    ASSERT_TRUE(decoder->feed(chunk).has_value());
    EXPECT_FALSE(decoder->finish().has_value());
    ASSERT_TRUE(decoder->usage().has_value());
    EXPECT_EQ(decoder->usage()->total, 4);
}

TEST(OpenAiStream, RefusesAnEventWithoutEnd)
{
    const auto endpoint = endpoint_of("openai/gpt-4o");
    const auto decoder = decoder_of(endpoint);
    const std::string block(8UL * 1024 * 1024, 'a');

    Result<std::vector<Json>> result = decoder->feed("data: ");
    for (int i = 0; i < 5 && result; ++i)
        result = decoder->feed(block);
    EXPECT_FALSE(result.has_value());
}

TEST(Streams, SurviveDocumentsOfTheWrongShape)
{
    for (const auto* model : {"openai/gpt-4o", "groq/m", "mistral/m", "ollama/m", "huggingface/o/m"})
        for (const auto* document :
             {"{}",
              "[]",
              "1",
              "null",
              R"({"choices":1})",
              R"({"choices":[1,null,"x"]})",
              R"({"choices":[{"delta":[]}]})",
              R"({"choices":[{"delta":{"tool_calls":[1,{"function":7},{"function":{"arguments":[1]}}]}}]})",
              R"({"usage":[1],"x_groq":2})",
              R"({"message":1})",
              R"({"message":{"tool_calls":[1,{"function":{}}]}})",
              R"({"error":[1]})",
              "nonsense"}) {
            const auto endpoint = endpoint_of(model);
            const auto decoder = decoder_of(endpoint);
            const std::string text = endpoint.provider == "ollama"
                ? std::string(document) + "\n"
                : "data: " + std::string(document) + "\n\n";
            static_cast<void>(decoder->feed(text));
            static_cast<void>(decoder->finish());
            static_cast<void>(
                endpoint.adapter->decode(endpoint, Operation::chat_completions, document, 1, "id")
            );
            static_cast<void>(endpoint.adapter->decode(endpoint, Operation::completions, document, 1, "id"));
            static_cast<void>(endpoint.adapter->decode(endpoint, Operation::embeddings, document, 1, "id"));
        }
}

TEST(Encode, SurvivesRequestsOfTheWrongShape)
{
    for (const auto* model :
         {"openai/gpt-5",
          "groq/m",
          "mistral/m",
          "deepseek/m",
          "moonshot/thinking",
          "hosted_vllm/m",
          "ollama/m",
          "ollama_chat/m",
          "text-completion-openai/m",
          "huggingface/o/m"})
        for (const auto* body :
             {"{}",
              R"({"messages":1})",
              R"({"messages":[1,null,{"role":7,"content":{}},{"content":[1,{"type":"image_url","image_url":3}]}]})",
              R"({"messages":[{"role":"assistant","tool_calls":[1,{"function":"x"}]}],"tools":[1,"x",{"type":"custom"}],"tool_choice":[],"thinking":7})",
              R"({"response_format":"json","temperature":"hot","stop":{},"reasoning_effort":{"effort":1}})",
              R"({"prompt":[],"input":[[1,2]]})",
              R"({"response_format":{"type":"json_schema","json_schema":3},"options":[]})"}) {
            const auto endpoint = endpoint_of(model);
            for (const auto operation :
                 {Operation::chat_completions, Operation::completions, Operation::embeddings}) {
                Json document = *parse_json(body);
                static_cast<void>(
                    endpoint.adapter->apply_rules(endpoint, operation, document, {.drop_params = true})
                );
                static_cast<void>(endpoint.adapter->encode(endpoint, operation, document, true));
            }
        }
}

TEST(ThinkSplitter, PartsThoughtsFromContent)
{
    struct Case {
        const char* text;
        const char* thoughts;
        const char* content;
    };
    for (const auto& each : std::initializer_list<Case>{
             {"<think>a</think>\n\nb", "a", "b"},
             {"plain <think>x</think>", "", "plain <think>x</think>"},
             {"<think>never closed", "never closed", ""},
             {"<thi", "", "<thi"},
             {"<think></think>", "", ""},
             {"\n<think>a</thin</think>b<", "a</thin", "b<"},
         }) {
        for (std::size_t size = 1; size < 8; ++size) {
            ThinkSplitter splitter;
            std::string thoughts;
            std::string content;
            const auto keep = [&](const std::pair<std::string, std::string>& parts) {
                thoughts += parts.first;
                content += parts.second;
            };
            for (std::string_view rest = each.text; !rest.empty();
                 rest.remove_prefix(std::min(size, rest.size())))
                keep(splitter.feed(rest.substr(0, size)));
            keep(splitter.finish());
            EXPECT_EQ(thoughts, each.thoughts) << each.text << size;
            EXPECT_EQ(content, each.content) << each.text << size;
        }
    }
}

} // namespace
} // namespace litellm::providers
