#include "picking.hpp"

#include "routing_samples.hpp"

#include <gmock/gmock.h>

#include <map>

namespace litellm::inference::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string picked(const Router& router, const Group& group, const Choice& choice = {})
{
    const auto found = router.picker.pick(group, choice);
    return found ? (*found)->id : "error: " + found.error().message;
}

std::map<std::string, double> shares(const Router& router, const Group& group, int picks)
{
    std::map<std::string, double> counts;
    for (int i = 0; i < picks; ++i)
        counts[picked(router, group)] += 1.0 / picks;
    return counts;
}

TEST(Picker, KeepsToWeightsWithinOnePercent)
{
    const Router router;
    auto found = shares(
        router, make_group({make_row("a", 5), make_row("b", 3), make_row("c", 2), make_row("d", 0)}), 100'000
    );
    EXPECT_NEAR(found["a"], 0.5, 0.01);
    EXPECT_NEAR(found["b"], 0.3, 0.01);
    EXPECT_NEAR(found["c"], 0.2, 0.01);
    EXPECT_EQ(found.count("d"), 0U);
}

TEST(Picker, TreatsWeightsThatAreAllZeroAsEqual)
{
    const Router router;
    auto found = shares(router, make_group({make_row("a", 0), make_row("b", 0)}), 20'000);
    EXPECT_NEAR(found["a"], 0.5, 0.02);
}

TEST(Picker, NeverTakesARowThatRests)
{
    const Router router;
    const auto tired = make_row("tired", 100);
    const Group group = make_group({tired, make_row("b"), make_row("c")});
    tired->state->cool(router.clock.steady_now(), seconds(5));
    EXPECT_EQ(shares(router, group, 10'000).count("tired"), 0U);
}

TEST(Picker, TakesAnUnwellRowOnlyWhenAllAre)
{
    const Router router;
    const auto ill = make_row("ill", 100);
    const auto well = make_row("well");
    const Group group = make_group({ill, well});
    ill->state->is_unwell = true;
    EXPECT_EQ(shares(router, group, 1000).count("ill"), 0U);
    well->state->is_unwell = true;
    EXPECT_GT(shares(router, group, 1000)["ill"], 0.9);
    ill->state->is_unwell = well->state->is_unwell = false;
    EXPECT_GT(shares(router, group, 1000)["ill"], 0.9);
    EXPECT_EQ(picked(router, make_group({ill})), "ill");
}

TEST(Picker, TakesARowAgainWhenItsRestIsOver)
{
    Router router;
    const auto row = make_row("a");
    const Group group = make_group({row});
    row->state->cool(router.clock.steady_now(), seconds(5));
    const auto refused = router.picker.pick(group, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().status, 429);
    EXPECT_THAT(refused.error().message, ::testing::HasSubstr("Try again in 5 seconds"));
    router.clock.advance(seconds(5));
    EXPECT_EQ(picked(router, group), "a");
}

TEST(Picker, AsksARowTwiceOnlyWhenNobodyElseIsLeft)
{
    const Router router;
    const auto a = make_row("a", 1000);
    const auto b = make_row("b", 1);
    const Group group = make_group({a, b});
    const std::vector<const Deployment*> one{a.get()};
    const std::vector<const Deployment*> both{a.get(), b.get()};
    Choice choice;
    choice.tried = one;
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(picked(router, group, choice), "b");
    choice.tried = both;
    EXPECT_TRUE(router.picker.pick(group, choice));
}

TEST(Picker, TakesTheLowestOrderThatIsLeft)
{
    const Router router;
    const auto first = make_row("first");
    const auto second = make_row("second");
    first->order = 1;
    second->order = 2;
    const Group group = make_group({second, first, make_row("unordered", 1000)});
    EXPECT_EQ(picked(router, group), "first");
    const std::vector<const Deployment*> tried{first.get()};
    Choice choice;
    choice.tried = tried;
    EXPECT_EQ(picked(router, group, choice), "second");
    first->state->cool(router.clock.steady_now(), seconds(1));
    EXPECT_EQ(picked(router, group), "second");
}

TEST(Picker, TakesTheLeastBusyRow)
{
    Router router;
    router.policy.strategy = Strategy::least_busy;
    const auto a = make_row("a");
    const auto b = make_row("b");
    const Group group = make_group({a, b});
    a->state->in_flight = 2;
    b->state->in_flight = 1;
    EXPECT_EQ(picked(router, group), "b");
    b->state->in_flight = 3;
    EXPECT_EQ(picked(router, group), "a");
    a->state->cool(router.clock.steady_now(), seconds(1));
    EXPECT_EQ(picked(router, group), "b");
}

TEST(Picker, TakesTheFastestRowAndTriesNewOnesFirst)
{
    Router router;
    router.policy.strategy = Strategy::latency;
    const auto fast = make_row("fast");
    const auto slow = make_row("slow");
    const auto fresh = make_row("fresh");
    const Group group = make_group({slow, fast, fresh});
    for (int i = 0; i < 3; ++i) {
        fast->state->add_latency(router.clock.steady_now(), 0.1, 10);
        slow->state->add_latency(router.clock.steady_now(), 0.4, 10);
    }
    EXPECT_EQ(picked(router, group), "fresh");
    fresh->state->add_latency(router.clock.steady_now(), 9, 10);
    EXPECT_EQ(picked(router, group), "fast");
    // Ten newer values push all older ones out.
    for (int i = 0; i < 10; ++i)
        fast->state->add_latency(router.clock.steady_now(), 2, 10);
    EXPECT_EQ(picked(router, group), "slow");
    router.clock.advance(seconds(3601));
    EXPECT_EQ(shares(router, group, 3000).size(), 3U);
}

TEST(Picker, SharesAmongRowsWithinTheLatencyBuffer)
{
    Router router;
    router.policy.strategy = Strategy::latency;
    router.policy.latency_buffer = 0.5;
    const auto a = make_row("a");
    const auto b = make_row("b");
    const auto c = make_row("c");
    a->state->add_latency(router.clock.steady_now(), 1.0, 10);
    b->state->add_latency(router.clock.steady_now(), 1.4, 10);
    c->state->add_latency(router.clock.steady_now(), 1.6, 10);
    auto found = shares(router, make_group({a, b, c}), 10'000);
    EXPECT_NEAR(found["a"], 0.5, 0.03);
    EXPECT_NEAR(found["b"], 0.5, 0.03);
    EXPECT_EQ(found.count("c"), 0U);
}

TEST(Picker, TakesTheCheapestRow)
{
    Router router;
    router.policy.strategy = Strategy::cost;
    const auto dear = make_row("dear");
    const auto cheap = make_row("cheap");
    dear->routing_cost = Money::from_nano(2);
    cheap->routing_cost = Money::from_nano(1);
    EXPECT_EQ(picked(router, make_group({dear, cheap})), "cheap");
}

TEST(Picker, TakesTheLeastUsedRowAndNoneBeyondItsLimits)
{
    Router router;
    router.policy.strategy = Strategy::usage_v2;
    const auto a = make_row("a");
    const auto b = make_row("b");
    a->rpm = 2;
    b->tpm = 1000;
    const Group group = make_group({a, b});
    b->state->add_use(router.clock.steady_now(), 1, 900);
    Choice choice;
    choice.prompt_tokens = 50;
    EXPECT_EQ(picked(router, group, choice), "a");
    EXPECT_TRUE(a->state->take_request(router.clock.steady_now(), a->rpm));
    EXPECT_TRUE(a->state->take_request(router.clock.steady_now(), a->rpm));
    EXPECT_FALSE(a->state->take_request(router.clock.steady_now(), a->rpm));
    EXPECT_EQ(picked(router, group, choice), "b");
    choice.prompt_tokens = 101;
    const auto refused = router.picker.pick(group, choice);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().status, 429);
    router.clock.advance(seconds(60));
    EXPECT_TRUE(router.picker.pick(group, choice));
}

TEST(Picker, LeavesOutRowsWhoseContextIsTooSmall)
{
    Router router;
    router.policy.pre_call_checks = true;
    const auto small = make_row("small", 1000);
    const auto large = make_row("large");
    small->max_input_tokens = 100;
    large->max_input_tokens = 1000;
    const Group group = make_group({small, large});
    Choice choice;
    choice.prompt_tokens = 101;
    EXPECT_EQ(picked(router, group, choice), "large");
    choice.prompt_tokens = 1001;
    const auto refused = router.picker.pick(group, choice);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().status, 400);
    EXPECT_THAT(refused.error().message, ::testing::HasSubstr("ContextWindowExceededError"));
}

TEST(Picker, GoesByTags)
{
    Router router;
    router.policy.filters_tags = true;
    const auto free = make_row("free");
    const auto paid = make_row("paid");
    const auto rest = make_row("rest");
    free->tags = {"free"};
    paid->tags = {"paid", "eu"};
    rest->tags = {"default"};
    const Group group = make_group({free, paid, rest});
    const std::vector<std::string> wanted{"User-Agent: curl", "paid", "us"};
    Choice choice;
    choice.tags = wanted;
    EXPECT_EQ(picked(router, group, choice), "paid");
    router.policy.any_tag_matches = false;
    EXPECT_EQ(picked(router, group, choice), "rest");
    EXPECT_EQ(picked(router, group), "rest");
    const Group without_default = make_group({free, paid});
    const auto refused = router.picker.pick(without_default, choice);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().status, 401);
    EXPECT_EQ(shares(router, without_default, 1000).size(), 2U);
}

} // namespace
} // namespace litellm::inference::testing
