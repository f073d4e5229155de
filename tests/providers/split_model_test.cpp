#include "litellm/providers/provider.hpp"

#include <gtest/gtest.h>

namespace litellm::providers {
namespace {

struct Case {
    std::string_view model;
    std::string_view provider;
    std::string_view name;
};

void expect_all(std::initializer_list<Case> cases)
{
    for (const auto& each : cases) {
        const auto split = split_model(each.model);
        ASSERT_TRUE(split.has_value()) << each.model;
        EXPECT_EQ(split->provider, each.provider) << each.model;
        EXPECT_EQ(split->model, each.name) << each.model;
    }
}

TEST(SplitModel, SplitsAtTheFirstSlashOfAKnownPrefix)
{
    expect_all({
        {"openai/gpt-4o", "openai", "gpt-4o"},
        {"groq/llama-3.1-8b-instant", "groq", "llama-3.1-8b-instant"},
        {"ollama/llama3:8b", "ollama", "llama3:8b"},
        {"text-completion-openai/davinci-002", "text-completion-openai", "davinci-002"},
        {"openai/*", "openai", "*"},
        {"anthropic/claude-sonnet-4-5", "anthropic", "claude-sonnet-4-5"},
    });
}

TEST(SplitModel, KeepsFurtherSlashesInTheModel)
{
    expect_all({
        {"huggingface/HuggingFaceH4/zephyr-7b-beta", "huggingface", "HuggingFaceH4/zephyr-7b-beta"},
        {"openrouter/anthropic/claude-3.5-sonnet", "openrouter", "anthropic/claude-3.5-sonnet"},
        {"openrouter/openai/gpt-4o", "openrouter", "openai/gpt-4o"},
        {"together_ai/meta-llama/Llama-3-8b", "together_ai", "meta-llama/Llama-3-8b"},
        {"hosted_vllm/meta/llama", "hosted_vllm", "meta/llama"},
    });
}

TEST(SplitModel, TellsBareNamesByPattern)
{
    expect_all({
        {"gpt-4o", "openai", "gpt-4o"},
        {"gpt-5-mini", "openai", "gpt-5-mini"},
        {"o3", "openai", "o3"},
        {"o4-mini", "openai", "o4-mini"},
        {"chatgpt-4o-latest", "openai", "chatgpt-4o-latest"},
        {"ft:gpt-4o-mini-2024-07-18:me::abc", "openai", "ft:gpt-4o-mini-2024-07-18:me::abc"},
        {"text-embedding-3-small", "openai", "text-embedding-3-small"},
        {"gpt-image-1", "openai", "gpt-image-1"},
        {"gpt-3.5-turbo", "openai", "gpt-3.5-turbo"},
        {"gpt-3.5-turbo-instruct", "text-completion-openai", "gpt-3.5-turbo-instruct"},
        {"davinci-002", "text-completion-openai", "davinci-002"},
        {"claude-2.1", "anthropic_text", "claude-2.1"},
        {"claude-3-5-haiku-latest", "anthropic", "claude-3-5-haiku-latest"},
        {"gemini-2.5-pro", "vertex_ai", "gemini-2.5-pro"},
        {"command-r-plus", "cohere_chat", "command-r-plus"},
        {"embed-english-v3.0", "cohere", "embed-english-v3.0"},
        {"us.anthropic.claude-sonnet-4-20250514-v1:0",
         "bedrock",
         "us.anthropic.claude-sonnet-4-20250514-v1:0"},
        {"amazon.titan-embed-text-v2:0", "bedrock", "amazon.titan-embed-text-v2:0"},
        {"arn:aws:bedrock:us-east-1:1:inference-profile/x",
         "bedrock",
         "arn:aws:bedrock:us-east-1:1:inference-profile/x"},
        {"*", "openai", "*"},
    });
    const std::string versioned = "owner/name:" + std::string(64, 'a');
    expect_all({{versioned, "replicate", versioned}});
}

TEST(SplitModel, SortsCohereAndLegacyClaude)
{
    expect_all({
        {"cohere/command-r", "cohere_chat", "command-r"},
        {"cohere/embed-english-v3.0", "cohere", "embed-english-v3.0"},
        {"anthropic/claude-instant-1", "anthropic_text", "claude-instant-1"},
        {"vllm/facebook/opt-125m", "hosted_vllm", "facebook/opt-125m"},
        {"azure/my-deployment", "azure", "my-deployment"},
        {"azure/mistral-large-latest", "openai", "azure/mistral-large-latest"},
        {"azure/command-r-plus", "openai", "azure/command-r-plus"},
    });
}

TEST(SplitModel, AnExplicitProviderWinsAndMayAlsoBeThePrefix)
{
    const auto with_prefix = split_model("openai/gpt-4o", "openai");
    ASSERT_TRUE(with_prefix.has_value());
    EXPECT_EQ(with_prefix->model, "gpt-4o");

    const auto foreign = split_model("meta-llama/Llama-3", "groq");
    ASSERT_TRUE(foreign.has_value());
    EXPECT_EQ(foreign->provider, "groq");
    EXPECT_EQ(foreign->model, "meta-llama/Llama-3");

    EXPECT_FALSE(split_model("gpt-4o", "nobody").has_value());
}

TEST(SplitModel, KnowsProvidersByHostAndPathOfTheBase)
{
    struct BaseCase {
        std::string_view base;
        std::string_view provider;
    };
    for (const auto& each : std::initializer_list<BaseCase>{
             {"https://api.groq.com/openai/v1", "groq"},
             {"https://API.groq.com/openai/v1/", "groq"},
             {"https://api.mistral.ai/v1/chat", "mistral"},
             {"https://codestral.mistral.ai/v1/fim/completions", "text-completion-codestral"},
             {"https://api.perplexity.ai", "perplexity"},
             {"https://api.x.ai:443/v1?beta=1", "xai"},
         }) {
        const auto split = split_model("org/some-model", {}, each.base);
        ASSERT_TRUE(split.has_value()) << each.base;
        EXPECT_EQ(split->provider, each.provider) << each.base;
        EXPECT_EQ(split->model, "org/some-model");
    }
}

TEST(SplitModel, IsNotFooledByABaseThatOnlyContainsAKnownHost)
{
    for (const std::string_view base : {
             "https://evil.example/?x=api.groq.com/openai/v1",
             "https://api.groq.com.evil.example/openai/v1",
             "https://api.groq.com@evil.example/openai/v1",
             "https://evil.example/api.groq.com/openai/v1",
             "https://api.groq.com/openai/v1beta",
             "api.groq.com/openai/v1",
         })
        EXPECT_FALSE(split_model("some-model", {}, base).has_value()) << base;
}

TEST(SplitModel, SaysWhichModelHasNoProvider)
{
    for (const std::string_view model : {"my-model", "org/my-model", "", "/", "openai/", "gpt4"}) {
        const auto split = split_model(model);
        ASSERT_FALSE(split.has_value()) << model;
        EXPECT_EQ(split.error().kind, ErrorKind::invalid_input);
        EXPECT_EQ(split.error().status, 400);
        EXPECT_NE(
            split.error().message.find(
                "litellm.BadRequestError: LLM Provider NOT provided. Pass in the LLM provider you are trying "
                "to call. You "
                "passed model=" +
                std::string(model)
            ),
            std::string::npos
        );
    }
}

} // namespace
} // namespace litellm::providers
