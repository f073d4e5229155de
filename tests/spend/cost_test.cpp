#include "price_samples.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <vector>

namespace litellm::spend {
namespace {

using providers::Usage;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

struct CostCase {
    const char* what;
    ModelPrice price;
    Usage usage;
    milliseconds duration;
    const char* usd;
};

TEST(Cost, FollowsTheFormula)
{
    // clang-format off
    const std::vector<CostCase> cases{
        {"nothing", gpt_4o(), {}, 0ms, "0"},
        {"text", gpt_4o(), {.prompt = 1000, .completion = 500, .total = 1500}, 0ms, "0.0075"},
        {"one token", gpt_4o(), {.prompt = 1}, 0ms, "0.0000025"},
        {"cached tokens are part of the prompt", gpt_4o(),
            {.prompt = 2006, .completion = 300, .cached_read = 1920}, 0ms, "0.005615"},
        {"everything cached", gpt_4o(), {.prompt = 1024, .cached_read = 1024}, 0ms, "0.00128"},
        {"no price for cache writes", gpt_4o(), {.prompt = 1000, .cached_write = 400}, 0ms, "0.0015"},
        {"reasoning at the output price", gpt_4o(), {.completion = 900, .reasoning = 600}, 0ms, "0.009"},
        {"audio without a price", gpt_4o(),
            {.prompt = 100, .completion = 10, .audio_input = 60, .audio_output = 10}, 0ms, "0.00035"},
        {"images without a price", gpt_4o(),
            {.prompt = 100, .completion = 10, .image_input = 60, .image_output = 10}, 0ms, "0.00035"},

        {"cache write, 5 minutes", claude(),
            {.prompt = 2100, .completion = 100, .cached_write = 2000}, 0ms, "0.0093"},
        {"cache write, 1 hour", claude(),
            {.prompt = 2100, .completion = 100, .cached_write = 2000, .cached_write_1h = 2000}, 0ms, "0.0138"},
        {"cache writes of both kinds", claude(),
            {.prompt = 2100, .cached_write = 2000, .cached_write_1h = 500}, 0ms, "0.008925"},
        {"cache read and write", claude(),
            {.prompt = 12'010, .completion = 503, .cached_read = 10'000, .cached_write = 2000}, 0ms, "0.018075"},

        {"just below the tier", claude(), {.prompt = 199'999}, 0ms, "0.599997"},
        {"exactly at the tier", claude(), {.prompt = 200'000, .completion = 1000}, 0ms, "0.615"},
        {"just above the tier", claude(), {.prompt = 200'001, .completion = 1000}, 0ms, "1.222506"},
        {"cached tokens count for the tier", claude(),
            {.prompt = 200'001, .cached_read = 200'000}, 0ms, "0.120006"},
        {"the tier's cache write", claude(), {.prompt = 300'000, .cached_write = 100'000}, 0ms, "1.95"},
        {"a price the tier lacks", claude(),
            {.prompt = 300'000, .cached_write = 100'000, .cached_write_1h = 100'000}, 0ms, "1.8"},

        {"audio", gpt_4o_audio(),
            {.prompt = 1000, .completion = 200, .audio_input = 600, .audio_output = 150}, 0ms, "0.0375"},
        {"reasoning with its own price", with_reasoning(),
            {.prompt = 10, .completion = 900, .reasoning = 600}, 0ms, "0.00422"},

        {"seconds", by_the_second(), {.prompt = 500, .completion = 500}, 2500ms, "0.00105"},
        {"a millisecond", by_the_second(), {}, 1ms, "0.00000042"},
        {"time is no matter", gpt_4o(), {.prompt = 1}, 3600s, "0.0000025"},

        {"parts that overlap", gpt_4o_audio(),
            {.prompt = 100, .cached_read = 60, .audio_input = 100}, 0ms, "0.0016"},
        {"parts beyond the whole", gpt_4o(),
            {.prompt = 100, .completion = 10, .cached_read = 500, .reasoning = 50}, 0ms, "0.000225"},
        {"more 1 hour writes than writes", claude(),
            {.prompt = 100, .cached_write = 50, .cached_write_1h = 90}, 0ms, "0.00045"},
        {"negative counts", gpt_4o(),
            {.prompt = -5, .completion = -7, .cached_read = -1, .reasoning = -3}, -1ms, "0"},
        {"a negative part", gpt_4o(), {.prompt = 10, .cached_read = -10}, 0ms, "0.000025"},
        {"no prices at all", {}, {.prompt = 10, .completion = 10}, 5s, "0"},
    };
    // clang-format on
    for (const CostCase& test : cases)
        EXPECT_EQ(cost_of(test.price, test.usage, test.duration).to_string(), money(test.usd).to_string())
            << test.what;
}

TEST(Cost, PicksTheHighestTierBelowThePrompt)
{
    ModelPrice price;
    price.input = usd("0.001");
    for (const std::int64_t above : {100, 200, 300}) {
        ModelPrice::Tier tier;
        tier.above = above;
        tier.input = UnitPrice::from_femto(above * 1'000'000'000'000);
        price.tiers.push_back(tier);
    }
    constexpr auto cases = std::to_array<std::pair<std::int64_t, std::int64_t>>(
        {{99, 1}, {100, 1}, {101, 100}, {200, 100}, {201, 200}, {300, 200}, {301, 300}, {100'000, 300}}
    );
    for (const auto& [tokens, thousandths] : cases)
        EXPECT_EQ(cost_of(price, {.prompt = tokens}, 0ms).nano(), tokens * thousandths * 1'000'000) << tokens;
}

TEST(Cost, ReasoningFollowsTheOutputPriceOfTheTier)
{
    ModelPrice price = claude();
    EXPECT_EQ(cost_of(price, {.prompt = 200'001, .completion = 10, .reasoning = 10}, 0ms), money("1.200231"));
    price.tiers.front().reasoning = usd("0.001");
    EXPECT_EQ(cost_of(price, {.prompt = 200'001, .completion = 10, .reasoning = 10}, 0ms), money("1.210006"));
}

TEST(Cost, AddsThePriceOfTheRequest)
{
    ModelPrice price = gpt_4o();
    price.per_request = usd("0.005");
    EXPECT_EQ(cost_of(price, {}, 0ms), money("0.005"));
    EXPECT_EQ(cost_of(price, {.prompt = 1000, .completion = 500}, 0ms), money("0.0125"));
}

TEST(Cost, SecondsCountOnlyWhereTokensCostNothing)
{
    ModelPrice price;
    price.input = usd("1e-06");
    price.output = usd("0");
    price.input_per_second = usd("1");
    price.output_per_second = usd("0.25");
    EXPECT_EQ(cost_of(price, {.prompt = 1'000'000, .completion = 5}, 2s), money("1.5"));
}

TEST(Cost, IsRoundedOnceAndHalfUp)
{
    ModelPrice price;
    price.input = UnitPrice::from_femto(300'000); // 0.3 nano-dollars
    price.output = UnitPrice::from_femto(200'000);
    EXPECT_EQ(cost_of(price, {.prompt = 1}, 0ms).nano(), 0);
    EXPECT_EQ(cost_of(price, {.prompt = 1, .completion = 1}, 0ms).nano(), 1);
    EXPECT_EQ(cost_of(price, {.prompt = 2}, 0ms).nano(), 1);
    EXPECT_EQ(cost_of(price, {.prompt = 4, .completion = 1}, 0ms).nano(), 1);
    EXPECT_EQ(cost_of(price, {.prompt = 5}, 0ms).nano(), 2);
}

TEST(Cost, SecondsAreExactToTheMillisecond)
{
    ModelPrice price;
    price.input_per_second = UnitPrice::from_femto(1'000'000'000'001'111);
    EXPECT_EQ(cost_of(price, {}, 1h).nano(), 3'600'000'000'004);
    EXPECT_EQ(cost_of(price, {}, 999ms).nano(), 999'000'000);
    EXPECT_EQ(cost_of(price, {}, 1001ms).nano(), 1'001'000'000);
}

TEST(Cost, SurvivesAbsurdCounts)
{
    constexpr std::int64_t most = INT64_MAX;
    const Usage usage{
        .prompt = most, .completion = most, .cached_read = most, .reasoning = most, .audio_input = most};
    EXPECT_GT(cost_of(gpt_4o(), usage, milliseconds::max()), money("1000000"));
    EXPECT_GE(upper_bound(gpt_4o(), most, most), cost_of(gpt_4o(), usage, 0ms));
}

TEST(Cost, AFreeModelHasZeroPricesAndNoOther)
{
    ModelPrice price;
    EXPECT_FALSE(price.is_free());
    price.input = usd("0");
    EXPECT_FALSE(price.is_free());
    price.output = usd("0");
    EXPECT_TRUE(price.is_free());
    EXPECT_EQ(cost_of(price, {.prompt = 1'000'000, .completion = 1'000'000, .cached_read = 10}, 1h), Money());
    EXPECT_EQ(upper_bound(price, 1'000'000, 1'000'000), Money());

    price.cache_read = usd("0");
    EXPECT_TRUE(price.is_free());
    price.cache_read = usd("1e-9");
    EXPECT_FALSE(price.is_free());
    price.cache_read.reset();
    price.per_request = usd("0.01");
    EXPECT_FALSE(price.is_free());
    price.per_request.reset();
    price.input_per_second = usd("0.01");
    EXPECT_FALSE(price.is_free());
    price.input_per_second.reset();
    price.tiers.emplace_back().above = 1000;
    EXPECT_TRUE(price.is_free());
    price.tiers.back().output = usd("1e-6");
    EXPECT_FALSE(price.is_free());
    price.tiers.clear();
    price.changes.emplace_back().price = gpt_4o();
    EXPECT_FALSE(price.is_free()) << "not for long";
}

TEST(Cost, KnowsThePricesOfOtherTimes)
{
    const auto time = [](std::string_view text) { return parse_timestamp(text).value(); };
    ModelPrice price = gpt_4o();
    EXPECT_EQ(&price.at(time("2026-11-22T00:00:00Z")), &price);

    ModelPrice::Hours night;
    night.from = 16h + 30min;
    night.to = 30min;
    night.price.input = usd("1e-06");
    ModelPrice::Hours noon;
    noon.from = 12h;
    noon.to = 13h;
    noon.price.input = usd("9e-06");
    price.hours = {night, noon};
    ModelPrice::Change change;
    change.from = std::chrono::sys_days(std::chrono::year(2027) / 1 / 1);
    change.price.input = usd("5e-06");
    noon.price.input = usd("8e-06");
    change.price.hours = {noon};
    price.changes = {change};
    change.from = std::chrono::sys_days(std::chrono::year(2027) / 2 / 1);
    change.price.hours.clear();
    change.price.input = usd("6e-06");
    price.changes.push_back(change);

    constexpr auto cases = std::to_array<std::pair<const char*, const char*>>({
        {"2026-11-22T16:29:59.999999Z", "2.5e-06"},
        {"2026-11-22T16:30:00Z", "1e-06"},
        {"2026-11-23T00:00:00Z", "1e-06"},
        {"2026-11-23T00:29:59Z", "1e-06"},
        {"2026-11-23T00:30:00Z", "2.5e-06"},
        {"2026-11-23T12:00:00Z", "9e-06"},
        {"2026-11-23T13:00:00Z", "2.5e-06"},
        {"2026-12-31T23:59:59Z", "1e-06"},
        {"2027-01-01T00:00:00Z", "5e-06"},
        {"2027-01-01T12:30:00Z", "8e-06"},
        {"2027-01-31T16:30:00Z", "5e-06"},
        {"2027-02-01T12:30:00Z", "6e-06"},
        {"2030-01-01T00:00:00Z", "6e-06"},
    });
    for (const auto& [when, input] : cases)
        EXPECT_EQ(price.at(time(when)).input, usd(input)) << when;
}

} // namespace
} // namespace litellm::spend
