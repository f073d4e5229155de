#include "litellm/providers/provider.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace litellm::providers {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

using Variables = std::map<std::string, std::string>;

Result<Endpoint> resolve(Json params, Variables variables = {})
{
    return resolve_endpoint(params, [variables](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
}

Endpoint resolved(Json params, Variables variables = {})
{
    auto endpoint = resolve(std::move(params), std::move(variables));
    EXPECT_TRUE(endpoint.has_value()) << (endpoint ? "" : endpoint.error().message);
    return endpoint ? std::move(*endpoint) : Endpoint{};
}

std::string chat_url(const Endpoint& endpoint)
{
    const auto url = endpoint.adapter->url(endpoint, Operation::chat_completions, false);
    return url ? *url : url.error().message;
}

TEST(ResolveEndpoint, TakesKeyAndBaseFromParamsFirst)
{
    const auto endpoint = resolved(
        {{"model", "openai/gpt-4o"}, {"api_key", "sk-row"}, {"api_base", "http://row/v1/"}},
        {{"OPENAI_API_KEY", "sk-env"}, {"OPENAI_BASE_URL", "http://env/v1"}}
    );

    EXPECT_EQ(endpoint.provider, "openai");
    EXPECT_EQ(endpoint.model, "gpt-4o");
    EXPECT_EQ(endpoint.api_base, "http://row/v1");
    EXPECT_EQ(endpoint.api_key->reveal(), "sk-row");
    EXPECT_THAT(endpoint.headers, Contains(Pair("authorization", "Bearer sk-row")));
    EXPECT_EQ(chat_url(endpoint), "http://row/v1/chat/completions");
}

TEST(ResolveEndpoint, AsksTheEnvironmentInOrder)
{
    const auto endpoint = resolved(
        {{"model", "together_ai/m"}}, {{"TOGETHERAI_API_KEY", "third"}, {"TOGETHER_AI_API_KEY", "second"}}
    );
    EXPECT_EQ(endpoint.api_key->reveal(), "second");

    const auto openai =
        resolved({{"model", "gpt-4o"}}, {{"OPENAI_API_BASE", "http://b"}, {"OPENAI_BASE_URL", "http://a"}});
    EXPECT_EQ(openai.api_base, "http://a");
}

TEST(ResolveEndpoint, KnowsEveryProvidersUrl)
{
    struct Case {
        const char* model;
        const char* url;
    };
    for (const auto& each : std::initializer_list<Case>{
             {"openai/gpt-4o", "https://api.openai.com/v1/chat/completions"},
             {"groq/x", "https://api.groq.com/openai/v1/chat/completions"},
             {"deepseek/x", "https://api.deepseek.com/beta/chat/completions"},
             {"perplexity/x", "https://api.perplexity.ai/chat/completions"},
             {"openrouter/a/b", "https://openrouter.ai/api/v1/chat/completions"},
             {"volcengine/x", "https://ark.cn-beijing.volces.com/api/v3/chat/completions"},
             {"docker_model_runner/x", "http://localhost:22088/engines/llama.cpp/v1/chat/completions"},
             {"text-completion-openai/x", "https://api.openai.com/v1/completions"},
             {"ollama/x", "http://localhost:11434/api/generate"},
             {"ollama_chat/x", "http://localhost:11434/api/chat"},
             {"huggingface/org/m", "https://router.huggingface.co/v1/chat/completions"},
             {"llamafile/x", "http://127.0.0.1:8080/v1/chat/completions"},
         }) {
        const auto endpoint = resolved({{"model", each.model}, {"api_key", "k"}});
        ASSERT_NE(endpoint.adapter, nullptr) << each.model;
        EXPECT_EQ(chat_url(endpoint), each.url);
    }
}

TEST(ResolveEndpoint, JoinsBaseAndPathOnce)
{
    struct Case {
        const char* model;
        const char* base;
        const char* url;
    };
    for (const auto& each : std::initializer_list<Case>{
             {"openai/m", "http://h/v1/chat/completions", "http://h/v1/chat/completions"},
             {"openai/m", "http://h/v1?key=1", "http://h/v1/chat/completions?key=1"},
             {"mistral/m", "http://h", "http://h/v1/chat/completions"},
             {"mistral/m", "http://h/v1/", "http://h/v1/chat/completions"},
             {"huggingface/o/m", "http://h", "http://h/v1/chat/completions"},
             {"huggingface/o/m", "http://h/v1", "http://h/v1/chat/completions"},
             {"huggingface/o/m", "http://h/v1/chat/completions/", "http://h/v1/chat/completions"},
             {"huggingface/https://x.endpoints.huggingface.cloud",
              "",
              "https://x.endpoints.huggingface.cloud/v1/chat/completions"},
             {"ollama_chat/m", "http://h:1/api/generate", "http://h:1/api/chat"},
         }) {
        const auto endpoint = resolved({{"model", each.model}, {"api_base", each.base}, {"api_key", "k"}});
        ASSERT_NE(endpoint.adapter, nullptr) << each.model;
        EXPECT_EQ(chat_url(endpoint), each.url);
    }
}

TEST(ResolveEndpoint, SendsAPlaceholderToLocalServersOnly)
{
    const auto vllm = resolved({{"model", "hosted_vllm/m"}, {"api_base", "http://h/v1"}});
    EXPECT_THAT(vllm.headers, Contains(Pair("authorization", "Bearer fake-api-key")));
    EXPECT_FALSE(vllm.api_key.has_value());

    const auto custom = resolved({{"model", "openai/m"}, {"api_base", "http://h/v1"}});
    EXPECT_THAT(custom.headers, Contains(Pair("authorization", "Bearer fake-api-key")));

    EXPECT_THAT(resolved({{"model", "openai/m"}}).headers, Not(Contains(Key("authorization"))));
    EXPECT_THAT(resolved({{"model", "ollama/m"}}).headers, Not(Contains(Key("authorization"))));
}

TEST(ResolveEndpoint, LeavesAMissingKeyToTheCall)
{
    const auto endpoint = resolved({{"model", "groq/m"}});
    const auto url = endpoint.adapter->url(endpoint, Operation::chat_completions, false);

    ASSERT_FALSE(url.has_value());
    EXPECT_EQ(url.error().status, 401);
    EXPECT_EQ(error_class(url.error()), "AuthenticationError");
    EXPECT_THAT(url.error().message, HasSubstr("GROQ_API_KEY"));

    const auto own_header =
        resolved({{"model", "groq/m"}, {"extra_headers", {{"Authorization", "Bearer mine"}}}});
    EXPECT_TRUE(own_header.adapter->url(own_header, Operation::chat_completions, false).has_value());
}

TEST(ResolveEndpoint, AddsOrganizationAndConfiguredHeaders)
{
    const auto endpoint = resolved(
        {{"model", "openai/gpt-4o"},
         {"api_key", "sk-secret"},
         {"extra_headers", {{"X-Number", 7}, {"Authorization", "Bearer other"}, {"Content-Length", "3"}}}},
        {{"OPENAI_ORGANIZATION", "org-env"}, {"OPENAI_PROJECT_ID", "proj"}}
    );

    EXPECT_THAT(endpoint.headers, Contains(Pair("OpenAI-Organization", "org-env")));
    EXPECT_THAT(endpoint.headers, Contains(Pair("OpenAI-Project", "proj")));
    EXPECT_THAT(endpoint.headers, Contains(Pair("X-Number", "7")));
    EXPECT_THAT(endpoint.headers, Contains(Pair("Authorization", "Bearer other")));
    EXPECT_THAT(endpoint.headers, Not(Contains(Key("authorization"))));
    EXPECT_THAT(endpoint.headers, Not(Contains(Key("Content-Length"))));
}

TEST(ResolveEndpoint, KeepsOrganizationFromOtherServers)
{
    const auto endpoint = resolved(
        {{"model", "openai/m"}, {"api_base", "http://h/v1"}},
        {{"OPENAI_ORGANIZATION", "org"}, {"OPENAI_PROJECT_ID", "p"}}
    );
    EXPECT_THAT(endpoint.headers, Not(Contains(Key("OpenAI-Organization"))));
    EXPECT_THAT(endpoint.headers, Not(Contains(Key("OpenAI-Project"))));
}

TEST(ResolveEndpoint, RefusesHeadersOfMoreThanOneLine)
{
    EXPECT_FALSE(resolve({{"model", "gpt-4o"}, {"extra_headers", {{"x", "a\r\nhost: b"}}}}).has_value());
    EXPECT_FALSE(resolve({{"model", "gpt-4o"}, {"api_key", "a\nb"}}).has_value());
}

TEST(ResolveEndpoint, KeepsParametersOfTheRowForTheBody)
{
    const auto endpoint = resolved(
        {{"model", "openai/gpt-4o"},
         {"api_key", "k"},
         {"temperature", 0.5},
         {"rpm", 3},
         {"input_cost_per_token", 1e-6},
         {"weight", 2},
         {"seed", nullptr},
         {"extra_body", {{"top_k", 1}}}}
    );

    EXPECT_EQ(endpoint.defaults.dump(), R"({"temperature":0.5})");
    EXPECT_EQ(endpoint.extra_body.dump(), R"({"top_k":1})");
    EXPECT_FALSE(endpoint.adapter->is_openai_shaped(endpoint, Operation::chat_completions));
}

TEST(ResolveEndpoint, ExpandsModelNames)
{
    EXPECT_EQ(resolved({{"model", "fireworks_ai/llama"}}).model, "accounts/fireworks/models/llama");
    EXPECT_EQ(resolved({{"model", "fireworks_ai/accounts/me/models/x"}}).model, "accounts/me/models/x");
    EXPECT_EQ(resolved({{"model", "fireworks_ai/a#b"}}).model, "a#b");
    EXPECT_EQ(resolved({{"model", "huggingface/together/org/m"}}).model, "org/m:together");
}

TEST(ResolveEndpoint, NamesTheProvidersItDoesNotSpeak)
{
    for (const auto* model : {"replicate/x", "watsonx/granite", "sagemaker/x", "snowflake/y"}) {
        const auto endpoint = resolve({{"model", model}});
        ASSERT_FALSE(endpoint.has_value()) << model;
        EXPECT_EQ(endpoint.error().kind, ErrorKind::invalid_input);
        EXPECT_THAT(endpoint.error().message, HasSubstr("does not speak the provider `"));
        EXPECT_THAT(endpoint.error().message, HasSubstr("groq"));
    }
}

TEST(ResolveEndpoint, RefusesWhatCannotBeCalled)
{
    EXPECT_FALSE(resolve(Json::object()).has_value());
    EXPECT_FALSE(resolve({{"model", 7}}).has_value());
    EXPECT_FALSE(resolve({{"model", "my-own-model"}}).has_value());
    EXPECT_FALSE(resolve({{"model", "hosted_vllm/m"}}).has_value());
    EXPECT_FALSE(resolve({{"model", "openai/m"}, {"api_base", "ftp://h"}}).has_value());
    EXPECT_FALSE(resolve({{"model", "huggingface/o/m"}, {"hf_route", "teapot"}}).has_value());
}

TEST(ResolveEndpoint, ChoosesHuggingFacesRoute)
{
    const auto local = resolved({{"model", "huggingface/o/m"}, {"api_base", "http://h:8001"}});
    ASSERT_NE(local.adapter->fallback_adapter(), nullptr);
    EXPECT_EQ(
        *local.adapter->fallback_adapter()->url(local, Operation::chat_completions, false), "http://h:8001"
    );

    EXPECT_EQ(resolved({{"model", "huggingface/o/m"}}).adapter->fallback_adapter(), nullptr);
    const auto fixed =
        resolved({{"model", "huggingface/o/m"}, {"api_base", "http://h"}, {"hf_route", "chat"}});
    EXPECT_EQ(fixed.adapter->fallback_adapter(), nullptr);
    const auto raw =
        resolved({{"model", "huggingface/o/m"}, {"api_base", "http://h/x"}, {"hf_route", "raw"}});
    EXPECT_EQ(chat_url(raw), "http://h/x");
}

TEST(ResolveEndpoint, FallsBackOnlyWhereTheRouteIsUnknown)
{
    const auto local = resolved({{"model", "huggingface/o/m"}, {"api_base", "http://h:8001"}});
    const auto& adapter = *local.adapter;

    EXPECT_TRUE(adapter.should_fall_back(404, ""));
    EXPECT_TRUE(adapter.should_fall_back(404, "Not Found"));
    EXPECT_TRUE(adapter.should_fall_back(405, ""));
    EXPECT_TRUE(adapter.should_fall_back(422, "Failed to deserialize: missing field `inputs` at line 1"));
    EXPECT_FALSE(adapter.should_fall_back(422, R"({"error":"temperature must be positive"})"));
    EXPECT_FALSE(adapter.should_fall_back(404, R"({"error":{"message":"The model `x` does not exist"}})"));
    EXPECT_FALSE(adapter.should_fall_back(500, ""));
}

TEST(ProviderNames, CanAllBeResolved)
{
    for (const auto& name : provider_names()) {
        const auto endpoint = resolve(
            {{"model", name + "/m"}, {"api_base", "http://h/v1"}, {"api_key", "k"}, {"vertex_project", "p"}}
        );
        ASSERT_TRUE(endpoint.has_value()) << name;
        EXPECT_EQ(endpoint->provider, name);
        EXPECT_NE(endpoint->adapter, nullptr) << name;
    }
}

} // namespace
} // namespace litellm::providers
