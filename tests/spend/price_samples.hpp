#pragma once
// Prices that tests of costs share.

#include "litellm/spend/price_book.hpp"

#include <string_view>

namespace litellm::spend {

inline UnitPrice usd(std::string_view text)
{
    return UnitPrice::parse(text).value();
}
inline Money money(std::string_view text)
{
    return Money::parse(text).value();
}

inline ModelPrice gpt_4o()
{
    ModelPrice price;
    price.input = usd("2.5e-06");
    price.output = usd("1e-05");
    price.cache_read = usd("1.25e-06");
    return price;
}

inline ModelPrice claude()
{
    ModelPrice price;
    price.input = usd("3e-06");
    price.output = usd("1.5e-05");
    price.cache_read = usd("3e-07");
    price.cache_write = usd("3.75e-06");
    price.cache_write_1h = usd("6e-06");
    ModelPrice::Tier tier;
    tier.above = 200'000;
    tier.input = usd("6e-06");
    tier.output = usd("2.25e-05");
    tier.cache_read = usd("6e-07");
    tier.cache_write = usd("7.5e-06");
    price.tiers.push_back(tier);
    return price;
}

inline ModelPrice gpt_4o_audio()
{
    ModelPrice price;
    price.input = usd("2.5e-06");
    price.output = usd("1e-05");
    price.input_audio = usd("4e-05");
    price.output_audio = usd("8e-05");
    return price;
}

inline ModelPrice with_reasoning()
{
    ModelPrice price;
    price.input = usd("2e-06");
    price.output = usd("8e-06");
    price.reasoning = usd("3e-06");
    return price;
}

inline ModelPrice by_the_second()
{
    ModelPrice price;
    price.input_per_second = usd("0.00042");
    return price;
}

} // namespace litellm::spend
