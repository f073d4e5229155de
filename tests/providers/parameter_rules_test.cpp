#include "json_path.hpp"

#include "litellm/providers/provider.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace litellm::providers {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Edit = Adapter::Edit;

Endpoint endpoint_of(const std::string& model, Json more = Json::object())
{
    more["model"] = model;
    more["api_key"] = "k";
    auto endpoint = resolve_endpoint(more, [](const std::string&) { return std::nullopt; });
    EXPECT_TRUE(endpoint.has_value()) << model;
    return endpoint ? std::move(*endpoint) : Endpoint{};
}

std::vector<Edit>
edits(const Endpoint& endpoint, const std::vector<std::string>& present, bool drop_params = false)
{
    auto found = endpoint.adapter->edits(endpoint, Operation::chat_completions, present, drop_params);
    EXPECT_TRUE(found.has_value()) << (found ? "" : found.error().message);
    return found ? std::move(*found) : std::vector<Edit>{};
}

std::string applied(const Endpoint& endpoint, std::string_view body, const ParameterPolicy& policy = {})
{
    Json document = *parse_json(body);
    const auto result =
        endpoint.adapter->apply_rules(endpoint, Operation::chat_completions, document, policy);
    return result ? to_text(document) : result.error().message;
}

TEST(Edits, AreEmptyForAnOrdinaryOpenAiCall)
{
    const auto endpoint = endpoint_of("openai/gpt-4o");
    EXPECT_THAT(
        edits(endpoint, {"model", "messages", "temperature", "max_tokens", "stop", "unknown_vendor_field"}),
        IsEmpty()
    );
    EXPECT_TRUE(endpoint.adapter->is_openai_shaped(endpoint, Operation::chat_completions));
}

TEST(Edits, RenameMaxTokensForReasoningModels)
{
    for (const auto* model :
         {"openai/o1", "o3-mini", "o4-mini-2025-04-16", "openai/gpt-5", "gpt-5.1", "ft:gpt-5-mini:x"})
        EXPECT_THAT(
            edits(endpoint_of(model), {"max_tokens"}),
            ElementsAre(Edit{"max_tokens", "max_completion_tokens"})
        ) << model;
    for (const auto* model : {"gpt-4o", "gpt-5-chat-latest", "gpt-3.5-turbo"})
        EXPECT_THAT(edits(endpoint_of(model), {"max_tokens"}), IsEmpty()) << model;
}

TEST(Edits, PreferMaxCompletionTokensWhenBothAreThere)
{
    EXPECT_THAT(
        edits(endpoint_of("o3"), {"max_tokens", "max_completion_tokens"}),
        ElementsAre(Edit{"max_tokens", std::nullopt})
    );
    EXPECT_THAT(
        edits(endpoint_of("cerebras/m"), {"max_tokens", "max_completion_tokens"}),
        ElementsAre(Edit{"max_tokens", std::nullopt}, Edit{"max_completion_tokens", "max_tokens"})
    );
}

TEST(Edits, RefuseOrDropWhatTheModelLacks)
{
    const auto endpoint = endpoint_of("openai/gpt-5");
    const auto refused =
        endpoint.adapter->edits(endpoint, Operation::chat_completions, {"stop", "seed", "logit_bias"}, false);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid_input);
    EXPECT_EQ(refused.error().status, 400);
    EXPECT_EQ(error_class(refused.error()), "UnsupportedParamsError");
    EXPECT_THAT(
        refused.error().message,
        HasSubstr("litellm.UnsupportedParamsError: openai does not support parameters: ['stop', "
                  "'logit_bias'], for model=gpt-5. To drop these, set")
    );

    EXPECT_THAT(edits(endpoint, {"stop", "seed"}, true), ElementsAre(Edit{"stop", std::nullopt}));
    EXPECT_THAT(
        edits(endpoint_of("gpt-5", {{"drop_params", true}}), {"stop"}),
        ElementsAre(Edit{"stop", std::nullopt})
    );
    EXPECT_THAT(edits(endpoint_of("gpt-5", {{"allowed_openai_params", {"stop"}}}), {"stop"}), IsEmpty());
    EXPECT_THAT(
        edits(endpoint_of("gpt-4o", {{"additional_drop_params", {"seed"}}}), {"seed", "stop"}),
        ElementsAre(Edit{"seed", std::nullopt})
    );
}

TEST(Edits, PointAtMembersWhoseValueDecides)
{
    EXPECT_THAT(edits(endpoint_of("o3"), {"temperature"}), ElementsAre(Edit{"temperature", "temperature"}));
    EXPECT_THAT(edits(endpoint_of("ollama/m"), {"n"}), ElementsAre(Edit{"n", "n"}));
    EXPECT_THAT(
        edits(endpoint_of("fireworks_ai/m"), {"tool_choice"}), ElementsAre(Edit{"tool_choice", "tool_choice"})
    );
    EXPECT_THAT(
        edits(endpoint_of("gpt-4o", {{"additional_drop_params", {"tools[*].function.strict"}}}), {"tools"}),
        ElementsAre(Edit{"tools", "tools"})
    );
}

TEST(ApplyRules, LooksAtValues)
{
    const auto o3 = endpoint_of("o3");
    EXPECT_EQ(applied(o3, R"({"temperature":1})"), R"({"temperature":1})");
    EXPECT_THAT(applied(o3, R"({"temperature":0.5})"), HasSubstr("['temperature']"));
    EXPECT_EQ(applied(o3, R"({"temperature":0.5,"seed":1})", {.drop_params = true}), R"({"seed":1})");
    EXPECT_EQ(applied(o3, R"({"top_p":null,"seed":1})"), R"({"seed":1})");
    EXPECT_EQ(applied(endpoint_of("gpt-5.1"), R"({"temperature":0.5})"), R"({"temperature":0.5})");
    EXPECT_THAT(
        applied(endpoint_of("gpt-5.1"), R"({"temperature":0.5,"reasoning_effort":"low"})"),
        HasSubstr("['temperature']")
    );

    const auto ollama = endpoint_of("ollama/m");
    EXPECT_EQ(applied(ollama, R"({"n":1,"user":"u","logit_bias":null})"), "{}");
    EXPECT_THAT(applied(ollama, R"({"n":2})"), HasSubstr("['n']"));
}

TEST(ApplyRules, HonoursTheRequestsOwnLists)
{
    const auto mistral = endpoint_of("mistral/m");
    ParameterPolicy policy;
    policy.allowed_openai_params = {"logprobs"};
    policy.additional_drop_params = {"seed", "messages[*].name"};
    EXPECT_EQ(
        applied(mistral, R"({"messages":[{"name":"a","content":"x"}],"logprobs":true,"seed":1})", policy),
        R"({"messages":[{"content":"x"}],"logprobs":true})"
    );
}

TEST(ApplyRules, KeepsTheMemberThatWins)
{
    EXPECT_EQ(
        applied(endpoint_of("cerebras/m"), R"({"max_tokens":1,"max_completion_tokens":2})"),
        R"({"max_tokens":2})"
    );
    EXPECT_EQ(
        applied(endpoint_of("o3"), R"({"max_tokens":1,"max_completion_tokens":2})"),
        R"({"max_completion_tokens":2})"
    );
    EXPECT_EQ(
        applied(endpoint_of("o3"), R"({"max_tokens":1,"max_completion_tokens":null})"),
        R"({"max_completion_tokens":1})"
    );
}

TEST(ApplyRules, PassesEverythingToAnotherProxy)
{
    const auto proxy = endpoint_of("litellm_proxy/m", {{"api_base", "http://h"}});
    EXPECT_EQ(
        applied(proxy, R"({"logit_bias":{},"thinking":{},"n":5})"), R"({"logit_bias":{},"thinking":{},"n":5})"
    );
}

TEST(ErasePath, FollowsNamesAndIndices)
{
    struct Case {
        const char* path;
        const char* expected;
    };
    for (const auto& each : std::initializer_list<Case>{
             {"a", R"({"t":[{"x":1,"y":{"z":2}},{"x":3}]})"},
             {"t[*].x", R"({"a":0,"t":[{"y":{"z":2}},{}]})"},
             {"t[0].y.z", R"({"a":0,"t":[{"x":1,"y":{}},{"x":3}]})"},
             {"t[1]", R"({"a":0,"t":[{"x":1,"y":{"z":2}}]})"},
             {"t[*]", R"({"a":0,"t":[]})"},
             {"t[9].x", R"({"a":0,"t":[{"x":1,"y":{"z":2}},{"x":3}]})"},
             {"nothing.here", R"({"a":0,"t":[{"x":1,"y":{"z":2}},{"x":3}]})"},
             {"t[", R"({"a":0,"t":[{"x":1,"y":{"z":2}},{"x":3}]})"},
             {"", R"({"a":0,"t":[{"x":1,"y":{"z":2}},{"x":3}]})"},
         }) {
        Json document = *parse_json(R"({"a":0,"t":[{"x":1,"y":{"z":2}},{"x":3}]})");
        erase_path(document, each.path);
        EXPECT_EQ(to_text(document), each.expected) << each.path;
    }
}

} // namespace
} // namespace litellm::providers
