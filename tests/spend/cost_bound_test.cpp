#include "price_samples.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <random>

namespace litellm::spend {
namespace {

using providers::Usage;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

TEST(UpperBound, TakesTheDearestPriceOfEachSide)
{
    EXPECT_EQ(upper_bound(gpt_4o(), 1000, 500), money("0.0075"));
    EXPECT_EQ(upper_bound(claude(), 1000, 100), money("0.0075"));
    EXPECT_EQ(upper_bound(claude(), 200'000, 0), money("1.2"));
    EXPECT_EQ(upper_bound(claude(), 200'001, 0), money("1.5000075"));
    EXPECT_EQ(upper_bound(gpt_4o_audio(), 100, 10), money("0.0048"));
    EXPECT_EQ(upper_bound(by_the_second(), 100, 10), Money());
    EXPECT_EQ(upper_bound(by_the_second(), 100, 10, 10min), money("0.252"));
}

TEST(UpperBound, KnowsThatALowerTierMayBeDearer)
{
    ModelPrice price;
    price.input = usd("0.01");
    price.output = usd("0.01");
    ModelPrice::Tier tier;
    tier.above = 100;
    tier.input = usd("0.0001");
    tier.output = usd("0.0001");
    price.tiers.push_back(tier);
    EXPECT_EQ(upper_bound(price, 101, 50), money("1.5"));
    EXPECT_GE(upper_bound(price, 101, 50), cost_of(price, {.prompt = 100, .completion = 50}, 0ms));
}

/// Prices and calls of every shape.
class Dice {
public:
    explicit Dice(unsigned seed) : engine_(seed) {}
    std::int64_t upto(std::int64_t most)
    {
        return std::uniform_int_distribution<std::int64_t>(0, most)(engine_);
    }
    bool one_in(int n) { return upto(n - 1) == 0; }
    std::optional<UnitPrice> maybe_price()
    {
        if (one_in(3))
            return std::nullopt;
        return UnitPrice::from_femto(one_in(5) ? 0 : upto(100'000'000'000));
    }
    ModelPrice price()
    {
        ModelPrice price;
        for (auto* unit :
             {&price.input,
              &price.output,
              &price.cache_read,
              &price.cache_write,
              &price.cache_write_1h,
              &price.input_audio,
              &price.output_audio,
              &price.input_image,
              &price.output_image,
              &price.reasoning,
              &price.per_request,
              &price.input_per_second,
              &price.output_per_second,
              &price.per_image,
              &price.per_pixel,
              &price.per_character,
              &price.per_audio_second,
              &price.per_search})
            *unit = maybe_price();
        std::int64_t above = 0;
        for (std::int64_t i = upto(3); i > 0; --i) {
            ModelPrice::Tier tier;
            tier.above = above += 1 + upto(500);
            for (auto* unit :
                 {&tier.input,
                  &tier.output,
                  &tier.cache_read,
                  &tier.cache_write,
                  &tier.cache_write_1h,
                  &tier.input_audio,
                  &tier.output_audio,
                  &tier.reasoning})
                *unit = maybe_price();
            price.tiers.push_back(tier);
        }
        return price;
    }
    providers::Units units(std::int64_t most)
    {
        return {upto(most), upto(most), upto(most), upto(most), upto(most)};
    }
    /// With parts that often exceed their whole.
    Usage usage(std::int64_t most_prompt, std::int64_t most_completion)
    {
        Usage usage;
        usage.prompt = upto(most_prompt);
        usage.completion = upto(most_completion);
        const auto part = [&](std::int64_t whole) {
            return one_in(2) ? 0 : upto(one_in(4) ? 2 * whole + 1 : whole / 2) - (one_in(20) ? 5 : 0);
        };
        for (auto* count : {&usage.cached_read, &usage.cached_write, &usage.audio_input, &usage.image_input})
            *count = part(usage.prompt);
        usage.cached_write_1h = part(usage.cached_write > 0 ? usage.cached_write : 0);
        for (auto* count : {&usage.reasoning, &usage.audio_output, &usage.image_output})
            *count = part(usage.completion);
        return usage;
    }

private:
    std::mt19937 engine_;
};

TEST(UpperBound, IsNeverExceeded)
{
    Dice dice(20260101);
    for (int i = 0; i < 3000; ++i) {
        const ModelPrice price = dice.price();
        const std::int64_t prompt = dice.upto(2000);
        const std::int64_t completion = dice.upto(1000);
        const milliseconds longest(dice.upto(100'000));
        const providers::Units units = dice.units(5000);
        const Money bound = upper_bound(price, prompt, completion, longest, units);
        for (int j = 0; j < 10; ++j) {
            const Usage usage = dice.usage(prompt, completion);
            providers::Units used = units;
            used.images = dice.upto(units.images);
            used.audio_milliseconds = dice.upto(units.audio_milliseconds);
            ASSERT_LE(cost_of(price, usage, used, milliseconds(dice.upto(longest.count()))), bound)
                << "round " << i << ", call " << j;
        }
    }
}

__extension__ using Wide = __int128;

/// The formula of the reference, written down a second time and without any of the product's arithmetic: a
/// thousandth of a femto-dollar is the unit.
Money reference_cost(const ModelPrice& price, const Usage& usage, milliseconds duration)
{
    ModelPrice::Tier tier;
    for (const auto& each : price.tiers) {
        if (usage.prompt > each.above)
            tier = each;
    }
    const auto femto = [](std::initializer_list<std::optional<UnitPrice>> choices) -> Wide {
        for (const auto& choice : choices) {
            if (choice)
                return choice->femto();
        }
        return 0;
    };
    const Wide p = femto({tier.input, price.input});
    const Wide c = femto({tier.output, price.output});
    const Wide text_in =
        usage.prompt - usage.cached_read - usage.cached_write - usage.audio_input - usage.image_input;
    const Wide text_out = usage.completion - usage.reasoning - usage.audio_output - usage.image_output;
    Wide sum = text_in * p + usage.cached_read * femto({tier.cache_read, price.cache_read});
    sum += (usage.cached_write - usage.cached_write_1h) * femto({tier.cache_write, price.cache_write});
    sum += usage.cached_write_1h *
        femto({tier.cache_write_1h, price.cache_write_1h, tier.cache_write, price.cache_write});
    sum += usage.audio_input *
        femto({tier.input_audio, price.input_audio, UnitPrice::from_femto(static_cast<std::int64_t>(p))});
    sum +=
        usage.image_input * femto({price.input_image, UnitPrice::from_femto(static_cast<std::int64_t>(p))});
    sum += text_out * c +
        usage.reasoning *
            femto({tier.reasoning, price.reasoning, UnitPrice::from_femto(static_cast<std::int64_t>(c))});
    sum += usage.audio_output *
        femto({tier.output_audio, price.output_audio, UnitPrice::from_femto(static_cast<std::int64_t>(c))});
    sum +=
        usage.image_output * femto({price.output_image, UnitPrice::from_femto(static_cast<std::int64_t>(c))});
    sum += femto({price.per_request});
    sum *= 1000;
    if (p == 0)
        sum += duration.count() * femto({price.input_per_second});
    if (c == 0)
        sum += duration.count() * femto({price.output_per_second});
    constexpr Wide nano = 1'000'000'000;
    return Money::from_nano(static_cast<std::int64_t>((sum + nano / 2) / nano));
}

TEST(Cost, EqualsA128BitReference)
{
    Dice dice(7);
    for (int i = 0; i < 20'000; ++i) {
        ModelPrice price = dice.price();
        for (auto* unit : {&price.input_per_second, &price.output_per_second}) {
            if (*unit)
                *unit = UnitPrice::from_femto((*unit)->femto() / 1000 * 1000); // exact per millisecond
        }
        Usage usage;
        const std::int64_t scale = dice.one_in(2) ? 300 : 2'000'000;
        usage.cached_read = dice.upto(scale);
        usage.cached_write = dice.upto(scale);
        usage.cached_write_1h = dice.upto(usage.cached_write);
        usage.audio_input = dice.upto(scale);
        usage.image_input = dice.upto(scale);
        usage.prompt =
            usage.cached_read + usage.cached_write + usage.audio_input + usage.image_input + dice.upto(scale);
        usage.reasoning = dice.upto(scale);
        usage.audio_output = dice.upto(scale);
        usage.image_output = dice.upto(scale);
        usage.completion = usage.reasoning + usage.audio_output + usage.image_output + dice.upto(scale);
        const milliseconds duration(dice.upto(600'000));
        ASSERT_EQ(cost_of(price, usage, duration).nano(), reference_cost(price, usage, duration).nano())
            << "round " << i;
    }
}

} // namespace
} // namespace litellm::spend
