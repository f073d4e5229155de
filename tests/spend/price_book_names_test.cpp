#include "price_list_samples.hpp"

#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <utility>
#include <vector>

namespace litellm::spend {
namespace {

struct LookUp {
    const char* provider;
    const char* model;
    const char* input; ///< USD per million tokens
};

TEST(PriceBook, DoesNotGuessTheCostOfAModelThatIsListedWithoutOne)
{
    const auto book = litellm_book();
    EXPECT_FALSE(book->find("", "github_copilot/gpt-4o"));
    EXPECT_FALSE(book->find("github_copilot", "gpt-4o"));
    EXPECT_FALSE(book->find("openrouter", "github_copilot/gpt-4o"));
    EXPECT_TRUE(book->find("", "gpt-4o"));
}

TEST(PriceBook, FindsAModelUnderItsProvider)
{
    const auto book = own_book();
    const std::vector<LookUp> cases{
        {"openai", "gpt-4o", "2.5"},
        {"azure", "gpt-4o", "2.75"},
        {"OpenAI", "GPT-4o", "2.5"},
        {"openai", "openai/gpt-4o", "2.5"},
        {"together_ai", "Qwen/Qwen3-32B", "0.0375"},
        {"groq", "openai/gpt-oss-120b", "0.15"},
        {"text-completion-openai", "gpt-4o", "2.5"},
        {"bedrock_converse", "anthropic.claude-sonnet-4-5-20250929-v1:0", "3"},
        {"bedrock", "us-east-1/anthropic.claude-sonnet-4-5-20250929-v1:0", "3"},
        {"openai", "no-such-model", "unknown"},
        {"openai", "", "unknown"},
        {"", "", "unknown"},
        {"openai", "/", "unknown"},
        {"no-such-provider", "gpt-4o", "unknown"},
    };
    for (const LookUp& test : cases)
        EXPECT_EQ(input_of(*book, test.provider, test.model), test.input)
            << test.provider << " " << test.model;
}

TEST(PriceBook, FindsADatedNameOfAKnownModel)
{
    const auto book = own_book();
    const std::vector<LookUp> cases{
        {"openai", "gpt-4o-2024-11-20", "2.5"},
        {"openai", "gpt-4o-mini-2024-07-18", "0.15"},
        {"openai", "gpt-4o-audio-preview-2025-06-03", "2.5"},
        {"openai", "gpt-4o-latest", "unknown"},
        {"anthropic", "claude-sonnet-4-5-20250929", "3"},
        {"anthropic", "claude-sonnet-4.5", "3"},
        {"anthropic", "claude-5-haiku-20270101", "1"},
        {"anthropic", "my-haiku-fast", "1"},
        {"anthropic", "haiku", "unknown"},
        {"vertex_ai", "gemini-2.5-pro-001", "1.25"},
        {"gemini", "models/gemini-2.5-pro", "1.25"},
        {"gemini", "gemini-2.5-pro-09-2025", "1.25"},
        {"bedrock", "us.meta.llama3-70b-instruct-v1:0", "2.65"},
        {"bedrock",
         "arn:aws:bedrock:us-east-1:123456789012:inference-profile/"
         "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
         "3"},
        {"openai", "gpt-4o-audio-preview-1999-11-20", "unknown"},
        {"bedrock", "converse/us.meta.llama3-70b-instruct-v1:0", "2.65"},
        {"openai", "gpt-4o-20241x20", "unknown"},
        {"openai", "gpt-4o-turbo", "unknown"},
    };
    for (const LookUp& test : cases)
        EXPECT_EQ(input_of(*book, test.provider, test.model), test.input)
            << test.provider << " " << test.model;
}

TEST(PriceBook, FindsAnotherVendorsModelBehindAProvider)
{
    const auto book = own_book();
    const std::vector<LookUp> cases{
        {"openrouter", "anthropic/claude-sonnet-4-5", "3"},
        {"openrouter", "anthropic/claude-sonnet-4-5-20250929", "3"},
        {"azure", "gpt-4o-mini", "0.15"},
        {"azure", "gpt-4o-mini-2024-07-18", "0.15"},
        {"azure_ai", "gpt-4o", "2.75"},
        {"vertex_ai", "gemini-2.5-pro", "1.25"},
        {"vertex_ai", "claude-sonnet-4-5@20250929", "3"},
        {"litellm_proxy", "gpt-4o", "2.5"},
        {"", "gpt-4o", "2.5"},
        {"", "azure/gpt-4o", "2.75"},
        {"", "claude-sonnet-4-5-20250929", "3"},
        {"", "gpt-4o-mini-2024-07-18", "0.15"},
        {"openrouter", "unheard/of", "unknown"},
    };
    for (const LookUp& test : cases)
        EXPECT_EQ(input_of(*book, test.provider, test.model), test.input)
            << test.provider << " " << test.model;
}

TEST(PriceBook, ASelfHostedModelIsNotTheVendorsModelOfThatName)
{
    const auto own = own_book();
    const auto litellm = litellm_book();
    for (const char* provider : {"hosted_vllm", "ollama", "openai_like", "lm_studio"}) {
        EXPECT_FALSE(own->find(provider, "gpt-4o")) << provider;
        EXPECT_FALSE(litellm->find(provider, "command-r")) << provider;
    }
    EXPECT_FALSE(litellm->find("openai", "command-r"));
}

TEST(PriceBook, FindsLiteLlmsNames)
{
    const auto book = litellm_book();
    const std::vector<LookUp> cases{
        {"openai", "gpt-4o", "2.5"},
        {"openai", "gpt-4o-2024-11-20", "2.5"},
        {"azure", "gpt-4o", "2.5"},
        {"openrouter", "openai/gpt-4o", "2.5"},
        {"openai", "ft:gpt-4o-2024-08-06:acme::abc123", "3.75"},
        {"openai", "ft:gpt-4o-mini:acme::abc123", "unknown"},
        {"vertex_ai", "gemini-2.5-flash", "0.3"},
        {"vertex_ai_beta", "gemini-2.5-flash", "0.3"},
        {"gemini", "gemini-2.5-flash", "0.31"},
        {"vertex_ai", "claude-sonnet-4-5@20250929", "3"},
        {"cohere_chat", "command-r", "0.15"},
        {"cohere", "command-r", "0.15"},
        {"bedrock", "anthropic.claude-3-5-sonnet-20240620-v1:0", "3"},
        {"bedrock", "apac.anthropic.claude-3-5-sonnet-20240620-v1:0", "3"},
        {"bedrock", "converse/anthropic.claude-3-5-sonnet-20240620-v1:0", "3"},
        {"bedrock", "us-gov-west-1/anthropic.claude-3-5-sonnet-20240620-v1:0", "3.6"},
        {"bedrock", "eu-west-3/anthropic.claude-3-5-sonnet-20240620-v1:0", "3"},
        {"deepseek", "deepseek-chat", "0.28"},
        {"", "deepseek/deepseek-chat", "0.28"},
        {"", "deepseek-chat", "0.28"},
    };
    for (const LookUp& test : cases)
        EXPECT_EQ(input_of(*book, test.provider, test.model), test.input)
            << test.provider << " " << test.model;
}

TEST(PriceBook, TheFirstPatternOfTheListWins)
{
    const auto book = PriceBook::parse(R"json({"format": "litellm-cpp-prices/1", "models": {
        "openai/small": {"input": 1, "match": [{"regex": "^gpt-9-(mini|nano)"}]},
        "openai/large": {"input": 9, "match": [{"starts_with": "gpt-9"}]},
        "openai/gpt-9-nano-special": {"input": 5}}})json")
                          .value();
    EXPECT_EQ(input_of(*book, "openai", "gpt-9-mini-x"), "1");
    EXPECT_EQ(input_of(*book, "openai", "gpt-9-large"), "9");
    EXPECT_EQ(input_of(*book, "openai", "gpt-9-nano-special"), "5") << "a name goes before patterns";
}

struct RegexCase {
    const char* expression; ///< as in JSON
    const char* name;
    bool fits;
};

TEST(PriceBook, MatchesRegularExpressions)
{
    const std::vector<RegexCase> cases{
        {R"(^a-\\d{4}-\\d{2}$)", "a-2026-01", true},
        {R"(^a-\\d{4}-\\d{2}$)", "a-2026-01-", false},
        {R"(^a-\\d{4}-\\d{2}$)", "xa-2026-01", false},
        {R"(^a-\\d{4}-\\d{2}$)", "a-202x-01", false},
        {R"(^a-\\d{4}-\\d{2}$)", "a-2026", false},
        {R"(^a\\.5-\\d)", "a.5-12345", true},
        {R"(^a\\.5-\\d)", "aa5-1", false},
        {R"(b\\d$)", "a-b7", true},
        {R"(b\\d$)", "a-b7-", false},
        {R"(b\\d)", "xxb7xx", true},
        {R"(b\\[fast=true\\])", "ab[fast=true]", true},
        {R"(^$)", "a", false},
        {R"(a{3})", "caaat", true},
        {R"(a{3})", "caat", false},
        {R"(a{2,3}$)", "caa", true},
        {R"(a+b)", "caaab", true},
        {R"(\\d+x)", "c12x", true},
        {R"(\\d{2}?x)", "c12x", true},
        {R"(^o[134])", "o3-pro", true},
        {R"(^o[134])", "o2-pro", false},
        {R"(^\\w+-x$)", "abc-x", true},
        {R"(x|y)", "aya", true},
        {R"(^(?!.*-[tT][tT][sS](?:$|-)))", "gemini-pro", true},
        {R"(^(?!.*-[tT][tT][sS](?:$|-)))", "gemini-pro-tts", false},
        {R"(A)", "a", false},
    };
    for (const RegexCase& test : cases) {
        const auto book = PriceBook::parse(fmt::format(
            R"({{"format": "litellm-cpp-prices/1",
                "models": {{"x/listed": {{"input": "1",
      "match": [{{"regex": "{}"}}]}}}}}})",
            test.expression
        ));
        ASSERT_TRUE(book);
        ASSERT_EQ((*book)->size(), 1U) << test.expression;
        EXPECT_EQ((*book)->find("x", test.name) != nullptr, test.fits) << test.expression << " " << test.name;
    }
}

TEST(PriceBook, IsNotLedAstrayByALongName)
{
    const auto book = own_book();
    EXPECT_FALSE(book->find("openai", std::string(1'000'000, 'g')));
    EXPECT_FALSE(book->find("openai", "gpt-5-" + std::string(100'000, '1')));
}

TEST(PriceBook, ServesManyThreads)
{
    const auto book = own_book();
    std::vector<std::thread> threads;
    std::array<int, 4> found{};
    for (int& count : found) {
        threads.emplace_back([&book, &count] {
            for (int i = 0; i < 200; ++i)
                count += book->find("openai", "gpt-4o-2024-11-20") != nullptr;
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    for (const int count : found)
        EXPECT_EQ(count, 200);
}

TEST(PriceBook, HoldsTheBuiltInList)
{
    const auto book = PriceBook::embedded();
    ASSERT_TRUE(book);
    EXPECT_EQ(book, PriceBook::embedded());
    EXPECT_GT(book->size(), 200U);
    EXPECT_LT(book->skipped(), 20U) << "only what is paid by the hour of sound";
    const std::vector<std::pair<const char*, const char*>> models{
        {"openai", "gpt-4o"},
        {"openai", "gpt-4o-2024-11-20"},
        {"openai", "gpt-4o-mini-2024-07-18"},
        {"openai", "text-embedding-3-small"},
        {"azure", "gpt-4o"},
        {"anthropic", "claude-sonnet-4-5"},
        {"anthropic", "claude-sonnet-4-5-20250929"},
        {"bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"},
        {"vertex_ai", "claude-sonnet-4-5@20250929"},
        {"gemini", "gemini-2.5-pro"},
        {"vertex_ai", "gemini-2.5-flash"},
        {"mistral", "mistral-large-latest"},
        {"deepseek", "deepseek-chat"},
        {"openrouter", "openai/gpt-4o"},
    };
    for (const auto& [provider, model] : models) {
        const ModelPrice* price = book->find(provider, model);
        ASSERT_TRUE(price) << provider << " " << model;
        EXPECT_TRUE(price->input && price->input->femto() > 0) << provider << " " << model;
    }
    EXPECT_FALSE(book->find("openai", "no-such-model"));
}

} // namespace
} // namespace litellm::spend
