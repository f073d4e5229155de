#include "price_samples.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>

namespace litellm::spend {
namespace {

using namespace std::chrono_literals;

ModelPrice custom(std::string_view params, std::string_view info, const ModelPrice* base = nullptr)
{
    return custom_price(parse_json(params).value(), parse_json(info).value(), base).value().value();
}

TEST(CustomPrice, IsNothingWithoutPrices)
{
    const Json nothing;
    const ModelPrice base = gpt_4o();
    EXPECT_FALSE(custom_price(nothing, nothing, &base).value());
    const Json params =
        parse_json(R"({"model":"openai/gpt-4o","max_tokens":5,"input_cost_per_token":null})").value();
    const Json info = parse_json(R"({"id":"a","mode":"chat","max_output_tokens":10})").value();
    EXPECT_FALSE(custom_price(params, info, nullptr).value());
}

TEST(CustomPrice, ReadsEveryName)
{
    const ModelPrice price = custom(
        R"({
        "input_cost_per_token": 1e-06, "output_cost_per_token": "0.000002", "cache_read_input_token_cost": 3e-7,
        "cache_creation_input_token_cost": 0.000004, "cache_creation_input_token_cost_above_1hr": 5E-06,
        "input_cost_per_audio_token": 6e-06, "output_cost_per_audio_token": 7e-06, "input_cost_per_image_token": 8e-06,
        "output_cost_per_image_token": 9e-06, "output_cost_per_reasoning_token": 1e-05, "input_cost_per_request": 1,
        "input_cost_per_second": 0.01, "output_cost_per_second": 0.02,
        "input_cost_per_token_above_200k_tokens": 2e-06, "output_cost_per_token_above_200k_tokens": 4e-06,
        "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 1e-05,
        "input_cost_per_token_above_128k_tokens": 1.5e-06
    })",
        R"({"max_input_tokens": 1000000, "max_output_tokens": "8192"})"
    );
    EXPECT_EQ(price.input, usd("0.000001"));
    EXPECT_EQ(price.output, usd("0.000002"));
    EXPECT_EQ(price.cache_read, usd("0.0000003"));
    EXPECT_EQ(price.cache_write, usd("0.000004"));
    EXPECT_EQ(price.cache_write_1h, usd("0.000005"));
    EXPECT_EQ(price.input_audio, usd("0.000006"));
    EXPECT_EQ(price.output_audio, usd("0.000007"));
    EXPECT_EQ(price.input_image, usd("0.000008"));
    EXPECT_EQ(price.output_image, usd("0.000009"));
    EXPECT_EQ(price.reasoning, usd("0.00001"));
    EXPECT_EQ(price.per_request, usd("1"));
    EXPECT_EQ(price.input_per_second, usd("0.01"));
    EXPECT_EQ(price.output_per_second, usd("0.02"));
    ASSERT_EQ(price.tiers.size(), 2U);
    EXPECT_EQ(price.tiers[0].above, 128'000);
    EXPECT_EQ(price.tiers[0].input, usd("0.0000015"));
    EXPECT_EQ(price.tiers[1].above, 200'000);
    EXPECT_EQ(price.tiers[1].output, usd("0.000004"));
    EXPECT_EQ(price.tiers[1].cache_write_1h, usd("0.00001"));
    EXPECT_EQ(price.max_input_tokens, 1'000'000);
    EXPECT_EQ(price.max_output_tokens, 8192);
}

TEST(CustomPrice, ReadsDoublesAsTheDecimalsTheyWere)
{
    const std::array<const char*, 6> written{
        "1.5e-07", "0.000000075", "3.75e-08", "2.1e-06", "0.1", "1.1e-07"};
    for (const char* text : written) {
        const Json params = parse_json(fmt::format(R"({{"input_cost_per_token": {}}})", text)).value();
        EXPECT_EQ(custom_price(params, Json(), nullptr).value()->input, usd(text)) << text;
    }
}

TEST(CustomPrice, PrefersTheParametersToTheModelInfo)
{
    const ModelPrice price = custom(
        R"({"input_cost_per_token": 1e-06})",
        R"({"input_cost_per_token": 9e-06, "output_cost_per_token": 2e-06})"
    );
    EXPECT_EQ(price.input, usd("1e-06"));
    EXPECT_EQ(price.output, usd("2e-06"));
}

TEST(CustomPrice, IsLaidOverTheListPrice)
{
    const ModelPrice base = gpt_4o();
    const ModelPrice price = custom(R"({"input_cost_per_token": 2e-06})", "{}", &base);
    EXPECT_EQ(price.input, usd("2e-06"));
    EXPECT_EQ(price.output, base.output);
    EXPECT_EQ(price.cache_read, base.cache_read);
}

TEST(CustomPrice, CountsForPromptsOfEveryLength)
{
    const ModelPrice base = claude();
    const ModelPrice price =
        custom(R"({"input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06})", "null", &base);
    EXPECT_EQ(cost_of(price, {.prompt = 300'000, .completion = 1000}, 0ms), money("0.302"));
    ASSERT_EQ(price.tiers.size(), 1U);
    EXPECT_EQ(price.tiers[0].cache_read, usd("6e-07"));

    const ModelPrice tiered = custom(
        R"({"input_cost_per_token": 1e-06, "input_cost_per_token_above_200k_tokens": 3e-06})", "null", &base
    );
    EXPECT_EQ(cost_of(tiered, {.prompt = 200'001}, 0ms), money("0.600003"));
    EXPECT_EQ(tiered.tiers[0].output, usd("2.25e-05"));
}

TEST(CustomPrice, HoldsAtAllTimes)
{
    ModelPrice base = gpt_4o();
    base.changes.emplace_back().price = claude();
    base.changes.back().price.hours.emplace_back().price = gpt_4o_audio();
    const ModelPrice price =
        custom(R"({"input_cost_per_token": 7e-06})", R"({"max_output_tokens": 5})", &base);
    const ModelPrice& changed = price.changes.at(0).price;
    EXPECT_EQ(price.input, usd("7e-06"));
    EXPECT_EQ(changed.input, usd("7e-06"));
    EXPECT_FALSE(changed.tiers.at(0).input);
    EXPECT_EQ(changed.output, claude().output);
    EXPECT_EQ(changed.hours.at(0).price.input, usd("7e-06"));
    EXPECT_EQ(changed.hours.at(0).price.max_output_tokens, 5);
}

TEST(CustomPrice, AFreeDeploymentOfAPaidModelIsFree)
{
    const ModelPrice base = claude();
    const ModelPrice price =
        custom(R"({"input_cost_per_token": 0, "output_cost_per_token": 0.0})", "{}", &base);
    EXPECT_TRUE(price.is_free());
    EXPECT_EQ(
        cost_of(price, {.prompt = 300'000, .completion = 10, .cached_read = 1000, .cached_write = 1000}, 1s),
        Money()
    );
}

TEST(CustomPrice, AZeroTextPriceMakesItsSideFree)
{
    const ModelPrice base = claude();
    const ModelPrice price = custom(R"({"input_cost_per_token": 0})", "{}", &base);
    EXPECT_EQ(cost_of(price, {.prompt = 300'000, .cached_read = 1000, .cached_write = 1000}, 1s), Money());
    EXPECT_EQ(cost_of(price, {.prompt = 300'000, .completion = 1000}, 1s), money("0.0225"));
}

TEST(CustomPrice, ByTheSecondReplacesTheListPrice)
{
    const ModelPrice base = gpt_4o();
    const ModelPrice price = custom(R"({"input_cost_per_second": 0.00042})", "{}", &base);
    EXPECT_EQ(cost_of(price, {.prompt = 1000, .completion = 1000}, 10s), money("0.0042"));
}

TEST(CustomPrice, KeepsTheLimitsOfTheList)
{
    ModelPrice base = gpt_4o();
    base.max_input_tokens = 128'000;
    base.max_output_tokens = 16'384;
    const ModelPrice price = custom(
        R"({"input_cost_per_token": 0, "output_cost_per_token": 0})", R"({"max_output_tokens": 100})", &base
    );
    EXPECT_EQ(price.max_input_tokens, 128'000);
    EXPECT_EQ(price.max_output_tokens, 100);
}

TEST(CustomPrice, NamesTheKeyThatIsNoPrice)
{
    const std::array<const char*, 7> values{R"("cheap")", "-1e-06", "true", "{}", "[1]", R"("")", "1e30"};
    for (const char* value : values) {
        const Json params = parse_json(fmt::format(R"({{"output_cost_per_token": {}}})", value)).value();
        const auto price = custom_price(params, Json(), nullptr);
        ASSERT_TRUE(price.has_error()) << value;
        EXPECT_EQ(price.error().kind, ErrorKind::invalid_input);
        EXPECT_EQ(price.error().parameter, "output_cost_per_token");
        EXPECT_NE(price.error().message.find("output_cost_per_token"), std::string::npos);
    }
}

} // namespace
} // namespace litellm::spend
