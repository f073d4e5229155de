#include "price_book_fields.hpp"

#include <algorithm>

namespace litellm::spend {

namespace {

/// More than any model reads or writes. A provider that reports more is wrong, and its number must not
/// overflow the sum.
constexpr std::int64_t most_tokens = std::int64_t{1} << 40;

/// The prices of one call, every fallback applied.
struct Rates {
    UnitPrice input, cache_read, cache_write, cache_write_1h, input_audio, input_image;
    UnitPrice output, reasoning, output_audio, output_image;
    UnitPrice per_request, input_per_second, output_per_second;
};

Rates rates_of(const ModelPrice& price, const ModelPrice::Tier* tier)
{
    const ModelPrice::Tier none;
    const ModelPrice::Tier& in_tier = tier ? *tier : none;
    const auto either = [](const std::optional<UnitPrice>& first,
                           const std::optional<UnitPrice>& second,
                           UnitPrice otherwise) { return first ? *first : second.value_or(otherwise); };
    constexpr UnitPrice zero;
    Rates rates;
    rates.input = either(in_tier.input, price.input, zero);
    rates.cache_read = either(in_tier.cache_read, price.cache_read, zero);
    rates.cache_write = either(in_tier.cache_write, price.cache_write, zero);
    rates.cache_write_1h = either(in_tier.cache_write_1h, price.cache_write_1h, rates.cache_write);
    rates.input_audio = either(in_tier.input_audio, price.input_audio, rates.input);
    rates.input_image = price.input_image.value_or(rates.input);
    rates.output = either(in_tier.output, price.output, zero);
    rates.reasoning = either(in_tier.reasoning, price.reasoning, rates.output);
    rates.output_audio = either(in_tier.output_audio, price.output_audio, rates.output);
    rates.output_image = price.output_image.value_or(rates.output);
    rates.per_request = price.per_request.value_or(zero);
    if (rates.input == zero)
        rates.input_per_second = price.input_per_second.value_or(zero);
    if (rates.output == zero)
        rates.output_per_second = price.output_per_second.value_or(zero);
    return rates;
}

/// What is left of a side's tokens while its parts are taken off.
class Tokens {
public:
    explicit Tokens(std::int64_t count) : left_(std::clamp<std::int64_t>(count, 0, most_tokens)) {}
    std::int64_t take(std::int64_t part)
    {
        part = std::clamp<std::int64_t>(part, 0, left_);
        left_ -= part;
        return part;
    }
    [[nodiscard]] std::int64_t left() const { return left_; }

private:
    std::int64_t left_;
};

/// Exact to the femto-dollar.
void add_time(CostSum& sum, std::chrono::milliseconds duration, UnitPrice per_second)
{
    const std::int64_t count = std::clamp<std::int64_t>(duration.count(), 0, most_tokens);
    const std::int64_t rest = count % 1000;
    sum.add(count / 1000, per_second);
    sum.add(
        1, UnitPrice::from_femto(per_second.femto() / 1000 * rest + per_second.femto() % 1000 * rest / 1000)
    );
}

void add_call(CostSum& sum, const Rates& rates, std::chrono::milliseconds duration)
{
    sum.add(1, rates.per_request);
    add_time(sum, duration, rates.input_per_second);
    add_time(sum, duration, rates.output_per_second);
}

void add_units(CostSum& sum, const ModelPrice& price, const providers::Units& units)
{
    constexpr UnitPrice zero;
    const auto add = [&](std::int64_t count, const std::optional<UnitPrice>& each) {
        sum.add(std::clamp<std::int64_t>(count, 0, most_tokens), each.value_or(zero));
    };
    add(units.characters, price.per_character);
    add(units.searches, price.per_search);
    add_time(sum, std::chrono::milliseconds(units.audio_milliseconds), price.per_audio_second.value_or(zero));
    if (price.per_image)
        add(units.images, price.per_image);
    else
        add(units.pixels, price.per_pixel);
}

/// A picture that is paid by its tokens is not paid a second time.
providers::Units without_pictures(providers::Units units)
{
    units.images = units.pixels = 0;
    return units;
}

bool is_between(std::chrono::microseconds time_of_day, const ModelPrice::Hours& hours)
{
    const bool is_after_start = time_of_day >= hours.from;
    const bool is_before_end = time_of_day < hours.to;
    return hours.from < hours.to ? is_after_start && is_before_end : is_after_start || is_before_end;
}

} // namespace

const ModelPrice& ModelPrice::at(Timestamp time) const
{
    const ModelPrice* price = this;
    for (const Change& change : changes) {
        if (time >= change.from)
            price = &change.price;
    }
    const auto time_of_day = time - std::chrono::floor<std::chrono::days>(time);
    for (const Hours& each : price->hours) {
        if (is_between(time_of_day, each))
            return each.price;
    }
    return *price;
}

const ModelPrice& ModelPrice::for_service(std::string_view tier) const
{
    const auto found = std::ranges::find(services, tier, &Service::name);
    return found == services.end() ? *this : found->price;
}

bool ModelPrice::is_free() const
{
    const auto is_free_then = [](const auto& other) { return other.price.is_free(); };
    return is_zero(input) && is_zero(output) && costs_nothing(*this) &&
        adjustment.fixed_margin == UnitPrice() && std::ranges::all_of(changes, is_free_then) &&
        std::ranges::all_of(hours, is_free_then) && std::ranges::all_of(services, is_free_then);
}

bool ModelPrice::is_paid_by_tokens() const
{
    const auto costs = [](const std::optional<UnitPrice>& price) { return price && price->femto() > 0; };
    return costs(input) || costs(output) || costs(input_audio) || costs(output_audio) || costs(input_image) ||
        costs(output_image);
}

bool ModelPrice::is_paid_by_units() const
{
    const auto costs = [](const std::optional<UnitPrice>& price) { return price && price->femto() > 0; };
    const bool has_price = costs(per_image) || costs(per_pixel) || costs(per_character) ||
        costs(per_audio_second) || costs(per_search);
    return has_price && !is_paid_by_tokens();
}

namespace {

CostSum sum_of(
    const ModelPrice& price,
    const providers::Usage& usage,
    const providers::Units& units,
    std::chrono::milliseconds duration
)
{
    const ModelPrice::Tier* tier = nullptr;
    for (const ModelPrice::Tier& candidate : price.tiers) {
        if (usage.prompt > candidate.above)
            tier = &candidate;
    }
    const Rates rates = rates_of(price, tier);
    CostSum sum;

    Tokens prompt(usage.prompt);
    sum.add(prompt.take(usage.cached_read), rates.cache_read);
    Tokens written(prompt.take(usage.cached_write));
    sum.add(written.take(usage.cached_write_1h), rates.cache_write_1h);
    sum.add(written.left(), rates.cache_write);
    sum.add(prompt.take(usage.audio_input), rates.input_audio);
    sum.add(prompt.take(usage.image_input), rates.input_image);
    sum.add(prompt.left(), rates.input);

    Tokens completion(usage.completion);
    sum.add(completion.take(usage.reasoning), rates.reasoning);
    sum.add(completion.take(usage.audio_output), rates.output_audio);
    sum.add(completion.take(usage.image_output), rates.output_image);
    sum.add(completion.left(), rates.output);

    const bool are_tokens_paid =
        usage.completion > 0 && std::max(rates.output, rates.output_image) > UnitPrice();
    add_units(sum, price, are_tokens_paid ? without_pictures(units) : units);
    add_call(sum, rates, duration);
    return sum;
}

Money adjusted(const CostSum& sum, const ModelPrice::Adjustment& adjustment)
{
    constexpr std::int64_t whole = 1'000'000;
    if (adjustment == ModelPrice::Adjustment())
        return sum.total();
    return sum.total(whole - adjustment.discount, whole + adjustment.margin, adjustment.fixed_margin);
}

} // namespace

Money cost_of(const ModelPrice& price, const providers::Usage& usage, std::chrono::milliseconds duration)
{
    return cost_of(price, usage, {}, duration);
}

Money cost_of(
    const ModelPrice& price,
    const providers::Usage& usage,
    const providers::Units& units,
    std::chrono::milliseconds duration
)
{
    return adjusted(sum_of(price, usage, units, duration), price.adjustment);
}

Money original_cost_of(
    const ModelPrice& price,
    const providers::Usage& usage,
    const providers::Units& units,
    std::chrono::milliseconds duration
)
{
    return sum_of(price, usage, units, duration).total();
}

Money upper_bound(
    const ModelPrice& price,
    std::int64_t prompt_tokens,
    std::int64_t completion_tokens,
    std::chrono::milliseconds longest,
    const providers::Units& units
)
{
    const std::int64_t prompt = Tokens(prompt_tokens).left();
    const std::int64_t completion = Tokens(completion_tokens).left();
    // The call may turn out shorter than said and stay in any lower tier, which need not be the cheaper one.
    const auto bound_in = [&](const ModelPrice::Tier* tier, std::int64_t most_prompt) {
        const Rates rates = rates_of(price, tier);
        CostSum sum;
        sum.add(
            most_prompt,
            std::max(
                {rates.input,
                 rates.cache_read,
                 rates.cache_write,
                 rates.cache_write_1h,
                 rates.input_audio,
                 rates.input_image}
            )
        );
        sum.add(
            completion, std::max({rates.output, rates.reasoning, rates.output_audio, rates.output_image})
        );
        add_units(sum, price, units);
        add_call(sum, rates, longest);
        return adjusted(sum, price.adjustment);
    };
    const auto end_of = [&](std::size_t next) {
        return next < price.tiers.size() ? std::min(prompt, price.tiers[next].above) : prompt;
    };
    Money bound = bound_in(nullptr, end_of(0));
    for (std::size_t i = 0; i < price.tiers.size() && prompt > price.tiers[i].above; ++i)
        bound = std::max(bound, bound_in(&price.tiers[i], end_of(i + 1)));
    return bound;
}

} // namespace litellm::spend
