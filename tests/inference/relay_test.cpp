#include "relay.hpp"

#include <gmock/gmock.h>

namespace litellm::inference {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view first =
    R"(data: {"id":"c1","model":"vendor-7b","choices":[{"index":0,"delta":{"content":"Hé"},"finish_reason":null}],"usage":null})"
    "\n\n";
constexpr std::string_view last =
    R"(data: {"id":"c1","model":"vendor-7b","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"
    "\n\n";
constexpr std::string_view counts =
    R"(data: {"id":"c1","model":"vendor-7b","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}})"
    "\n\n";
constexpr std::string_view done = "data: [DONE]\n\n";

struct Relayed {
    std::string out;
    std::optional<Error> error;
    std::optional<providers::Usage> usage;
    std::string texts;
};

Relayed relay(std::string_view stream, bool client_wants_usage, std::size_t size)
{
    providers::Endpoint endpoint;
    endpoint.provider = "openai";
    RelayOptions options;
    options.endpoint = &endpoint;
    options.client_model = "my \"model\"";
    options.client_wants_usage = client_wants_usage;
    Relay relay(std::move(options));
    Relayed result;
    const auto keep = [&](const Result<void>& step) {
        if (!step)
            result.error = step.error();
        return step.has_value();
    };
    while (!stream.empty()) {
        if (!keep(relay.take(stream.substr(0, size), result.out)))
            return result;
        stream.remove_prefix(std::min(size, stream.size()));
    }
    keep(relay.finish(result.out));
    result.usage = relay.usage();
    result.texts = relay.texts();
    return result;
}

std::string join(std::initializer_list<std::string_view> pieces)
{
    std::string text;
    for (const auto piece : pieces)
        text += piece;
    return text;
}

TEST(Relay, NamesTheClientsModelAndKeepsDoneBack)
{
    const auto whole = relay(join({first, last, done}), false, 10'000);

    EXPECT_FALSE(whole.error);
    EXPECT_THAT(whole.out, HasSubstr(R"("model":"my \"model\"")"));
    EXPECT_THAT(whole.out, Not(HasSubstr("vendor-7b")));
    EXPECT_THAT(whole.out, Not(HasSubstr("[DONE]")));
    EXPECT_EQ(whole.texts, "H\xc3\xa9");
    for (const std::size_t size : {1, 2, 7, 64})
        EXPECT_EQ(relay(join({first, last, done}), false, size).out, whole.out) << size;
}

TEST(Relay, ShowsUsageOnlyToThoseWhoAskedAndKnowsItAnyway)
{
    const auto hidden = relay(join({first, last, counts, done}), false, 50);
    const auto shown = relay(join({first, last, counts, done}), true, 50);

    EXPECT_THAT(hidden.out, Not(HasSubstr("prompt_tokens")));
    EXPECT_THAT(shown.out, HasSubstr("\"prompt_tokens\":9"));
    for (const auto& each : {hidden, shown}) {
        ASSERT_TRUE(each.usage);
        EXPECT_EQ(each.usage->total, 12);
    }
}

TEST(Relay, ACutStreamIsAnError)
{
    EXPECT_TRUE(relay(first, false, 9).error);
    EXPECT_TRUE(relay("", false, 9).error);
}

TEST(Relay, AStreamThatEndsWithAFinishReasonIsWhole)
{
    EXPECT_FALSE(relay(join({first, last}), false, 9).error);
}

TEST(Relay, AnErrorInsideTheStreamIsToldWithItsClass)
{
    const auto broken =
        relay(join({first, "data: {\"error\":{\"message\":\"slow down\",\"code\":429}}\n\n"}), false, 11);

    ASSERT_TRUE(broken.error);
    EXPECT_EQ(broken.error->status, 429);
    EXPECT_THAT(broken.out, HasSubstr("H"));
}

TEST(Relay, WhatIsNoJsonPassesUnchanged)
{
    EXPECT_THAT(relay(join({"data: hello\n\n", last}), false, 5).out, HasSubstr("data: hello\n\n"));
}

} // namespace
} // namespace litellm::inference
