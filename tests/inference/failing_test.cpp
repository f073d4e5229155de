#include "failing.hpp"

#include "falling_back.hpp"
#include "routing_samples.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace litellm::inference::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Error failure(int status, const std::string& error_class = "APIError", const std::string& wait = "")
{
    Error error{ErrorKind::upstream_failed, "litellm." + error_class + ": it failed", {}, {}, status};
    if (!wait.empty())
        error.headers.emplace_back("retry-after", wait);
    return error;
}

struct Rules : Router {
    FailureRules rules{policy, clock};
    [[nodiscard]] bool rests(const std::shared_ptr<Deployment>& row) const
    {
        return row->state->is_cooling(clock.steady_now());
    }
};

TEST(FailureRules, RetriesWhatMayWorkAtTheSecondTry)
{
    const Rules rules;
    const GroupHealth lone;
    for (const int status : {408, 409, 429, 500, 502, 503, 504, 529})
        EXPECT_EQ(rules.rules.retries(failure(status), "group", std::nullopt, lone), 2) << status;
    for (const int status : {400, 401, 402, 403, 404, 413, 422})
        EXPECT_EQ(rules.rules.retries(failure(status), "group", std::nullopt, lone), 0) << status;
    GroupHealth two{.deployments = 2};
    EXPECT_EQ(rules.rules.retries(failure(401), "group", std::nullopt, two), 2);
    two.has_healthy = false;
    EXPECT_EQ(rules.rules.retries(failure(401), "group", std::nullopt, two), 0);
    two.has_fallbacks = true;
    EXPECT_EQ(rules.rules.retries(failure(429), "group", std::nullopt, two), 0);
    EXPECT_EQ(rules.rules.retries(failure(500), "group", 5, lone), 5);
    Error gone{ErrorKind::client_closed, "gone", {}, {}, 499};
    EXPECT_EQ(rules.rules.retries(gone, "group", 5, lone), 0);
}

TEST(FailureRules, PoliciesOfClassesWin)
{
    Rules rules;
    rules.policy.retry_policy.by_class = {
        {"RateLimitError", 4}, {"BadRequestError", 1}, {"InternalServerError", 0}};
    rules.policy.group_retry_policy["special"].by_class = {{"RateLimitError", 7}};
    const GroupHealth lone;
    EXPECT_EQ(rules.rules.retries(failure(429, "RateLimitError"), "group", 1, lone), 4);
    EXPECT_EQ(rules.rules.retries(failure(400, "BadRequestError"), "group", 1, lone), 1);
    EXPECT_EQ(rules.rules.retries(failure(500, "InternalServerError"), "group", 3, lone), 0);
    EXPECT_EQ(rules.rules.retries(failure(429, "RateLimitError"), "special", 1, lone), 7);
    EXPECT_EQ(rules.rules.retries(failure(503, "ServiceUnavailableError"), "group", std::nullopt, lone), 2);
}

TEST(FailureRules, WaitsLongerEachTimeAndAsLongAsItIsTold)
{
    Rules rules;
    const GroupHealth lone;
    milliseconds shortest[3] = {milliseconds(500), milliseconds(1000), milliseconds(2000)};
    for (int index = 0; index < 3; ++index) {
        for (int i = 0; i < 100; ++i) {
            const auto pause = rules.rules.pause(failure(500), index, lone, rules.random);
            EXPECT_GE(pause, shortest[index]);
            EXPECT_LE(pause, shortest[index] + milliseconds(750));
        }
    }
    EXPECT_LE(rules.rules.pause(failure(500), 30, lone, rules.random), milliseconds(8750));
    const auto told = rules.rules.pause(failure(429, "RateLimitError", "3"), 0, lone, rules.random);
    EXPECT_GE(told, seconds(3));
    EXPECT_LE(told, milliseconds(3750));
    EXPECT_LE(
        rules.rules.pause(failure(429, "RateLimitError", "600"), 0, lone, rules.random), milliseconds(1250)
    );
    EXPECT_EQ(
        rules.rules.pause(failure(500), 0, GroupHealth{.deployments = 2, .has_fresh = true}, rules.random),
        milliseconds(0)
    );
    rules.policy.retry_after = seconds(4);
    EXPECT_GE(rules.rules.pause(failure(500), 0, lone, rules.random), seconds(4));
}

TEST(FailureRules, LetsARowRestByTheKindOfFailure)
{
    struct Case {
        int status;
        std::size_t group_size;
        bool rests;
    };
    for (const Case& each :
         {Case{429, 2, true},
          Case{429, 1, false},
          Case{401, 1, true},
          Case{404, 1, true},
          Case{500, 2, false},
          Case{400, 2, false},
          Case{403, 2, false},
          Case{408, 2, false}}) {
        const Rules rules;
        const auto row = make_row("a");
        rules.rules.note_failure(*row, failure(each.status), each.group_size);
        EXPECT_EQ(rules.rests(row), each.rests) << each.status << " in a group of " << each.group_size;
    }
}

TEST(FailureRules, LetsARowRestThatFailsMoreThanHalfOfTheTime)
{
    Rules rules;
    const auto row = make_row("a");
    for (int i = 0; i < 3; ++i)
        rules.rules.note_success(*row);
    for (int i = 0; i < 3; ++i)
        rules.rules.note_failure(*row, failure(500), 2);
    EXPECT_FALSE(rules.rests(row));
    rules.rules.note_failure(*row, failure(500), 2);
    EXPECT_TRUE(rules.rests(row));
    rules.clock.advance(seconds(5));
    EXPECT_FALSE(rules.rests(row));
}

TEST(FailureRules, NeverLetsConnectionsWildcardsAndWhoIsToldNotToRest)
{
    Rules rules;
    const auto row = make_row("a");
    rules.rules.note_failure(*row, failure(500, "APIConnectionError"), 2);
    const auto wildcard = make_row("b");
    wildcard->is_wildcard = true;
    rules.rules.note_failure(*wildcard, failure(401), 2);
    const auto restless = make_row("c");
    restless->cooldown_seconds = 0;
    rules.rules.note_failure(*restless, failure(401), 2);
    for (const auto& each : {row, wildcard, restless})
        EXPECT_FALSE(rules.rests(each)) << each->id;
    rules.policy.cools = false;
    rules.rules.note_failure(*row, failure(401), 2);
    EXPECT_FALSE(rules.rests(row));
}

TEST(FailureRules, CountsAllowedFailsByClass)
{
    Rules rules;
    rules.policy.allowed_fails = 3;
    rules.policy.allowed_fails_policy.by_class = {{"RateLimitError", 1}};
    const auto row = make_row("a");
    for (int i = 0; i < 3; ++i)
        rules.rules.note_failure(*row, failure(500, "InternalServerError"), 1);
    EXPECT_FALSE(rules.rests(row));
    rules.rules.note_failure(*row, failure(500, "InternalServerError"), 1);
    EXPECT_TRUE(rules.rests(row));
    const auto other = make_row("b");
    rules.rules.note_failure(*other, failure(429, "RateLimitError", "7"), 1);
    EXPECT_FALSE(rules.rests(other));
    rules.rules.note_failure(*other, failure(429, "RateLimitError", "7"), 1);
    EXPECT_EQ(other->state->cooling_left(rules.clock.steady_now()), seconds(7));
}

std::vector<std::string> names(const std::vector<Fallback>& fallbacks)
{
    std::vector<std::string> found;
    for (const auto& each : fallbacks)
        found.push_back(each.model);
    return found;
}

TEST(Fallbacks, AreFoundByGroupClassAndRequest)
{
    using ::testing::ElementsAre;
    using ::testing::IsEmpty;
    RoutingPolicy policy;
    policy.fallbacks =
        read_fallback_table(Json::parse(R"([{"a": ["b", {"model": "c", "temperature": 0}]}, {"*": ["z"]}])"));
    const Error broken = failure(500);
    const Error too_long = failure(400, "ContextWindowExceededError");
    EXPECT_THAT(names(fallbacks_after(policy, nullptr, "a", broken)), ElementsAre("b", "c"));
    EXPECT_EQ(
        fallbacks_after(policy, nullptr, "a", broken)[1].overrides, Json::parse(R"({"temperature": 0})")
    );
    EXPECT_THAT(names(fallbacks_after(policy, nullptr, "openai/a", broken)), ElementsAre("b", "c"));
    EXPECT_THAT(names(fallbacks_after(policy, nullptr, "other", broken)), ElementsAre("z"));
    EXPECT_THAT(names(fallbacks_after(policy, nullptr, "a", too_long)), ElementsAre("b", "c"));
    policy.context_window_fallbacks = read_fallback_table(Json::parse(R"([{"a": ["large"]}])"));
    EXPECT_THAT(names(fallbacks_after(policy, nullptr, "a", too_long)), ElementsAre("large"));
    EXPECT_THAT(names(fallbacks_after(policy, nullptr, "other", too_long)), IsEmpty());
    policy.fallbacks.clear();
    policy.default_fallbacks = read_fallback_list(Json::parse(R"(["d"])"));
    EXPECT_THAT(names(fallbacks_after(policy, nullptr, "a", broken)), ElementsAre("d"));

    RequestFallbacks asked;
    asked.simple = read_fallback_list(Json::parse(R"(["mine"])"));
    EXPECT_THAT(names(fallbacks_after(policy, &asked, "a", too_long)), ElementsAre("mine"));
    asked.disabled = true;
    EXPECT_THAT(names(fallbacks_after(policy, &asked, "a", broken)), IsEmpty());
    Error gone{ErrorKind::client_closed, "gone"};
    EXPECT_THAT(names(fallbacks_after(policy, nullptr, "a", gone)), IsEmpty());
}

TEST(RoutingPolicy, IsReadFromBothSectionsAndTheRouterWins)
{
    config::Config config;
    config.router.routing_strategy = "latency-based-routing";
    config.router.raw = Json::parse(
        R"({"routing_strategy_args": {"ttl": 10, "lowest_latency_buffer": 0.5}, "num_retries": 4, "cooldown_time": 30,
        "allowed_fails_policy": {"TimeoutErrorAllowedFails": 2}, "retry_policy": {"InternalServerErrorRetries": 3}, "default_fallbacks": ["x"]})"
    );
    config.litellm.raw =
        Json::parse(R"({"num_retries": 1, "allowed_fails": 3, "fallbacks": [{"a": ["b"]}]})");
    config.general.raw = Json::object();
    const RoutingPolicy policy = make_routing_policy(config);
    EXPECT_EQ(policy.strategy, Strategy::latency);
    EXPECT_EQ(policy.latency_lifetime, seconds(10));
    EXPECT_DOUBLE_EQ(policy.latency_buffer, 0.5);
    EXPECT_EQ(policy.retries, 4);
    EXPECT_EQ(policy.cooldown, seconds(30));
    EXPECT_EQ(policy.allowed_fails, 3);
    EXPECT_EQ(policy.allowed_fails_policy.of("Timeout"), 2);
    EXPECT_EQ(policy.retry_policy.of("InternalServerError"), 3);
    EXPECT_EQ(policy.fallbacks.at("a").front().model, "b");
    EXPECT_EQ(policy.default_fallbacks.front().model, "x");
    EXPECT_TRUE(policy.counts_use());
}

} // namespace
} // namespace litellm::inference::testing
