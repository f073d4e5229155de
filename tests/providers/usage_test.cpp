#include "litellm/providers/provider.hpp"

#include <gtest/gtest.h>

namespace litellm::providers {
namespace {

std::optional<Usage> usage(std::string_view text)
{
    return usage_from_openai(*parse_json(text));
}

TEST(UsageFromOpenAi, ReadsAllDetails)
{
    const auto counts = usage(R"({"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,
        "prompt_tokens_details":{"cached_tokens":40,"audio_tokens":5,"image_tokens":6,"cache_creation_tokens":10,
            "cache_creation_token_details":{"ephemeral_5m_input_tokens":7,"ephemeral_1h_input_tokens":3}},
        "completion_tokens_details":{"reasoning_tokens":20,"audio_tokens":4,"image_tokens":2}})");

    Usage expected;
    expected.prompt = 100;
    expected.completion = 50;
    expected.total = 150;
    expected.cached_read = 40;
    expected.cached_write = 10;
    expected.cached_write_1h = 3;
    expected.reasoning = 20;
    expected.audio_input = 5;
    expected.audio_output = 4;
    expected.image_input = 6;
    expected.image_output = 2;
    EXPECT_EQ(counts, expected);
}

TEST(UsageFromOpenAi, ReadsOtherServersNames)
{
    struct Case {
        const char* text;
        std::int64_t prompt, completion, total, cached_read, cached_write;
    };
    for (const auto& each : std::initializer_list<Case>{
             {R"({"input_tokens":7,"output_tokens":3,"input_tokens_details":{"cached_tokens":2}})",
              7,
              3,
              10,
              2,
              0},
             {R"({"prompt_tokens":9,"completion_tokens":1,"prompt_cache_hit_tokens":4})", 9, 1, 10, 4, 0},
             {R"({"prompt_tokens":9,"completion_tokens":1,"cache_read_input_tokens":4,"cache_creation_input_tokens":2})",
              9,
              1,
              10,
              4,
              2},
             {R"({"prompt_tokens":9,"completion_tokens":1,"prompt_tokens_details":{"cache_write_tokens":3}})",
              9,
              1,
              10,
              0,
              3},
             {R"({"prompt_tokens":5,"completion_tokens":1,"total_tokens":6,"prompt_tokens_details":null,"completion_tokens_details":null})",
              5,
              1,
              6,
              0,
              0},
             {R"({"total_tokens":12})", 12, 0, 12, 0, 0},
             {R"({"prompt_tokens":5.0,"completion_tokens":null,"total_tokens":-3})", 5, 0, 5, 0, 0},
             {R"({"prompt_tokens":5,"completion_tokens":1,"cache_read_input_tokens":100})",
              105,
              1,
              106,
              100,
              0},
         }) {
        const auto counts = usage(each.text);
        ASSERT_TRUE(counts.has_value()) << each.text;
        EXPECT_EQ(counts->prompt, each.prompt) << each.text;
        EXPECT_EQ(counts->completion, each.completion) << each.text;
        EXPECT_EQ(counts->total, each.total) << each.text;
        EXPECT_EQ(counts->cached_read, each.cached_read) << each.text;
        EXPECT_EQ(counts->cached_write, each.cached_write) << each.text;
    }
}

TEST(UsageFromOpenAi, IsNothingWithoutCounts)
{
    for (const auto* text : {"null", "{}", "[]", "7", R"({"prompt_tokens":"many"})", R"({"cost":0.1})"})
        EXPECT_FALSE(usage(text).has_value()) << text;
}

TEST(MatchEncodingFormat, WritesLittleEndianFloats)
{
    Json answer = *parse_json(R"({"data":[{"embedding":[1.0,-2.5]},{"embedding":"AACAPw=="},{}]})");

    match_encoding_format(answer, "float");
    EXPECT_TRUE(answer["data"][0]["embedding"].is_array());
    match_encoding_format(answer, "base64");

    EXPECT_EQ(answer["data"][0]["embedding"], "AACAPwAAIMA=");
    EXPECT_EQ(answer["data"][1]["embedding"], "AACAPw==");
}

TEST(IsProxyParameter, KnowsLiteLlmsOwnNames)
{
    for (const auto* name :
         {"metadata",
          "tags",
          "fallbacks",
          "mock_response",
          "mock_timeout",
          "api_key",
          "api_base",
          "num_retries",
          "no-log",
          "drop_params",
          "litellm_session_id",
          "input_cost_per_token",
          "vertex_project",
          "guardrails",
          "cache",
          "ttl",
          "user_config",
          "timeout",
          "rpm",
          "extra_headers",
          "prompt_id"})
        EXPECT_TRUE(is_proxy_parameter(name)) << name;
    for (const auto* name :
         {"model",
          "messages",
          "temperature",
          "user",
          "store",
          "tools",
          "top_k",
          "seed",
          "service_tier",
          "prompt_cache_key",
          "options",
          "input",
          "prompt",
          "stream_options"})
        EXPECT_FALSE(is_proxy_parameter(name)) << name;
}

} // namespace
} // namespace litellm::providers
