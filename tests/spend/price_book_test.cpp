#include "price_list_samples.hpp"
#include "price_samples.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace litellm::spend {
namespace {

TEST(PriceBook, ReadsOurOwnFormat)
{
    const auto book = own_book();
    EXPECT_EQ(book->size(), 14U);
    EXPECT_EQ(book->skipped(), 0U);

    const ModelPrice* gpt = book->find("openai", "gpt-4o");
    ASSERT_TRUE(gpt);
    EXPECT_EQ(gpt->input, usd("0.0000025"));
    EXPECT_EQ(gpt->output, usd("0.00001"));
    EXPECT_EQ(gpt->cache_read, usd("0.00000125"));
    EXPECT_EQ(gpt->max_input_tokens, 128'000);
    EXPECT_EQ(gpt->max_output_tokens, 16'384);
    EXPECT_FALSE(gpt->input_audio);
    EXPECT_TRUE(gpt->tiers.empty());

    const ModelPrice* claude = book->find("anthropic", "claude-sonnet-4-5");
    ASSERT_TRUE(claude);
    EXPECT_EQ(claude->cache_write, usd("0.00000375"));
    EXPECT_EQ(claude->cache_write_1h, usd("0.000006"));
    ASSERT_EQ(claude->tiers.size(), 1U);
    EXPECT_EQ(claude->tiers[0].above, 200'000);
    EXPECT_EQ(claude->tiers[0].output, usd("0.0000225"));
    EXPECT_EQ(claude->tiers[0].cache_read, usd("0.0000006"));

    const ModelPrice* audio = book->find("openai", "gpt-4o-audio-preview");
    ASSERT_TRUE(audio);
    EXPECT_EQ(audio->input_audio, usd("0.00004"));
    EXPECT_EQ(audio->output_audio, usd("0.00008"));

    EXPECT_EQ(book->find("openai", "o3-search")->per_request, usd("0.01"));
    EXPECT_EQ(book->find("together_ai", "Qwen/Qwen3-32B")->input, UnitPrice::from_femto(37'500'000));
    EXPECT_EQ(book->find("together_ai", "Qwen/Qwen3-32B")->output, UnitPrice::from_femto(1));
    EXPECT_TRUE(book->find("openrouter", "google/gemma-3:free")->is_free());
}

TEST(PriceBook, InOurOwnFormatCachedTokensWithoutAPriceCostWhatOthersDo)
{
    const auto book = own_book();
    const ModelPrice* gemini = book->find("gemini", "gemini-2.5-pro");
    ASSERT_TRUE(gemini);
    EXPECT_EQ(gemini->cache_read, usd("0.00000125"));
    EXPECT_EQ(gemini->tiers.at(0).cache_read, usd("0.0000025"));
    EXPECT_EQ(book->find("openai", "gpt-4o")->cache_write, usd("0.0000025"));
}

TEST(PriceBook, ReadsPricesOfOtherTimes)
{
    const auto book = PriceBook::parse(R"({"format": "litellm-cpp-prices/1", "models": {"x/m": {
        "input": "2", "output": "4", "cache_read": "0.2", "tiers": [{"above": 1000, "input": "3"}],
        "hours": [{"from": "16:30", "to": "00:30", "input": "1"},
            {"from": "10:00", "to": "11:00", "output": "3",
      "tiers": [{"above": 5, "input": "9"}]}],
        "changes": [{"from": "2028-06-01", "input": "8"}, {"from": "2027-01-01", "input": "6", "output": "7",
            "hours": [{"from": "10:00", "to": "11:00", "output": "5"}]}],
        "max_input_tokens": 64000}}})")
                          .value();
    const ModelPrice* price = book->find("x", "m");
    ASSERT_TRUE(price);
    const auto at = [&](std::string_view time) -> const ModelPrice& {
        return price->at(parse_timestamp(time).value());
    };

    EXPECT_EQ(&at("2026-12-01T12:00:00Z"), price);
    const ModelPrice& night = at("2026-12-01T23:00:00Z");
    EXPECT_EQ(night.input, usd("0.000001"));
    EXPECT_EQ(night.output, usd("0.000004"));
    EXPECT_EQ(night.cache_read, usd("0.0000002"));
    EXPECT_EQ(night.cache_write, usd("0.000001"));
    EXPECT_EQ(night.tiers.at(0).above, 1000);
    EXPECT_EQ(night.max_input_tokens, 64'000);
    const ModelPrice& morning = at("2026-12-01T10:00:00Z");
    EXPECT_EQ(morning.input, usd("0.000002"));
    EXPECT_EQ(morning.output, usd("0.000003"));
    EXPECT_EQ(morning.tiers.at(0).above, 5);

    const ModelPrice& changed = at("2027-01-01T00:00:00Z");
    EXPECT_EQ(changed.input, usd("0.000006"));
    EXPECT_EQ(changed.cache_read, usd("0.000006")) << "a change replaces everything";
    EXPECT_TRUE(changed.tiers.empty());
    EXPECT_EQ(changed.max_input_tokens, 64'000);
    EXPECT_EQ(at("2027-01-01T10:59:00Z").output, usd("0.000005"));
    EXPECT_EQ(at("2027-01-01T10:59:00Z").input, usd("0.000006"));
    EXPECT_EQ(at("2029-01-01T10:59:00Z").input, usd("0.000008"));
    EXPECT_FALSE(at("2029-01-01T10:59:00Z").output);
}

TEST(PriceBook, ReadsTiersInAnyOrder)
{
    const auto book =
        PriceBook::parse(
            R"({"models": {"a/b": {"tiers": [{"input": 3, "above": 256000.0}, {"above": 1000, "input": "2"}],
      "input": 1.5e0}},
        "format": "litellm-cpp-prices/1"})"
        )
            .value();
    const ModelPrice* price = book->find("a", "b");
    ASSERT_TRUE(price);
    EXPECT_EQ(price->input, usd("0.0000015"));
    ASSERT_EQ(price->tiers.size(), 2U);
    EXPECT_EQ(price->tiers[0].above, 1000);
    EXPECT_EQ(price->tiers[0].input, usd("0.000002"));
    EXPECT_EQ(price->tiers[1].above, 256'000);
    EXPECT_EQ(price->tiers[1].input, usd("0.000003"));
}

TEST(PriceBook, ReadsLiteLlmsFormat)
{
    const auto book = litellm_book();
    EXPECT_EQ(book->size(), 17U);
    EXPECT_EQ(book->skipped(), 7U);

    const ModelPrice* gpt = book->find("openai", "gpt-4o");
    ASSERT_TRUE(gpt);
    EXPECT_EQ(gpt->input, usd("0.0000025"));
    EXPECT_EQ(gpt->cache_read, usd("0.00000125"));
    EXPECT_FALSE(gpt->cache_write);
    EXPECT_EQ(gpt->max_output_tokens, 16'384);

    const ModelPrice* claude = book->find("anthropic", "claude-sonnet-4-5");
    ASSERT_TRUE(claude);
    EXPECT_EQ(claude->output, usd("0.000015"));
    EXPECT_EQ(claude->cache_write_1h, usd("0.000006"));
    EXPECT_EQ(claude->max_output_tokens, 64'000);
    ASSERT_EQ(claude->tiers.size(), 1U);
    EXPECT_EQ(claude->tiers[0].above, 200'000);
    EXPECT_EQ(claude->tiers[0].cache_write, usd("0.0000075"));
    EXPECT_EQ(claude->tiers[0].cache_write_1h, usd("0.000012"));
    EXPECT_EQ(claude->tiers[0].cache_read, usd("0.0000006"));

    const ModelPrice* flash = book->find("vertex_ai", "gemini-2.5-flash");
    ASSERT_TRUE(flash);
    EXPECT_EQ(flash->input_audio, usd("0.000001"));
    EXPECT_FALSE(flash->reasoning) << "the same as the output price";

    const ModelPrice* qwen = book->find("dashscope", "qwen-plus");
    ASSERT_TRUE(qwen);
    EXPECT_EQ(qwen->input, usd("0.0000004"));
    EXPECT_EQ(qwen->reasoning, usd("0.000004"));
    ASSERT_EQ(qwen->tiers.size(), 1U);
    EXPECT_EQ(qwen->tiers[0].above, 256'000);
    EXPECT_EQ(qwen->tiers[0].output, usd("0.0000036"));
    EXPECT_EQ(qwen->tiers[0].reasoning, usd("0.000012"));

    EXPECT_EQ(book->find("deepseek", "deepseek-r1")->cache_read, usd("0.00000014"));
    EXPECT_EQ(book->find("deepseek", "deepseek-chat")->cache_read, usd("0.000000028"));
    EXPECT_EQ(book->find("perplexity", "sonar")->per_request, usd("0.005"));
    EXPECT_EQ(
        book->find("bedrock", "us-east-1/1-month-commitment/anthropic.claude-v2")->input_per_second,
        usd("0.0175")
    );
    EXPECT_TRUE(book->find("ollama", "llama3")->is_free());
}

TEST(PriceBook, SkipsWhatItCannotPrice)
{
    const auto book = litellm_book();
    for (const char* name :
         {"sample_spec",
          "exa_ai/search",
          "odd/number",
          "odd/negative",
          "odd/list",
          "odd/nothing",
          "odd/text"})
        EXPECT_FALSE(book->find("", name)) << name;
    EXPECT_FALSE(book->find("odd", "null")->input);
    EXPECT_EQ(book->find("odd", "null")->output, usd("0.000001"));
}

TEST(PriceBook, ReadsNumbersExactly)
{
    constexpr auto numbers = std::to_array<std::pair<const char*, std::int64_t>>({
        {"1.5e-07", 150'000'000},
        {"1.5E-7 ", 150'000'000},
        {"0.00000015", 150'000'000},
        {"\"1.5e-07\"", 150'000'000},
        {"2.1e-06", 2'100'000'000},
        {"1.2999000000000001e-07", 129'990'000},
        {"1.4e-08\n", 14'000'000},
        {"1e-15", 1},
        {"6e-16", 1},
        {"0", 0},
        {"3", 3'000'000'000'000'000},
    });
    for (const auto& [text, femto] : numbers) {
        const auto book = PriceBook::parse(
            fmt::format(R"({{"m": {{"output_cost_per_token": {}, "litellm_provider": "x"}}}})", text)
        );
        ASSERT_TRUE(book) << text;
        EXPECT_EQ((*book)->find("x", "m")->output, UnitPrice::from_femto(femto)) << text;
    }
}

TEST(PriceBook, ALaterEntryOfTheSameNameCounts)
{
    const auto book =
        PriceBook::parse(R"({"m": {"input_cost_per_token": 1e-6}, "M": {"input_cost_per_token": 2e-6}})")
            .value();
    EXPECT_EQ(book->size(), 1U);
    EXPECT_EQ(input_of(*book, "", "m"), "2");
}

TEST(PriceBook, SkipsEntriesOfOurOwnFormatThatCannotBeRead)
{
    constexpr auto entries = std::to_array<const char*>({
        R"("text")",
        R"(null)",
        R"({})",
        R"({"max_input_tokens": 5})",
        R"({"input": "cheap"})",
        R"({"input": "-1"})",
        R"({"input": "1e"})",
        R"({"input": "1e999999999999"})",
        R"({"input": true})",
        R"({"input": "99999999999"})",
        R"({"input": "1", "tiers": {}})",
        R"({"input": "1", "tiers": [5]})",
        R"({"input": "1", "tiers": [{"input": "2"}]})",
        R"({"input": "1", "tiers": [{"above": -1, "input": "2"}]})",
        R"({"input": "1", "tiers": [{"above": 5, "input": "x"}]})",
        R"({"input": "1", "hours": {}})",
        R"({"input": "1", "hours": [{"from": "10:00", "input": "2"}]})",
        R"({"input": "1", "hours": [{"from": "10:00", "to": "24:00", "input": "2"}]})",
        R"({"input": "1", "hours": [{"from": "1000", "to": "11:00", "input": "2"}]})",
        R"({"input": "1", "hours": [{"from": "10:00", "to": "11:00", "input": "x"}]})",
        R"({"input": "1", "changes": [{"input": "2"}]})",
        R"({"input": "1", "changes": [{"from": "soon", "input": "2"}]})",
        R"({"input": "1", "changes": [{"from": "2027-01-01"}]})",
        R"({"input": "1", "changes": [{"from": "2027-01-01", "input": []}]})",
        R"({"input": "1", "match": "gpt"})",
        R"({"input": "1", "match": ["gpt"]})",
        R"({"input": "1", "match": [{}]})",
        R"({"input": "1", "match": [{"resembles": "gpt"}]})",
        R"({"input": "1", "match": [{"equals": "a", "contains": "b"}]})",
        R"({"input": "1", "match": [{"contains": ""}]})",
        R"({"input": "1", "match": [{"contains": 5}]})",
        R"({"input": "1", "match": [{"regex": "(["}]})",
        R"({"input": "1", "match": [{"or": [{"or": [{"or": [{"or": [{"or":
            [{"or": [{"or": [{"or": [{"or": [{"or": []}]}]}]}]}]}]}]}]}]}]})",
    });
    for (const char* entry : entries) {
        const auto book = PriceBook::parse(fmt::format(
            R"({{"format": "litellm-cpp-prices/1",
                "models": {{"x/bad": {}, "x/good": {{"input": "1.5",
      "note": [{{}}]}}}}}})",
            entry
        ));
        ASSERT_TRUE(book) << entry;
        EXPECT_EQ((*book)->skipped(), 1U) << entry;
        EXPECT_EQ((*book)->size(), 1U) << entry;
        EXPECT_FALSE((*book)->find("x", "bad")) << entry;
        EXPECT_EQ(input_of(**book, "x", "good"), "1.5") << entry;
    }
}

TEST(PriceBook, RefusesWhatIsNoPriceList)
{
    constexpr auto texts = std::to_array<std::string_view>({
        "",
        " ",
        "null",
        "42",
        "\"prices\"",
        "[]",
        "{}",
        "{",
        "not json",
        "<html>404</html>",
        R"({"a": 1})",
        R"({"a": {"b": "c"}})",
        R"({"error": {"message": "rate limited"}})",
        R"({"format": "litellm-cpp-prices/2", "models": {}})",
        R"({"format": 1, "models": {}})",
        R"({"format": {}, "models": {}})",
        R"({"format": "litellm-cpp-prices/1"})",
        R"({"format": "litellm-cpp-prices/1", "models": []})",
        R"({"format": "litellm-cpp-prices/1", "models": {"a/b": {"input": "1"})",
        R"({"m": {"input_cost_per_token": 1e-06)",
        R"({"m": {"input_cost_per_token": 1e-06}} trailing)",
        R"({"m": {"input_cost_per_token": 1e-06 "output_cost_per_token": 1}})",
        R"({"m" {"input_cost_per_token": 1e-06}})",
        "{\"m\": {\"input_cost_per_token\": 1e-06, \"x\": \"\xff\"}}",
    });
    for (const std::string_view text : texts) {
        const auto book = PriceBook::parse(text);
        ASSERT_TRUE(book.has_error()) << text;
        EXPECT_EQ(book.error().kind, ErrorKind::invalid_input) << text;
        EXPECT_FALSE(book.error().message.empty());
    }
}

TEST(PriceBook, SurvivesEveryCutOfAList)
{
    for (const std::string_view list : {own_list, litellm_list}) {
        for (std::size_t size = 0; size < list.size(); size += 7) {
            const auto book = PriceBook::parse(list.substr(0, size));
            EXPECT_TRUE(book.has_error()) << size;
        }
    }
}

TEST(PriceBook, AnEmptyListOfOurOwnFormatIsAList)
{
    const auto book = PriceBook::parse(R"({"format": "litellm-cpp-prices/1", "models": {}})").value();
    EXPECT_EQ(book->size(), 0U);
    EXPECT_FALSE(book->find("openai", "gpt-4o"));
}

} // namespace
} // namespace litellm::spend
